// The command line of `auspex search` as data, and what its filters ask for. A filter that ausearch also has is read by
// ausearch's own reader, so that both mean the same by a user, a system call or a key.

import { suggestion } from '../base/nearest.ts';
import { MOMENT_HELP, readRange } from '../host/moment.ts';
import { classicPredicate } from '../query/classic.ts';
import { allOf, anyOf, type Predicate, parseExpression } from '../query/index.ts';
import { errnoNumber, otherRecordTypes, recordTypeNumber, recordTypes } from '../tables/index.ts';
import { readRequest } from './ausearch-request.ts';
import { type Option, optionTable, type Parsed, usage } from './options.ts';

const EVENTS = 'Which events';
const OUTPUT = 'Output';

/** Filters of ausearch under long names; `as` is the classic option that reads the value. */
const FILTERS = [
  { name: 'key', forms: ['-k', '--key'], value: 'KEY', as: '-k', help: 'with this key' },
  { name: 'syscall', forms: ['-sc', '--syscall'], value: 'CALL', as: '-sc', help: 'of this system call' },
  { name: 'exe', forms: ['-x', '--exe'], value: 'PATH', as: '-x', help: 'of this program' },
  { name: 'comm', forms: ['-c', '--comm'], value: 'NAME', as: '-c', help: 'of this command name' },
  { name: 'file', forms: ['-f', '--file'], value: 'PATH', as: '-f', help: 'about this file' },
  { name: 'pid', forms: ['-p', '--pid'], value: 'PID', as: '-p', help: 'of this process' },
  { name: 'ppid', forms: ['-pp', '--ppid'], value: 'PID', as: '-pp', help: 'of the children of this process' },
  { name: 'user', forms: ['-ua', '--user'], value: 'USER', as: '-ua', help: 'of this user, by any of auid, uid, euid' },
  { name: 'auid', forms: ['-ul', '--auid'], value: 'USER', as: '-ul', help: 'of who logged in as this user' },
  { name: 'uid', forms: ['-ui', '--uid'], value: 'USER', as: '-ui', help: 'with this user id' },
  { name: 'euid', forms: ['-ue', '--euid'], value: 'USER', as: '-ue', help: 'with this effective user id' },
  { name: 'group', forms: ['-ga', '--group'], value: 'GROUP', as: '-ga', help: 'of this group, by gid or egid' },
  { name: 'session', forms: ['--session'], value: 'ID', as: '--session', help: 'of this login session' },
  { name: 'terminal', forms: ['-tm', '--terminal'], value: 'TTY', as: '-tm', help: 'at this terminal' },
  { name: 'host', forms: ['-hn', '--host'], value: 'HOST', as: '-hn', help: 'from this host or address' },
  { name: 'node', forms: ['-n', '--node'], value: 'NODE', as: '-n', help: 'of this machine' },
  { name: 'success', forms: ['-sv', '--success'], value: 'yes|no', as: '-sv', help: 'that succeeded, or not' },
  { name: 'subject', forms: ['-su', '--subject'], value: 'LABEL', as: '-su', help: 'with this label on the subject' },
  { name: 'object', forms: ['-o', '--object'], value: 'LABEL', as: '-o', help: 'with this label on the object' },
  { name: 'vm', forms: ['-vm', '--vm'], value: 'NAME', as: '-vm', help: 'of this virtual machine' },
  { name: 'uuid', forms: ['-uu', '--uuid'], value: 'UUID', as: '-uu', help: 'of the virtual machine with this uuid' },
  { name: 'event', forms: ['-a', '--event'], value: 'SERIAL', as: '-a', help: 'the event of this number' },
] as const;

/** What `--format` takes. */
export const FORMATS = ['interpreted', 'text', 'json', 'csv', 'raw', 'ecs', 'ocsf'] as const;
export type SearchFormat = (typeof FORMATS)[number];

