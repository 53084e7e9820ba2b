// One event of a traced process as a call: its name, its arguments in words, what it touched, how it ended. All texts
// are latin1; nothing here is made safe for a terminal (line.ts is).
import { type AuditEvent, argvOf, recordOfType } from '../event/index.ts';
import {
  decodedValue,
  type InterpretContext,
  interpretValue,
  readingOf,
  type SocketAddress,
  socketAddress,
} from '../interpret/index.ts';
import { type AuditRecord, bodyOf, fieldsOf, fieldValue, typeNameOf } from '../record/index.ts';
import { errnoName, errnoText } from '../tables/index.ts';
import { RECORD } from '../tables/records.ts';
import { ADDRESS_RESULT, NO_RESULT, signatureOf } from './signatures.ts';

/** A file the call named; `nametype` as the kernel says (NORMAL, CREATE, DELETE, PARENT, UNKNOWN). */
export interface TracedPath {
  readonly name: string;
  readonly nametype: string;
}

/** A process the call was aimed at (a signal, ptrace). */
export interface Target {
  readonly pid: number;
  readonly comm: string;
}

/** An argument: its text, and whether that text is a string to be quoted. */
export interface Argument {
  readonly text: string;
  readonly quoted: boolean;
}

export interface TracedCall {
  readonly sec: number;
  readonly ms: number;
  readonly serial: number;
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly exe: string;
  readonly name: string;
  readonly args: readonly Argument[];
  /** The call has arguments beyond the four the kernel records. */
  readonly more: boolean;
  /** Absent for a call that does not return. */
  readonly result: string | undefined;
  readonly error: { readonly name: string; readonly text: string } | undefined;
  readonly argv: readonly string[];
  readonly paths: readonly TracedPath[];
  readonly cwd: string | undefined;
  readonly address: string | undefined;
  readonly targets: readonly Target[];
}

/** What is in an event besides a call: a crash, a seccomp kill, a message. */
export interface TracedNote {
  readonly sec: number;
  readonly ms: number;
  readonly serial: number;
  readonly pid: number;
  readonly type: string;
  readonly text: string;
}

/** A text field of a record, decoded; undefined when it has none. */
function textField(record: AuditRecord | undefined, name: string): string | undefined {
  const field = record && fieldsOf(record).find((f) => f.name === name);
  return field && decodedValue(record, field);
}

const numberField = (record: AuditRecord, name: string): number => Number(fieldValue(record, name) ?? -1);

/** The event as a call; undefined when it holds none (see `noteOf`). */
export function callOfEvent(event: AuditEvent, context: InterpretContext): TracedCall | undefined {
  const record = recordOfType(event, RECORD.SYSCALL);
  if (!record) return undefined;
  const reading = readingOf(record, context);
  const name = reading.call.name ?? `syscall_${fieldValue(record, 'syscall') ?? '?'}`;
  const paths = event.records.filter((r) => r.type === RECORD.PATH).map(pathOf);
  const argv = argvOf(event) ?? [];
  const saddr = fieldValue(recordOfType(event, RECORD.SOCKADDR) ?? record, 'saddr');
  const address = saddr === undefined ? undefined : addressText(socketAddress(saddr));
  const targets = event.records.filter((r) => r.type === RECORD.OBJ_PID).map(targetOf);
  const signature = signatureOf(name);
  const raw = [0, 1, 2, 3].map((i) => fieldValue(record, `a${i}`) ?? '0');
  const told = (i: number): string => interpretValue(reading, `a${i}`, raw[i]!);
  const parts: Parts = { paths: namedPaths(name, paths), argv, address };
  return {
    sec: event.sec,
    ms: event.ms,
    serial: event.serial,
    pid: numberField(record, 'pid'),
    ppid: numberField(record, 'ppid'),
    comm: textField(record, 'comm') ?? '?',
    exe: textField(record, 'exe') ?? '?',
    name,
    args: [...signature.slice(0, 4)]
      .map((letter, i) => argument(letter, raw[i]!, () => told(i), parts))
      .slice(0, givenCount(name, raw)),
    more: signature.length > 4,
    ...resultOf(name, record),
    argv,
    paths,
    cwd: textField(recordOfType(event, RECORD.CWD), 'cwd'),
    address,
    targets,
  };
}

const O_CREAT = 0o100;
const O_TMPFILE = 0o20000000;

