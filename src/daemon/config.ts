// auditd.conf as typed settings: every keyword of auditd.conf(5) 4.2.2 with its default and check, and our own
// (compress_logs, rotate_interval, tls_* for certificates). Pure text in, settings out; daemon.ts reads the file.

import { AuditError } from '../base/error.ts';
import {
  absolutePath,
  action,
  choice,
  readSettings,
  type Setting,
  type Settings,
  whole,
  word,
  yesNo,
} from '../base/settings.ts';
import { transportFault, transportSchema, withoutOldNames } from '../remote/tls-settings.ts';

/** A size in MiB, or a share of the file system the log is on. */
export interface Space {
  readonly amount: number;
  readonly unit: 'MiB' | '%';
}

function space(fallback: number, help: string): Setting<Space> {
  const parse = (value: string): Space => {
    const match = /^(\d{1,9})(%?)$/.exec(value);
    const amount = Number(match?.[1]);
    if (!match || (match[2] && (amount < 1 || amount > 99)))
      throw new Error('must be a whole number of MiB, or 1% to 99%');
    return { amount, unit: match[2] ? '%' : 'MiB' };
  };
  return { fallback: { amount: fallback, unit: 'MiB' }, parse, help };
}

/** Seconds from a number with m, h, d or M (30 days) behind it; 0 switches off. At most 40 days. */
function interval(help: string): Setting<number> {
  const units: Record<string, number> = { '': 1, m: 60, h: 3600, d: 86_400, M: 2_592_000 };
  const parse = (value: string): number => {
    const match = /^(\d{1,9})([mhdM]?)$/.exec(value);
    const seconds = match ? Number(match[1]) * units[match[2]!]! : Number.NaN;
    if (!(seconds <= 40 * 86_400)) throw new Error('must be a number with m, h, d or M behind it, 40 days at most');
    return seconds;
  };
  return { fallback: 0, parse, help };
}

function mailAddress(): Setting<string> {
  const parse = (value: string): string => {
    if (!/^[A-Za-z0-9@.\-_+]+$/.test(value) || value.startsWith('-'))
      throw new Error('must be an e-mail address: letters, digits and @ . - _ +');
    return value;
  };
  return { fallback: 'root', parse, help: 'who is told by e-mail' };
}

function ports(): Setting<readonly [number, number]> {
  const parse = (value: string): readonly [number, number] => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
    const low = Number(match?.[1]);
    const high = Number(match?.[2] ?? match?.[1]);
    if (!(low >= 1 && high <= 65_535 && low <= high))
      throw new Error('must be a port, or two with a dash between them, from 1 to 65535');
    return [low, high];
  };
  return { fallback: [0, 65_535], parse, help: 'ports clients may come from' };
}

const actionWords = ['ignore', 'syslog', 'rotate', 'email', 'exec', 'suspend', 'single'] as const;

