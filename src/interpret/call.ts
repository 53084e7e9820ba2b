// Which system call a record belongs to. Only SYSCALL and SECCOMP records name one; a value of any other record that
// depends on a call is read as that of call 0, as the classic tools do.

import { type AuditRecord, textOf } from '../record/record.ts';
import { type Arch, archOf } from '../tables/arch.ts';
import { RECORD } from '../tables/records.ts';
import { syscalls } from '../tables/syscalls.ts';
import type { Table } from '../tables/table.ts';
import { ipcCalls, socketCalls } from '../tables/words.ts';
import type { Call } from './context.ts';
import { int32, uint32, unsigned } from './numbers.ts';

const MULTIPLEXED: ReadonlyMap<string, Table> = new Map([
  ['ipc', ipcCalls],
  ['socketcall', socketCalls],
]);

/** The table for a record whose `arch` names no machine we know. */
const DEFAULT_ARCH: Arch = 'x86_64';

/** The value after ` name=` up to the next space; '' when the record has none. */
function valueAfter(text: string, name: string, from: number): string {
  const at = text.indexOf(name, from);
  if (at < 0) return '';
  const start = at + name.length;
  const end = text.indexOf(' ', start);
  return text.slice(start, end < 0 ? text.length : end);
}

const none: Call = { arch: DEFAULT_ARCH, number: 0, name: syscalls(DEFAULT_ARCH).name(0), a0: '', a1: '' };

/** The machine and number of a call by the texts of `arch` and `syscall`. */
export function callNamed(arch: string, syscall: string): Call {
  const machine = archOf(uint32(unsigned(arch, 16) ?? 0n)) ?? DEFAULT_ARCH;
  const number = int32(unsigned(syscall, 10) ?? 0n);
  return { arch: machine, number, name: syscalls(machine).name(number), a0: '', a1: '' };
}

/** The system call `record` tells of. */
export function callOf(record: AuditRecord): Call {
  if (record.type !== RECORD.SYSCALL && record.type !== RECORD.SECCOMP) return none;
  const text = textOf(record);
  const from = Math.max(0, record.body - 1);
  const call = callNamed(valueAfter(text, ' arch=', from), valueAfter(text, ' syscall=', from));
  const { arch, number, name } = call;
  return { arch, number, name, a0: valueAfter(text, ' a0=', from), a1: valueAfter(text, ' a1=', from) };
}

/** The call's name as printed; the two calls that stand for many show which one their first argument asks for. */
export function callText({ name, number, a0 }: Call): string {
  if (name === undefined) return `unknown-syscall(${number})`;
  const calls = MULTIPLEXED.get(name);
  const inner = calls?.name(Number(unsigned(a0, 16) ?? -1n));
  return inner === undefined ? name : `${name}(${inner})`;
}