const OTHERS = [
  {
    name: 'where',
    forms: ['--where'],
    value: 'EXPR',
    help: 'that the expression is true of: comm i= "sshd" && exit < 0',
    group: EVENTS,
  },
  { name: 'since', forms: ['--since', '-ts'], value: 'TIME', help: `from then on: ${MOMENT_HELP}`, group: EVENTS },
  { name: 'until', forms: ['--until', '-te'], value: 'TIME', help: 'up to then', group: EVENTS },
  {
    name: 'type',
    forms: ['-m', '--type'],
    value: 'TYPE,…',
    help: 'with a record of one of these types',
    group: EVENTS,
  },
  {
    name: 'exit',
    forms: ['-e', '--exit'],
    value: 'CODE',
    takes: () => true,
    help: 'whose call returned this: -13, EACCES (which is -13)',
    group: EVENTS,
  },
  { name: 'failed', forms: ['--failed'], help: 'that failed', group: EVENTS },
  { name: 'arch', forms: ['--arch'], value: 'ARCH', help: 'of this machine type; also names --syscall', group: EVENTS },
  { name: 'word', forms: ['-w', '--word'], help: 'take texts as whole words', group: EVENTS },
  { name: 'format', forms: ['--format'], value: 'FORMAT', help: FORMATS.join(', '), group: OUTPUT },
  { name: 'raw', forms: ['-r', '--raw'], help: 'the same as --format raw', group: OUTPUT },
  { name: 'json', forms: ['--json'], help: 'the same as --format json', group: OUTPUT },
  { name: 'interpret', forms: ['-i', '--interpret'], help: 'the same as --format interpreted', group: OUTPUT },
  { name: 'limit', forms: ['--limit'], value: 'N', help: 'stop after N events', group: OUTPUT },
  { name: 'just-one', forms: ['--just-one'], help: 'the same as --limit 1', group: OUTPUT },
  { name: 'count', forms: ['--count'], help: 'print only how many events match', group: OUTPUT },
  { name: 'follow', forms: ['--follow', '-F'], help: 'go on with what is written from now on', group: OUTPUT },
  { name: 'color', forms: ['--color'], value: 'WHEN', help: 'auto (the default), always, never', group: OUTPUT },
  { name: 'debug', forms: ['--debug'], help: 'show lines that are no records, on standard error', group: OUTPUT },
  { name: 'help', forms: ['-h', '--help'], help: 'this text', group: OUTPUT },
] as const;

export type SearchOption = (typeof FILTERS)[number]['name'] | (typeof OTHERS)[number]['name'];

const ALL: readonly Option<SearchOption>[] = [
  ...FILTERS.map(({ as: _, ...option }) => ({
    ...option,
    ...(option.name === 'event' || option.name === 'session' ? {} : { takes: () => true }),
    group: EVENTS,
  })),
  ...OTHERS,
];

export const table = optionTable<SearchOption>({
  tool: 'auspex search',
  summary: 'Searches an audit trail: this machine’s log, or the files and folders named; `-` is standard input.',
  usage: ['[options] [FILE …]'],
  options: ALL,
  notes: [
    'Filters stand side by side with "and"; one given twice means either. Times are local.',
    '',
    'Examples:',
    '  auspex search --since 15m --failed',
    "  auspex search --type USER_LOGIN --where 'res i= failed' --format json",
    '  auspex search --follow --key identity',
    '',
    'Lines that could not be read are counted on standard error; JSON ends with {"unread":[…]} where there are any.',
    'Exit status: 0 found, 1 nothing found or a file could not be read, 2 wrong usage.',
  ],
});

/** What a command line asks for as a predicate. `now` is in ms since 1970. Throws AuditError `usage`, `expression`. */
export function predicateOf(line: Parsed<SearchOption>, now: number): Predicate {
  const parts: Predicate[] = [...rangeOf(line, now)];
  for (const value of line.values('where')) parts.push(parseExpression(value));
  const types = line
    .values('type')
    .flatMap((value) => value.split(','))
    .map(typeNumber);
  if (types.length > 0) parts.push({ kind: 'types', types });
  const codes = line.values('exit').map(exitCode);
  if (codes.length > 0) parts.push(anyOf(codes.map((value) => ({ kind: 'id', item: 'exit', value }) as const)));
  if (line.has('failed')) parts.push(FAILED);
  const arch = line.value('arch');
  if (arch !== undefined && !line.has('syscall')) parts.push(classic(line, ['--arch', arch]));
  for (const { name, as } of FILTERS) {
    const before = name === 'syscall' && arch !== undefined ? ['--arch', arch] : [];
    const values = line.values(name).map((value) => wide(classic(line, [...before, as, value])));
    if (values.length > 0) parts.push(anyOf(values));
  }
  return allOf(parts);
}

