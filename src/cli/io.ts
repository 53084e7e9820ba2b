// Where a tool reads and writes: the process's own streams, or a test's. Text is latin1 (one character per byte).
// It writes synchronously, so that nothing is lost when the tool ends; a reader that went away ends the tool quietly. What
// is a terminal gets nothing that it would obey (host/terminal.ts).
import { fromUtf8 } from '../base/bytes.ts';
import type { Spelling } from '../base/harm.ts';
import { writeText } from '../host/terminal.ts';

export interface Io {
  /** Writes to standard output; `spelling` is how a terminal shows what is harmful (`octal` where it is left out). */
  out(text: string, spelling?: Spelling): void;
  /** Writes to standard error. */
  err(text: string): void;
}

/** What a verb's module exports. A thrown AuditError is printed; the status is then 2 for
 * wrong usage (codes `usage`, `expression`), else 1. */
export interface VerbModule {
  run(argv: readonly string[], io: Io): number | Promise<number>;
}

/** The process's own standard output and error. */
export const processIo: Io = {
  out: (text, spelling) => writeText(1, text, spelling),
  err: (text) => writeText(2, text),
};

/** Prints Unicode text of ours. Text of a log or of rules is latin1 already and goes to `io.out` as it is. */
export const print = (io: Io, text: string): void => io.out(fromUtf8(text));
