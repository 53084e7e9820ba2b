// Bytes to an open file, pipe or terminal, to the last of them. Which descriptor, and what may go to it, is files.ts and
// terminal.ts.
import { writeSync } from 'node:fs';

const wait = new Int32Array(new SharedArrayBuffer(4));

/** Writes all bytes; waits while a pipe is full. Throws the system's other errors as Node has them. */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(wait, 0, 0, 5);
    }
  }
}
