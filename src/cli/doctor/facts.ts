// What `auspex doctor` looks at, gathered from the kernel and the machine's files. Nothing is judged here, and whatever
// may not be read is `undefined`. It changes nothing.
import { readdirSync, readFileSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AuditError, latin1 } from '../../base/index.ts';
import { type DaemonConfig, readConfig } from '../../daemon/config.ts';
import { type Login, type Proc, pids, procfs, readLogin, readProcess, thisMachine } from '../../host/index.ts';
import { type AuditStatus, openClient, type Switch, type SwitchState } from '../../kernel/index.ts';
import { decodeRule, type Rule } from '../../rule/index.ts';

/** Why the kernel could not be asked. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface Holder {
  readonly pid: number;
  /** `undefined`: no such process. */
  readonly comm: string | undefined;
}

/** A process with an audit socket; `group` = it listens to everything (multicast). */
export interface Listener {
  readonly pid: number | undefined;
  readonly comm: string;
  readonly group: boolean;
}

export interface FileFacts {
  readonly path: string;
  /** Permission bits, owner, group; `undefined` = not there, or not to be read. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly bytes: number | undefined;
}

export interface Facts {
  readonly platform: string;
  readonly release: string;
  readonly refusal: Refusal | undefined;
  readonly status: AuditStatus | undefined;
  readonly rules: readonly Rule[] | undefined;
  readonly switches: Readonly<Record<Switch, SwitchState>> | undefined;
  readonly holder: Holder | undefined;
  readonly listeners: readonly Listener[];
  readonly login: Login | undefined;
  readonly terminal: boolean;
  /** The container's kind (`docker`, `lxc`, …) where this runs in one. */
  readonly container: string | undefined;
  /** `audit`, `audit_backlog_limit` of the kernel's command line. */
  readonly boot: Readonly<Record<string, string>>;
  /** What journald.conf says of Audit=; `undefined` = nothing. */
  readonly journaldAudit: string | undefined;
  /** Services of /etc/pam.d through which people log in, and whether each sets the login uid. */
  readonly pam: readonly { readonly service: string; readonly sets: boolean }[];
  readonly config: {
    readonly file: string;
    readonly settings: DaemonConfig | undefined;
    readonly problems: readonly string[];
  };
  readonly log: FileFacts;
  readonly logFolder: FileFacts;
  readonly disk: { readonly free: number; readonly total: number } | undefined;
  readonly ruleFiles: readonly FileFacts[];
}

/** Where to look; a test gives a folder of its own. */
export interface Places {
  readonly root: string;
  readonly proc: Proc;
}

function quietly<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

export function gatherFacts(places: Places = { root: '', proc: procfs() }): Facts {
  const { root, proc } = places;
  const read = (path: string): string | undefined => quietly(() => latin1(readFileSync(root + path)));
  const { platform, release } = thisMachine();
  const config = daemonConfig(read);
  const logPath = config.settings?.log_file ?? '/var/log/audit/audit.log';
  return {
    platform,
    release,
    ...kernelFacts(proc),
    listeners: listeners(proc),
    login: readLogin(proc, 'self'),
    terminal: process.stdin.isTTY === true,
    container: container(read, proc),
    boot: bootParameters(proc.read('cmdline') ?? ''),
    journaldAudit: /^\s*Audit\s*=\s*(\S*)/im.exec(read('/etc/systemd/journald.conf') ?? '')?.[1],
    pam: loginServices(root, read),
    config,
    log: fileFacts(root, logPath),
    logFolder: fileFacts(root, dirname(logPath)),
    disk: quietly(() => {
      const { bavail, blocks, bsize } = statfsSync(root + dirname(logPath));
      return { free: bavail * bsize, total: blocks * bsize };
    }),
    ruleFiles: names(root, '/etc/audit/rules.d')
      .filter((name) => name.endsWith('.rules'))
      .map((name) => fileFacts(root, join('/etc/audit/rules.d', name))),
  };
}

type KernelFacts = Pick<Facts, 'refusal' | 'status' | 'rules' | 'switches' | 'holder'>;

