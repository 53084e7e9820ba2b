// Which system calls make, replace, end, signal or collect processes, on every arch, and what their arguments say.
// Argument places are those of the man pages in section 2; they are the same on every arch but for clone's on s390.
import { type Arch, archOf, syscallName } from '../tables/index.ts';

/** What a call means for the life of processes. */
export type CallKind = 'fork' | 'exec' | 'exit' | 'exitGroup' | 'signal' | 'wait' | 'pidfd' | 'other';

export interface Call {
  readonly name: string;
  readonly kind: CallKind;
}

const KINDS: Readonly<Record<string, CallKind>> = {
  fork: 'fork',
  vfork: 'fork',
  clone: 'fork',
  clone2: 'fork',
  clone3: 'fork',
  execve: 'exec',
  execveat: 'exec',
  exit: 'exit',
  exit_group: 'exitGroup',
  kill: 'signal',
  tkill: 'signal',
  tgkill: 'signal',
  rt_sigqueueinfo: 'signal',
  rt_tgsigqueueinfo: 'signal',
  pidfd_send_signal: 'signal',
  wait4: 'wait',
  waitpid: 'wait',
  pidfd_open: 'pidfd',
};

/** Where the target and the signal stand among a0-a3. */
export const SIGNAL_CALLS: Readonly<
  Record<string, { readonly target: 'process' | 'thread' | 'pidfd'; readonly signal: number }>
> = {
  kill: { target: 'process', signal: 1 },
  tkill: { target: 'thread', signal: 1 },
  tgkill: { target: 'process', signal: 2 },
  rt_sigqueueinfo: { target: 'process', signal: 1 },
  rt_tgsigqueueinfo: { target: 'process', signal: 2 },
  pidfd_send_signal: { target: 'pidfd', signal: 1 },
};

const CLONE_PARENT = 0x8000;
const CLONE_THREAD = 0x10000;

/** Which of a0-a3 holds clone's flags. */
const cloneFlags = (arch: Arch | undefined): number => (arch === 's390' || arch === 's390x' ? 1 : 0);

const known = new Map<number, Map<number, Call>>();

/** The call of an arch number (AUDIT_ARCH_*) and system call number. */
export function callOf(arch: number, syscall: number): Call {
  let table = known.get(arch);
  if (!table) known.set(arch, (table = new Map()));
  let call = table.get(syscall);
  if (!call) {
    const machine = archOf(arch);
    const name = (machine && syscallName(machine, syscall)) ?? `syscall ${syscall}`;
    call = { name, kind: Object.hasOwn(KINDS, name) ? KINDS[name]! : 'other' };
    if (table.size < 4096) table.set(syscall, call);
  }
  return call;
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
