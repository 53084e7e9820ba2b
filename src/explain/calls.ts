// Which system calls make, replace, end, signal or collect processes, on every arch, and what their arguments say.
// Argument places are those of the man pages in section 2; they are the same on every arch but for clone's on s390.
import { Memo } from '../base/memo.ts';
import { type Arch, archOf, EXEC_CALLS, FORK_CALLS, SIGNAL_NAMES, syscallName } from '../tables/index.ts';

/** What a call means for the life of processes. */
export type CallKind = 'fork' | 'exec' | 'exit' | 'exitGroup' | 'signal' | 'wait' | 'pidfd' | 'other';

export interface Call {
  readonly name: string;
  readonly kind: CallKind;
}

const KINDS: ReadonlyMap<string, CallKind> = new Map([
  ...FORK_CALLS.map((name) => [name, 'fork'] as const),
  ...EXEC_CALLS.map((name) => [name, 'exec'] as const),
  ...SIGNAL_NAMES.map((name) => [name, 'signal'] as const),
  ['exit', 'exit'] as const,
  ['exit_group', 'exitGroup'] as const,
  ['wait4', 'wait'] as const,
  ['waitpid', 'wait'] as const,
  ['pidfd_open', 'pidfd'] as const,
]);

const CLONE_PARENT = 0x8000;
const CLONE_THREAD = 0x10000;

/** Which of a0-a3 holds clone's flags. */
const cloneFlags = (arch: Arch | undefined): number => (arch === 's390' || arch === 's390x' ? 1 : 0);

const known = new Memo<number, Memo<number, Call>>(64);

/** The call of an arch number (AUDIT_ARCH_*) and system call number. */
export function callOf(arch: number, syscall: number): Call {
  const table = known.find(arch) ?? known.keep(arch, new Memo(4096));
  return table.find(syscall) ?? table.keep(syscall, lookUp(arch, syscall));
}

function lookUp(arch: number, syscall: number): Call {
  const machine = archOf(arch);
  const name = (machine && syscallName(machine, syscall)) ?? `syscall ${syscall}`;
  return { name, kind: KINDS.get(name) ?? 'other' };
}

/** Whether a fork-like call made a thread: true, false, or undefined where its flags lie in memory (clone3). */
export function makesThread(name: string, arch: number, args: readonly number[]): boolean | undefined {
  if (name === 'clone3') return undefined;
  if (!name.startsWith('clone')) return false;
  return (args[cloneFlags(archOf(arch))]! & CLONE_THREAD) !== 0;
}

/** Whether clone made a sibling of its caller (CLONE_PARENT), where its flags are in the record. */
export const makesSibling = (name: string, arch: number, args: readonly number[]): boolean =>
  (name === 'clone' || name === 'clone2') && (args[cloneFlags(archOf(arch))]! & CLONE_PARENT) !== 0;