function kernelFacts(proc: Proc): KernelFacts {
  try {
    const client = openClient();
    try {
      const status = client.status();
      return {
        refusal: undefined,
        status,
        rules: quietly(() => client.listRules().map(decodeRule)),
        switches: quietly(() => client.switches()),
        holder: status.pid ? { pid: status.pid, comm: readProcess(proc, status.pid)?.comm } : undefined,
      };
    } finally {
      client.close();
    }
  } catch (error) {
    const { code, message } = error as AuditError;
    return {
      refusal: { code, message },
      status: undefined,
      rules: undefined,
      switches: undefined,
      holder: undefined,
    };
  }
}

const NETLINK_AUDIT = '9';

/** Sockets of /proc/net/netlink (protocol, groups, inode), with the processes that hold them. The kernel's own is not one. */
function listeners(proc: Proc): Listener[] {
  const sockets = new Map<string, boolean>();
  for (const line of (proc.read('net/netlink') ?? '').split('\n').slice(1)) {
    const [, protocol, port, groups, , , , , , inode] = line.trim().split(/\s+/);
    if (protocol === NETLINK_AUDIT && port !== '0' && inode)
      sockets.set(`socket:[${inode}]`, (Number.parseInt(groups ?? '0', 16) & 1) === 1);
  }
  if (sockets.size === 0) return [];
  const found: Listener[] = [];
  for (const pid of pids(proc)) {
    if (pid === process.pid) continue;
    for (const fd of proc.list(`${pid}/fd`)) {
      const group = sockets.get(proc.link(`${pid}/fd/${fd}`) ?? '');
      if (group !== undefined) found.push({ pid, comm: readProcess(proc, pid)?.comm ?? '?', group });
    }
  }
  return found;
}

function container(read: (path: string) => string | undefined, proc: Proc): string | undefined {
  const told = read('/run/systemd/container')?.trim();
  if (told) return told;
  if (read('/.dockerenv') !== undefined) return 'docker';
  if (read('/run/.containerenv') !== undefined) return 'podman';
  return /(?:^|\0)container=([^\0]+)/.exec(proc.read('1/environ') ?? '')?.[1];
}

/** The audit parameters of a kernel command line. */
export function bootParameters(cmdline: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, value] of cmdline.matchAll(/(?:^|\s)(audit|audit_backlog_limit)=(\S+)/g)) found[name!] = value!;
  return found;
}

/** Services a person logs in through; su and sudo must not set the login uid. */
const LOGIN_SERVICES = [
  'login',
  'sshd',
  'remote',
  'cron',
  'crond',
  'atd',
  'gdm-password',
  'gdm-launch-environment',
  'lightdm',
  'sddm',
  'xdm',
  'kde',
  'vsftpd',
  'cockpit',
];

function loginServices(root: string, read: (path: string) => string | undefined): Facts['pam'] {
  const text = (service: string, depth = 0): string => {
    const own = (read(`/etc/pam.d/${service}`) ?? '').replace(/^\s*#.*$/gm, '');
    if (depth > 4) return own;
    const included = [...own.matchAll(/^\s*(?:@include|\S+\s+(?:include|substack))\s+(\S+)/gm)].map(([, s]) => s!);
    return [own, ...included.map((s) => text(s, depth + 1))].join('\n');
  };
  return names(root, '/etc/pam.d')
    .filter((service) => LOGIN_SERVICES.includes(service))
    .map((service) => ({ service, sets: /pam_loginuid/.test(text(service)) }));
}

function daemonConfig(read: (path: string) => string | undefined): Facts['config'] {
  const file = '/etc/audit/auditd.conf';
  const text = read(file);
  if (text === undefined) return { file, settings: undefined, problems: [] };
  const { config, problems } = readConfig(text, file);
  return { file, settings: config, problems: problems.map((p) => p.message) };
}

function fileFacts(root: string, path: string): FileFacts {
  const stats: Stats | undefined = quietly(() => statSync(root + path));
  return { path, mode: stats && stats.mode & 0o7777, uid: stats?.uid, bytes: stats?.size };
}

const names = (root: string, path: string): string[] => quietly(() => readdirSync(root + path).sort()) ?? [];
