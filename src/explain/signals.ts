// What a signal does to a process that does not handle it (signal(7), the numbering of all arches in tables/).
import { signalName } from '../tables/index.ts';

/** `SIGKILL`, `SIGRTMIN+3`; `signal 99` where no table knows it. */
export function signalWord(signal: number): string {
  if (signal >= 34 && signal <= 64) return signal === 34 ? 'SIGRTMIN' : `SIGRTMIN+${signal - 34}`;
  return signal === 0 ? 'signal 0' : (signalName(signal) ?? `signal ${signal}`);
}

/** Child, continue, urgent data, window size: ignored by default. Stops: 19 to 22. */
const HARMLESS: ReadonlySet<number> = new Set([0, 17, 18, 19, 20, 21, 22, 23, 28]);

/** The highest signal there is (_NSIG, asm-generic/signal.h). */
const LAST_SIGNAL = 64;

/** Whether the signal ends a process that does not handle it. */
export const endsByDefault = (signal: number): boolean => signal <= LAST_SIGNAL && !HARMLESS.has(signal);

const MEANINGS: Readonly<Record<number, string>> = {
  1: 'its terminal went away, or it was asked to reload',
  2: 'interrupted from the keyboard',
  3: 'quit from the keyboard',
  4: 'it ran an instruction that does not exist',
  5: 'trapped by a debugger',
  6: 'it aborted itself: a failed assertion, or memory found corrupt',
  7: 'it used memory the hardware or a shortened file does not have',
  8: 'it divided by zero',
  9: 'killed: cannot be caught',
  11: 'it used memory that is not its own',
  13: 'it wrote to a pipe nobody reads',
  14: 'its alarm clock rang',
  15: 'asked to end',
  24: 'it used up its processor time limit',
  25: 'it wrote a file larger than its limit',
  31: 'it made a system call its filter forbids',
};

/** The signals that end with a core: faults of the process's own, or of its limits (signal(7)). */
const CORE: ReadonlySet<number> = new Set([3, 4, 5, 6, 7, 8, 11, 24, 25, 31]);
export const isFault = (signal: number): boolean => CORE.has(signal);

/** A few words on what a signal means, for people. */
export const signalMeaning = (signal: number): string | undefined => MEANINGS[signal];
