// A log followed as it grows: from its end on, through rotation and truncation. By polling, which works on every file
// system; a tenth of a second is soon enough for eyes.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { CHUNK, openLog } from '../logs/index.ts';

export class Follower {
  #fd: number;
  #inode: number;
  #at: number;
  readonly #path: string;

  /** Opens a log; `fromStart` hands out what is there already. Throws AuditError `no-log`. */
  constructor(path: string, fromStart: boolean) {
    this.#path = path;
    this.#fd = openLog(path);
    const stat = fstatSync(this.#fd);
    this.#inode = stat.ino;
    this.#at = fromStart ? 0 : stat.size;
  }

  /** What was written since the last call, in chunks of memory of their own. */
  *read(): Generator<Uint8Array> {
    for (;;) {
      const chunk = Buffer.allocUnsafeSlow(CHUNK);
      const got = readSync(this.#fd, chunk, 0, CHUNK, this.#at);
      if (got > 0) {
        this.#at += got;
        yield chunk.subarray(0, got);
      } else if (!this.#reopened()) return;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Whether another file, or the same one begun anew, is to be read. */
  #reopened(): boolean {
    let ino: number;
    let size: number;
    try {
      ({ ino, size } = statSync(this.#path));
    } catch {
      return false; // between two names, in a rotation
    }
    if (ino === this.#inode && size >= this.#at) return false;
    if (ino !== this.#inode) {
      const fd = openSync(this.#path, 'r');
      closeSync(this.#fd);
      this.#fd = fd;
      this.#inode = ino;
    }
    this.#at = 0;
    return size > 0;
  }
}
