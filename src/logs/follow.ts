// A log file while it is written: what is in it from an offset on, then what is added. A file that was replaced (rotated
// away) or cut short is read to its end and then from the beginning of the new one. It polls: a change is noticed within
// `interval`, on every file system, and watching costs one stat a poll.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHUNK, openLog } from './read.ts';

export interface FollowOptions {
  /** Where to begin, in bytes; `end` is where the file ends now. Default `end`. */
  readonly from?: number | 'end';
  /** Milliseconds between two looks. Default 200. */
  readonly interval?: number;
  readonly signal?: AbortSignal;
}

/** Chunks as they are written, each in memory of its own; an empty one says that nothing came since the last look. */
export async function* followLog(path: string, options: FollowOptions = {}): AsyncGenerator<Buffer> {
  const { from = 'end', interval = 200, signal } = options;
  let fd = openLog(path);
  let at = from === 'end' ? fstatSync(fd).size : from;
  try {
    while (!signal?.aborted) {
      const chunk = Buffer.allocUnsafeSlow(CHUNK);
      const got = readSync(fd, chunk, 0, CHUNK, at);
      if (got > 0) {
        at += got;
        yield chunk.subarray(0, got);
        continue;
      }
      const next = successor(path, fd, at);
      if (next !== undefined) {
        // What was written between the last look and the change still belongs to the old file.
        for (let rest = readSync(fd, chunk, 0, CHUNK, at); rest > 0; rest = readSync(fd, chunk, 0, CHUNK, at)) {
          at += rest;
          yield Buffer.from(chunk.subarray(0, rest));
        }
        closeSync(fd);
        fd = next;
        at = 0;
        continue;
      }
      yield Buffer.alloc(0);
      await sleep(interval, undefined, { signal }).catch(() => {});
    }
  } finally {
    closeSync(fd);
  }
}

/** An open descriptor of what stands at `path` now, when it is another file or a shorter one. */
function successor(path: string, fd: number, at: number): number | undefined {
  try {
    const now = statSync(path);
    const old = fstatSync(fd);
    const same = now.ino === old.ino && now.dev === old.dev;
    return same && now.size >= at ? undefined : openSync(path, 'r');
  } catch {
    return undefined; // Between the renaming of the old file and the making of the new one there is none.
  }
}