/** What failed, or was refused by a security module that tells it in a record of its own. */
const FAILED: Predicate = { kind: 'or', of: [{ kind: 'success', value: false }, { kind: 'denied' }] };
const SUCCEEDED: Predicate = {
  kind: 'and',
  of: [
    { kind: 'success', value: true },
    { kind: 'not', of: { kind: 'denied' } },
  ],
};

/** The same asked of every record that tells it, also of those that ausearch does not look at. */
function wide(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return { kind: predicate.kind, of: predicate.of.map(wide) };
    case 'success':
      return predicate.value ? SUCCEEDED : FAILED;
    case 'id':
    case 'string':
      return { ...predicate, wide: true };
    default:
      return predicate;
  }
}

/** One filter as ausearch reads it. */
function classic(line: Parsed<SearchOption>, argv: readonly string[]): Predicate {
  const request = readRequest(line.has('word') ? [...argv, '-w'] : argv);
  if (typeof request === 'string') throw usage(table, `\`${argv.join(' ')}\` is no filter`);
  return classicPredicate(request.search);
}

/** The range as conditions on times: whole seconds, which needles and skimming ask too, and the milliseconds of an end. */
function rangeOf(line: Parsed<SearchOption>, now: number): Predicate[] {
  const { since, until } = readRange(line.value('since'), line.value('until'), now);
  const parts: Predicate[] = [];
  if (since !== undefined) {
    const first = stampOf(since);
    parts.push({ kind: 'time', from: first.sec });
    if (first.ms !== 0) parts.push({ kind: 'some', of: { kind: 'stamp', order: '>=', stamp: first } });
  }
  if (until !== undefined) {
    const last = stampOf(until - 1);
    parts.push({ kind: 'time', to: last.sec });
    if (last.ms !== 999) parts.push({ kind: 'some', of: { kind: 'stamp', order: '<=', stamp: last } });
  }
  return parts;
}

function stampOf(at: number): { readonly sec: number; readonly ms: number } {
  const sec = Math.floor(at / 1000);
  return { sec, ms: at - sec * 1000 };
}

function typeNumber(word: string): number {
  const type = /^\d+$/.test(word) ? Number(word) : recordTypeNumber(word.toUpperCase());
  if (type !== undefined) return type;
  const names = [...recordTypes.entries(), ...otherRecordTypes.entries()].map(([, name]) => name);
  throw usage(table, `no record type is called "${word}"${suggestion(word.toUpperCase(), names)}`);
}

/** An errno by name is what the kernel returns for it, which is negative. */
function exitCode(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  const number = errnoNumber(text.replace(/^-/, '').toUpperCase());
  if (number === undefined) throw usage(table, `\`${text}\` is neither a number nor an errno such as EACCES`);
  return -number;
}

/** How to print. */
export function formatOf(line: Parsed<SearchOption>): SearchFormat {
  for (const short of ['json', 'raw'] as const) if (line.has(short)) return short;
  const format = line.value('format') ?? 'interpreted';
  const known = FORMATS.find((f) => f === format || (f === 'interpreted' && format === 'interpret'));
  if (known) return known;
  throw usage(table, `there is no format \`${format}\`${suggestion(format, FORMATS)}; there are ${FORMATS.join(', ')}`);
}

/** How many events at most. */
export function limitOf(line: Parsed<SearchOption>): number {
  if (line.has('just-one')) return 1;
  const limit = line.value('limit');
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,15}$/.test(limit)) throw usage(table, '`--limit` takes a whole number above 0');
  return Number(limit);
}
