// Where a tool reads and writes: the process's own streams, or a test's. Text is latin1 (one character per byte).
// It writes synchronously, so that nothing is lost when the tool ends; a reader that went away ends the tool quietly.
import { fstatSync, writeSync } from 'node:fs';
import { fromUtf8 } from '../base/bytes.ts';

export interface Io {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
}

/** What a verb's module exports. A thrown AuditError is printed; the status is then 2 for
 * wrong usage (codes `usage`, `EXPRESSION`), else 1. */
export interface VerbModule {
  run(argv: readonly string[], io: Io): number | Promise<number>;
}

/** The process's own standard output and error. */
export const processIo: Io = {
  out: (text) => writeAll(1, text),
  err: (text) => writeAll(2, text),
};

/** As a shell tells of a program that SIGHUP ended: its terminal is gone. */
const HUNG_UP = 129;

const wait = new Int32Array(new SharedArrayBuffer(4));

/** Writes latin1 text to a descriptor; waits while a pipe is full, ends the process when its reader, or its terminal, is gone. */
export function writeAll(fd: number, text: string): void {
  writeBytes(fd, Buffer.from(text, 'latin1'));
}

/** The same for bytes. */
export function writeBytes(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (e) {
      const code = (e as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') process.exit(process.exitCode ?? 0);
      if (code === 'EIO' && fstatSync(fd).isCharacterDevice()) process.exit(HUNG_UP);
      if (code !== 'EAGAIN') throw e;
      Atomics.wait(wait, 0, 0, 5);
    }
  }
}

/** Prints Unicode text of ours. Text of a log or of rules is latin1 already and goes to `io.out` as it is. */
export const print = (io: Io, text: string): void => io.out(fromUtf8(text));
