// The system calls that make, replace, end and signal processes, by name. Names and the places of arguments are those of
// the manual pages in section 2, the same on every arch. What asks who made, ran or ended a process asks here.

/** Calls that make a process or a thread; what they return is its number. `clone2` is ia64's. */
export const FORK_CALLS: readonly string[] = ['fork', 'vfork', 'clone', 'clone2', 'clone3'];

/** Calls that put another program into a process. */
export const EXEC_CALLS: readonly string[] = ['execve', 'execveat'];

/** Calls that end the thread that makes them, and all threads of its process. */
export const EXIT_CALLS: readonly string[] = ['exit', 'exit_group'];

/** A call that sends a signal. Its target stands in a0. */
export interface SignalCall {
  /**
   * What a0 names: a process (kill: 0 and negative numbers are groups, kill(2)), a thread, or a descriptor of a process
   * (pidfd_open(2)). The thread that tgkill and rt_tgsigqueueinfo mean is a1, of the process a0.
   */
  readonly target: 'process' | 'thread' | 'pidfd';
  /** Which of the arguments, counted from 0, is the signal. */
  readonly signal: 1 | 2;
}

/** Every call that sends a signal to a process of one's choice, by name. */
export const SIGNAL_CALLS: Readonly<Record<string, SignalCall>> = {
  kill: { target: 'process', signal: 1 },
  tkill: { target: 'thread', signal: 1 },
  tgkill: { target: 'process', signal: 2 },
  rt_sigqueueinfo: { target: 'process', signal: 1 },
  rt_tgsigqueueinfo: { target: 'process', signal: 2 },
  pidfd_send_signal: { target: 'pidfd', signal: 1 },
};

/** The names of the calls that signal. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(SIGNAL_CALLS);

/** How a call signals; undefined for one that does not, and for no call. */
export const signalCall = (name: string | undefined): SignalCall | undefined =>
  name !== undefined && Object.hasOwn(SIGNAL_CALLS, name) ? SIGNAL_CALLS[name] : undefined;

/** Whether a call makes a process or a thread, runs a program, or ends its caller. */
export const isFork = (name: string): boolean => FORK_CALLS.includes(name);
export const isExec = (name: string): boolean => EXEC_CALLS.includes(name);
export const isExit = (name: string): boolean => EXIT_CALLS.includes(name);