/** How many arguments count: the mode of an open that creates nothing is left over from before. */
function givenCount(name: string, raw: readonly string[]): number {
  const flags = name === 'open' ? 1 : name === 'openat' ? 2 : -1;
  return flags >= 0 && !(Number.parseInt(raw[flags]!, 16) & (O_CREAT | O_TMPFILE)) ? flags + 1 : 4;
}

/** The event as a remark, for events without a system call. */
export function noteOf(event: AuditEvent): TracedNote {
  const record = event.records[0]!;
  const { sec, ms, serial } = event;
  return { sec, ms, serial, pid: numberField(record, 'pid'), type: typeNameOf(record), text: bodyOf(record) };
}

const pathOf = (record: AuditRecord): TracedPath => ({
  name: textField(record, 'name') ?? '?',
  nametype: fieldValue(record, 'nametype') ?? '?',
});

const targetOf = (record: AuditRecord): Target => ({
  pid: numberField(record, 'opid'),
  comm: textField(record, 'ocomm') ?? '?',
});

/**
 * The paths the caller passed, in order. PARENT records are the kernel's addition, and a call of two paths may bring
 * more than two (a rename over an existing file): the first and the last are the caller's.
 */
function namedPaths(name: string, paths: readonly TracedPath[]): string[] {
  const own = paths.filter((p) => p.nametype !== 'PARENT' && p.name !== '(null)').map((p) => p.name);
  const count = [...signatureOf(name)].filter((letter) => letter === 'p').length;
  return count === 2 && own.length > 2 ? [own[0]!, own.at(-1)!] : own.slice(0, count || 1);
}

/** What fills the arguments that are pointers; each path is used once. */
interface Parts {
  readonly paths: string[];
  readonly argv: readonly string[];
  readonly address: string | undefined;
}

function argument(letter: string, raw: string, told: () => string, parts: Parts): Argument {
  const plain = (text: string): Argument => ({ text, quoted: false });
  if (letter === 'p') {
    const path = parts.paths.shift();
    return path === undefined ? plain(`0x${raw}`) : { text: path, quoted: true };
  }
  if (letter === 's') return plain(parts.address ?? (/^0+$/.test(raw) ? 'NULL' : `0x${raw}`));
  if (letter === 'v') return plain(`[${parts.argv.length} arguments]`);
  if (letter === 'm') return plain(`0${(Number.parseInt(raw, 16) & 0o177777).toString(8)}`);
  const text = told();
  const untold = text === `0x${raw}`;
  if (letter === 'd' && untold) return plain(String(BigInt.asIntN(raw.length > 8 ? 64 : 32, BigInt(`0x${raw}`))));
  if (letter === 'f' && untold) return plain(String(Number(BigInt.asIntN(32, BigInt(`0x${raw}`)))));
  return plain(untold && /^0+$/.test(raw) ? '0' : text);
}

function resultOf(name: string, record: AuditRecord): Pick<TracedCall, 'result' | 'error'> {
  const exit = fieldValue(record, 'exit');
  if (exit === undefined || NO_RESULT.has(name) || !/^-?\d+$/.test(exit))
    return { result: undefined, error: undefined };
  const number = BigInt(exit);
  if (fieldValue(record, 'success') === 'no' && number < 0n) {
    const errno = Number(-number);
    return { result: '-1', error: { name: errnoName(errno) ?? restartName(errno), text: errnoText(errno) } };
  }
  return {
    result: ADDRESS_RESULT.has(name) ? `0x${BigInt.asUintN(64, number).toString(16)}` : exit,
    error: undefined,
  };
}

/** The kernel's own numbers for a call that a signal interrupted and that will go on (include/linux/errno.h). */
const restartName = (errno: number): string =>
  ({ 512: 'ERESTARTSYS', 513: 'ERESTARTNOINTR', 514: 'ERESTARTNOHAND', 516: 'ERESTART_RESTARTBLOCK' })[errno] ??
  `errno ${errno}`;

function addressText(address: SocketAddress | undefined): string | undefined {
  if (!address) return undefined;
  const family = address.familyName ?? `family ${address.family}`;
  const { path, port } = address;
  if (path !== undefined) return `${family}:${path === '' ? '(unnamed)' : path}`;
  if (address.address === undefined) return family;
  return `${address.address.includes(':') ? `[${address.address}]` : address.address}:${port}`;
}
