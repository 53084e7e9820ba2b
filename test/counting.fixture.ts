// Counts taken from the text of a log by cutting strings, as a person would with grep, cut, sort and uniq: nothing of the
// project reads a line here. Names of system calls and of socket addresses are those auditd itself wrote behind the
// record (log_format = ENRICHED), names of errors and signals those of Node.js. For tests that hold ours against them.
import { constants } from 'node:os';
import { posix } from 'node:path';

/** The lines of one event, in their order. */
export type Lines = readonly string[];

/** The events of a log, in the order of their first lines. */
export function eventsOf(log: string): Lines[] {
  const events = new Map<string, string[]>();
  for (const line of log.split('\n')) {
    const stamp = line.split('msg=audit(')[1]?.split(')')[0];
    if (stamp === undefined) continue;
    if (!events.has(stamp)) events.set(stamp, []);
    events.get(stamp)!.push(line);
  }
  return [...events.values()];
}

export const typeOf = (line: string): string => line.split(' ')[0]!.split('=')[1]!;
export const linesOf = (event: Lines, type: string): string[] => event.filter((line) => typeOf(line) === type);
/** The line that tells of the process: SYSCALL, or the first. */
export const mainOf = (event: Lines): string => linesOf(event, 'SYSCALL')[0] ?? event[0]!;

/** Words of the line's body, in which the quoted text of a program's message is like the rest. */
const wordsOf = (line: string): string[] =>
  line.split('\x1d')[0]!.split('): ').slice(1).join('): ').replace(" msg='", ' ').replace(/'$/, '').split(' ');

/** The text of a field as it stands in the log. */
export function rawOf(line: string, name: string): string | undefined {
  const word = wordsOf(line).find((one) => one.startsWith(`${name}=`));
  return word?.slice(name.length + 1);
}

/** A field that is quoted, or hex where it could not be. Quoted text may hold blanks. */
export function textOf(line: string, name: string): string | undefined {
  const raw = rawOf(line, name);
  if (raw?.startsWith('"')) return line.split(` ${name}="`)[1]!.split('"')[0]!;
  return raw !== undefined && raw.length % 2 === 0 && /^[0-9A-F]+$/.test(raw)
    ? Buffer.from(raw, 'hex').toString('latin1')
    : raw;
}

/** What auditd wrote behind the record: `SYSCALL=openat`, `SADDR={ … }`. */
export const behind = (line: string, name: string): string | undefined =>
  line
    .split('\x1d')[1]
    ?.split(`${name}=`)[1]
    ?.split(/ [A-Z]+=/)[0];

export const isFailed = (line: string): boolean => rawOf(line, 'success') === 'no';

/** How often each thing stands in a list, as `sort | uniq -c` has it. */
export function tallied(things: Iterable<string>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the kernel returns that is no error of the C library's: include/linux/errno.h. */
const KERNEL_ERRORS: Readonly<Record<string, number>> = { ERESTARTSYS: 512, ERESTARTNOINTR: 513, ERESTARTNOHAND: 514 };

/** `2 openat` of `ENOENT openat`: two names may mean one number. */
export function numbered(failure: string): string {
  const [name, call] = failure.split(' ');
  return `${KERNEL_ERRORS[name!] ?? constants.errno[name as keyof typeof constants.errno]} ${call}`;
}

export const signalNamed = (number: number): string =>
  Object.entries(constants.signals).find(([name, n]) => n === number && name !== 'SIGIOT')?.[0] ?? `SIG${number}`;

/** A command line: words with blanks, quotes and backslashes in quotes. */
const shown = (argv: readonly string[]): string =>
  argv.map((w) => (w !== '' && !/[\s"'\\]/.test(w) ? w : `'${w.split("'").join("'\\''")}'`)).join(' ');

/** The arguments of an event's EXECVE lines; those that were cut in parts (`a1[0]`, `a1[1]`) put together. */
export function commandOf(event: Lines): string | undefined {
  const lines = linesOf(event, 'EXECVE');
  if (lines.length === 0) return undefined;
  const count = Number(rawOf(lines[0]!, 'argc'));
  const argument = (n: number): string => {
    const whole = lines.map((line) => textOf(line, `a${n}`)).find((text) => text !== undefined);
    if (whole !== undefined) return whole;
    const parts = lines.flatMap((line) => wordsOf(line)).filter((word) => word.startsWith(`a${n}[`));
    return Buffer.from(parts.map((word) => word.split('=')[1]!).join(''), 'hex').toString('latin1');
  };
  return shown(Array.from({ length: count }, (_, n) => argument(n)));
}

/** Absolute names of the files that an event's PATH lines name, but for directories that only hold them. */
export function filesOf(event: Lines): string[] {
  const cwd = textOf(linesOf(event, 'CWD')[0] ?? '', 'cwd') ?? '/';
  return linesOf(event, 'PATH')
    .filter((line) => rawOf(line, 'nametype') !== 'PARENT' && rawOf(line, 'name') !== '(null)')
    .map((line) => posix.resolve(cwd, textOf(line, 'name')!));
}

/** `10.0.0.1:53`, `[::1]:9` or a socket's path, from auditd's own words; '' for what is neither. */
export function peerOf(line: string): string {
  const said = behind(line, 'SADDR') ?? '';
  const word = (name: string): string | undefined => said.split(`${name}=`)[1]?.split(' ')[0];
  const address = word('laddr');
  if (address === undefined) return word('path') ?? '';
  return `${address.includes(':') ? `[${address}]` : address}:${word('lport')}`;
}

/** The system call of a SYSCALL line, as auditd named it. */
export const callOf = (line: string): string => behind(line, 'SYSCALL')!.split(' ')[0]!;
export const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');