export const schema = {
  local_events: yesNo(true, "record this machine's events"),
  write_logs: yesNo(true, 'write records to log_file'),
  log_file: absolutePath('/var/log/audit/audit.log', 'the log'),
  log_format: choice(['raw', 'enriched', 'nolog'], 'enriched', 'as the kernel wrote them, or with names added'),
  log_group: word('root', 'group that may read the log'),
  priority_boost: whole(0, 2_147_483_647, 4, 'how much nicer than others the kernel treats the daemon'),
  flush: choice(
    ['none', 'incremental', 'incremental_async', 'data', 'sync'],
    'incremental_async',
    'how records reach the disk',
  ),
  freq: whole(0, 2_147_483_647, 0, 'records between two flushes'),
  num_logs: whole(0, 999, 0, 'files kept when rotating'),
  name_format: choice(['none', 'hostname', 'fqd', 'numeric', 'user'], 'none', 'which node name records get'),
  name: word('', 'the node name of name_format = user'),
  max_log_file: whole(0, Number.MAX_SAFE_INTEGER, 0, 'size of one file in MiB'),
  max_log_file_action: action(['ignore', 'syslog', 'exec', 'suspend', 'rotate', 'keep_logs'], 'ignore', 'at that size'),
  verify_email: yesNo(true, "resolve the domain of action_mail_acct's address"),
  action_mail_acct: mailAddress(),
  space_left: space(0, 'free space for a first warning'),
  space_left_action: action([...actionWords, 'halt'], 'ignore', 'then'),
  admin_space_left: space(0, 'free space for the last warning'),
  admin_space_left_action: action([...actionWords, 'halt'], 'ignore', 'then'),
  disk_full_action: action(
    ['ignore', 'syslog', 'rotate', 'exec', 'suspend', 'single', 'halt'],
    'ignore',
    'when the disk is full',
  ),
  disk_error_action: action(['ignore', 'syslog', 'exec', 'suspend', 'single', 'halt'], 'syslog', 'when the disk fails'),
  tcp_listen_port: whole(1, 65_535, 0, 'listen for other machines on this port'),
  tcp_listen_queue: whole(1, 2_147_483_647, 5, 'connections waiting to be accepted'),
  tcp_max_per_addr: whole(1, 1024, 1, 'connections one address may hold'),
  use_libwrap: yesNo(true, 'ask hosts.allow and hosts.deny'),
  tcp_client_ports: ports(),
  tcp_client_max_idle: whole(0, 2_147_483_647, 0, 'seconds a client may say nothing'),
  ...transportSchema,
  krb5_principal: word('auditd', 'for Kerberos, which is not built'),
  krb5_key_file: absolutePath('/etc/audit/audit.key', 'for Kerberos, which is not built'),
  tls_allowed_clients: absolutePath('', 'list of identities, their status and keys'),
  distribute_network: yesNo(false, "give other machines' events to plugins"),
  q_depth: whole(1, 99_999_999, 2000, 'records that may wait for each plugin'),
  overflow_action: action(['ignore', 'syslog', 'suspend', 'single', 'halt'], 'syslog', 'when that queue is full'),
  max_restarts: whole(0, 2_147_483_647, 10, 'times a plugin is started again'),
  plugin_dir: absolutePath('/etc/audit/plugins.d', 'where the plugins are named'),
  end_of_event_timeout: whole(0, 2_147_483_647, 2, 'seconds after which an event is whole'),
  report_interval: interval('how often the state report is written'),
  compress_logs: yesNo(false, 'ours: gzip rotated logs'),
  rotate_interval: interval('ours: rotate by time as well'),
  dispatcher: word('', 'no longer used'),
  disp_qos: choice(['lossy', 'lossless'], 'lossy', 'no longer used'),
};

export type DaemonConfig = Settings<typeof schema>;

export interface ReadConfig {
  readonly config: DaemonConfig;
  /** Keywords the file itself gave. */
  readonly given: ReadonlySet<string>;
  /** Why the file cannot be used; empty when it can. */
  readonly problems: readonly AuditError[];
  /** What is odd about it and does no harm. */
  readonly warnings: readonly string[];
}

/** The settings of an auditd.conf's text, with the checks between keywords. */
export function readConfig(text: string, file: string): ReadConfig {
  const read = readSettings(schema, text, file);
  const named = withoutOldNames(read.settings);
  const config = named.log_format === 'nolog' ? { ...named, write_logs: false } : named;
  const problems = [...read.problems];
  const warnings: string[] = [];
  const fault = (what: string) =>
    problems.push(new AuditError('config', `Cannot use ${file}: ${what}`, { position: { file } }));

  const incremental = config.flush === 'incremental' || config.flush === 'incremental_async';
  if (read.given.has('freq') && config.freq > 0 && !incremental)
    warnings.push(`freq is used only with flush = incremental or incremental_async; flush is ${config.flush}`);
  if (config.name_format === 'user' && config.name === '') fault('name_format = user needs a name = …');
  const { space_left: first, admin_space_left: last } = config;
  if (first.unit === last.unit && last.amount > 0 && last.amount >= first.amount) {
    const why = `admin_space_left (${last.amount}${last.unit === '%' ? '%' : ''}) must be less than space_left (${first.amount})`;
    if (first.unit === '%')
      warnings.push(why); // auditd starts on it
    else fault(why);
  }
  if (config.log_format === 'nolog')
    warnings.push('log_format = nolog is no longer used; it is taken as write_logs = no');
  if (config.space_left_action.kind === 'halt')
    warnings.push(
      'space_left_action = halt stops the machine at the first warning; use it for admin_space_left_action',
    );
  const transport = transportFault(config, ['tls_allowed_clients', config.tls_allowed_clients]);
  if (transport && (config.tcp_listen_port > 0 || config.transport === 'krb5')) fault(transport);
  if (config.tcp_listen_port > 0 && config.use_libwrap && read.given.has('use_libwrap'))
    warnings.push('use_libwrap: this daemon has no tcp_wrappers; use tcp_client_ports, transport = tls or a firewall');
  for (const old of ['dispatcher', 'disp_qos'] as const)
    if (read.given.has(old)) warnings.push(`${old} is no longer used`);
  return { config, given: read.given, problems, warnings };
}
