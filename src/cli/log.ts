// `auspex log`: sends a message to the audit system, in the forms libaudit's calls give it.
import { lookup } from 'node:dns/promises';
import { readlinkSync } from 'node:fs';
import { fromUtf8 } from '../base/index.ts';
import {
  type Account,
  type AuditClient,
  accountText,
  avcText,
  commandText,
  commText,
  openClient,
  type Speaker,
  semanageText,
  sendText,
  userText,
} from '../kernel/index.ts';
import { recordTypeNumber } from '../tables/index.ts';
import type { Io } from './io.ts';
import { optionTable, type Parsed, readOptions, usage } from './options.ts';

export const options = optionTable({
  tool: 'auspex log',
  summary: 'Sends a message to the audit system (needs CAP_AUDIT_WRITE), as trusted programs do.',
  usage: [
    '[options] TEXT…',
    '--command "COMMAND LINE"',
    '--op OPERATION --account NAME|ID',
    '--avc TEXT… [--sauid UID]',
  ],
  options: [
    {
      name: 'type',
      forms: ['-t', '--type'],
      value: 'TYPE',
      help: 'message type, by name or number (default TRUSTED_APP)',
    },
    { name: 'failed', forms: ['-f', '--failed'], help: 'res=failed (default res=success)' },
    { name: 'comm', forms: ['--comm'], value: 'NAME', help: 'name the script that speaks' },
    { name: 'hostname', forms: ['--hostname'], value: 'HOST', help: 'remote host; its address is looked up' },
    { name: 'addr', forms: ['--addr'], value: 'ADDRESS', help: 'remote address' },
    { name: 'terminal', forms: ['--terminal'], value: 'TTY', help: 'terminal (default: that of standard input)' },
    { name: 'exe', forms: ['--exe'], value: 'PATH', help: 'program that speaks (default: the one that runs this)' },
    { name: 'command', forms: ['--command'], value: 'LINE', help: 'a command a person ran', group: 'Forms' },
    {
      name: 'account',
      forms: ['--account'],
      value: 'NAME|ID',
      help: 'an account was changed; with --op',
      group: 'Forms',
    },
    { name: 'op', forms: ['--op'], value: 'OPERATION', help: 'what was done: adding-user', group: 'Forms' },
    { name: 'avc', forms: ['--avc'], help: 'a decision of an SELinux object manager', group: 'Forms' },
    {
      name: 'sauid',
      forms: ['--sauid'],
      value: 'UID',
      help: 'whom the decision is about (default: you)',
      group: 'Forms',
    },
    {
      name: 'seuser',
      forms: ['--seuser'],
      value: 'OLD:ROLE:RANGE,NEW:ROLE:RANGE',
      help: 'an SELinux login mapping changed; with --op and --account',
      group: 'Forms',
    },
    { name: 'print', forms: ['-n', '--dry-run'], help: 'print the text instead of sending it' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: ['Example: auspex log -t USYS_CONFIG op=change-firewall file=/etc/nftables.conf'],
});

type Line = Parsed<(typeof options)['options'][number]['name']>;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const text = textOf(line, await speaker(line));
  if (line.has('print')) {
    io.out(`${text}\n`);
    return 0;
  }
  const client = openClient();
  try {
    sendText(client, typeOf(line), text);
    if (isOff(client))
      io.err('auspex log: auditing is off, so the kernel drops the message (`auditctl -e 1` turns it on)\n');
  } finally {
    client.close();
  }
  return 0;
}

/** Whether the kernel drops messages of programs; false where it may not be asked. */
function isOff(client: AuditClient): boolean {
  try {
    return client.status().enabled === 0;
  } catch {
    return false;
  }
}

/** The message in the form the options ask for. */
function textOf(line: Line, who: Speaker): string {
  const success = !line.has('failed');
  const given = (name: Parameters<Line['value']>[0]): string | undefined => {
    const value = line.value(name);
    return value === undefined ? undefined : fromUtf8(value);
  };
  const message = fromUtf8(line.words.join(' ')).replace(/[\x00-\x1f\x7f]/g, ' ');
  const command = given('command');
  if (command !== undefined) return commandText(command, fromUtf8(process.cwd()), who, success);
  const account = given('account');
  if (account !== undefined) {
    const op = given('op')?.replace(/[^\x21-\x7e]|['"]/g, '_');
    if (!op) throw usage(options, '`--account` needs `--op`: what was done');
    const whose: Account = /^\d+$/.test(account) ? { id: Number(account) } : { name: account };
    const mapping = given('seuser');
    if (mapping === undefined) return accountText(op, whose, who, success);
    const [before, after] = mapping.split(',', 2).map((m) => {
      const [seuser, role, ...range] = m.split(':');
      return { seuser, role, range: range.join(':') };
    });
    return semanageText(op, whose, { before: before ?? {}, after: after ?? {} }, who, success);
  }
  if (message.trim() === '') throw usage(options, 'there is no message');
  if (line.has('avc')) return avcText(message, Number(line.value('sauid') ?? process.getuid?.() ?? 0), who);
  const comm = given('comm');
  return comm === undefined ? userText(message, who, success) : commText(message, comm, who, success);
}

function typeOf(line: Line): number {
  const word = line.value('type') ?? standardType(line);
  const number = /^\d+$/.test(word) ? Number(word) : recordTypeNumber(word.toUpperCase());
  if (number === undefined) throw usage(options, `there is no message type \`${word}\``);
  return number;
}

function standardType(line: Line): string {
  if (line.has('command')) return 'USER_CMD';
  if (line.has('avc')) return 'USER_AVC';
  if (line.has('seuser')) return 'ROLE_ASSIGN';
  return line.has('account') ? 'USER_MGMT' : 'TRUSTED_APP';
}

async function speaker(line: Line): Promise<Speaker> {
  const hostname = line.value('hostname');
  const addr = line.value('addr') ?? (hostname && (await lookup(hostname).catch(() => undefined))?.address);
  return {
    exe: fromUtf8(line.value('exe') ?? callerExe()),
    hostname: hostname && fromUtf8(hostname),
    addr: addr || undefined,
    terminal: line.value('terminal') ?? terminal(),
  };
}

/** The program that ran `auspex log` (a shell, a script's interpreter): it is who speaks, not node. */
function callerExe(): string {
  for (const pid of [process.ppid, 'self'])
    try {
      return readlinkSync(`/proc/${pid}/exe`);
    } catch {
      // may not be read
    }
  return process.execPath;
}

/** The terminal of standard input, without `/dev/`. */
function terminal(): string | undefined {
  try {
    const target = readlinkSync('/proc/self/fd/0');
    return target.startsWith('/dev/pts/') || target.startsWith('/dev/tty') ? target.slice(5) : undefined;
  } catch {
    return undefined;
  }
}
