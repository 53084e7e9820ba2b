// The SYSCALL record read in one pass over its bytes, into one reused view: for readers that look at every system call
// of a long trail, where a list of fields costs more than the answer. Strings are cut out only when asked for.
// It reads the fields the kernel writes (kernel/auditsc.c, audit_log_exit); whatever else stands there is skipped.
import { bytesOf, latin1 } from '../base/bytes.ts';
import { hexDigit } from '../base/hex.ts';
import type { AuditRecord } from './record.ts';
import { decoded, isAbsent, UNSET } from './value.ts';

/** One SYSCALL record. Valid until the next `readSyscall` into it; a number that does not stand there is -1. */
export interface SyscallView {
  bytes: Uint8Array;
  /** AUDIT_ARCH_*, unsigned. */
  arch: number;
  syscall: number;
  /** `success=yes` 1, `success=no` 0, absent -1 (exit and exit_group never return). */
  success: number;
  /** The return value; 0 when absent. Exact to 2^53. */
  exit: number;
  /** Low 32 bits of a0 to a3, unsigned. */
  readonly args: [number, number, number, number];
  ppid: number;
  pid: number;
  auid: number;
  uid: number;
  euid: number;
  ses: number;
  /** Offsets of values: start, end; 0, 0 when absent. */
  tty: [number, number];
  comm: [number, number];
  exe: [number, number];
}

/** A view to read records into. */
export function syscallView(): SyscallView {
  return {
    bytes: new Uint8Array(0),
    arch: -1,
    syscall: -1,
    success: -1,
    exit: 0,
    args: [0, 0, 0, 0],
    ppid: -1,
    pid: -1,
    auid: -1,
    uid: -1,
    euid: -1,
    ses: -1,
    tty: [0, 0],
    comm: [0, 0],
    exe: [0, 0],
  };
}

function clear(view: SyscallView): void {
  view.arch = view.syscall = view.success = view.ppid = view.pid = -1;
  view.auid = view.uid = view.euid = view.ses = -1;
  view.exit = 0;
  view.args[0] = view.args[1] = view.args[2] = view.args[3] = 0;
  view.tty[1] = view.comm[1] = view.exe[1] = 0;
}

const SPACE = 32;
const EQUALS = 61;
const QUOTE = 34;
const ENRICHMENT = 0x1d;

/** Reads a SYSCALL record into `view`. */
export function readSyscall(record: AuditRecord, view: SyscallView): void {
  clear(view);
  const held = record.bytes !== undefined;
  const bytes = held ? record.bytes! : bytesOf(record.text!);
  view.bytes = bytes;
  const end = held ? record.end : bytes.length;
  let at = (held ? record.start : 0) + record.body;
  while (at < end) {
    let code = bytes[at]!;
    if (code === SPACE) {
      at++;
      continue;
    }
    if (code === ENRICHMENT) return;
    const name = at;
    while (at < end && (code = bytes[at]!) !== EQUALS && code !== SPACE) at++;
    if (code !== EQUALS) continue;
    const value = ++at;
    if (bytes[at] === QUOTE) {
      at++;
      while (at < end && bytes[at] !== QUOTE) at++;
      if (at < end) at++;
    } else while (at < end && (code = bytes[at]!) !== SPACE && code !== ENRICHMENT) at++;
    take(view, bytes, name, value - 1 - name, value, at);
  }
}

/** Stores one field, told apart by the length and letters of its name. */
function take(view: SyscallView, b: Uint8Array, name: number, length: number, from: number, to: number): void {
  const first = b[name]!;
  const second = b[name + 1]!;
  if (length === 2) {
    if (first === 97 && second >= 48 && second <= 51) view.args[second - 48] = low32(b, from, to);
  } else if (length === 3) {
    if (first === 112 && second === 105) view.pid = decimal(b, from, to);
    else if (first === 117) view.uid = decimal(b, from, to);
    else if (first === 115 && second === 101) view.ses = id(b, from, to);
    else if (first === 116) place(view.tty, from, to);
    else if (first === 101 && second === 120) place(view.exe, from, to);
  } else if (length === 4) {
    if (first === 97 && second === 114) view.arch = low32(b, from, to);
    else if (first === 97 && second === 117) view.auid = id(b, from, to);
    else if (first === 112 && second === 112) view.ppid = decimal(b, from, to);
    else if (first === 101 && second === 120) view.exit = decimal(b, from, to);
    else if (first === 101 && second === 117) view.euid = decimal(b, from, to);
    else if (first === 99 && second === 111) place(view.comm, from, to);
  } else if (length === 7 && first === 115) {
    if (second === 121) view.syscall = decimal(b, from, to);
    else if (second === 117) view.success = b[from] === 121 ? 1 : 0;
  }
}

function place(range: [number, number], from: number, to: number): void {
  range[0] = from;
  range[1] = to;
}

function decimal(bytes: Uint8Array, from: number, to: number): number {
  const negative = bytes[from] === 45;
  let n = 0;
  for (let i = negative ? from + 1 : from; i < to; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return n;
    n = n * 10 + digit;
  }
  return negative ? -n : n;
}

/** auid and ses: some kernels write the unset id as -1. */
function id(bytes: Uint8Array, from: number, to: number): number {
  return bytes[from] === 45 ? UNSET : decimal(bytes, from, to);
}

function low32(bytes: Uint8Array, from: number, to: number): number {
  let n = 0;
  for (let i = Math.max(from, to - 8); i < to; i++) {
    const digit = hexDigit(bytes[i]!);
    if (digit < 0) return n;
    n = n * 16 + digit;
  }
  return n;
}

/** A string of the view (`view.comm`, `view.exe`, `view.tty`), unquoted and undone from hex; '' when absent or (null). */
export function viewText(view: SyscallView, [from, to]: readonly [number, number]): string {
  if (to <= from) return '';
  if (view.bytes[from] === QUOTE) return latin1(view.bytes, from + 1, to - 1);
  const text = latin1(view.bytes, from, to);
  return isAbsent(text) ? '' : decoded(text);
}
