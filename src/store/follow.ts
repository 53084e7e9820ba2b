// A log into a store while it is written: what is new of it and its rotated files first, then what is added, whatever
// happens to the files. Each step is saved with the place reached (ingest.ts), so a killed process goes on where it was.
// It polls: one stat a look on every file system.

import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditError } from '../base/error.ts';
import { rotatedSet } from '../logs/index.ts';
import { type Ingested, Ingestion, type IngestOptions } from './ingest.ts';
import type { Store } from './store.ts';

export interface FollowIntoOptions extends Omit<IngestOptions, 'now'> {
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. Default 250. */
  readonly interval?: number;
  /** Milliseconds without news after which no event waits for more records; whatever the clock says. Default 2000. */
  readonly quiet?: number;
  /** Called when all that the log held has been read, and after each look that found something. */
  readonly caughtUp?: (done: Ingested) => void;
}

/** Follows a log until the signal is aborted. A log that is away for a moment, or cannot be read, is told to `failed`
 * once and looked for again; without `failed` it throws. */
export async function followInto(store: Store, log: string, options: FollowIntoOptions): Promise<Ingested> {
  const { signal, interval = 250, quiet = 2000, caughtUp, failed } = options;
  const run = new Ingestion(store, { ...options, now: 0 });
  await run.start();
  let seen = '';
  let file = '';
  let fault = '';
  let heard = performance.now();
  while (!signal.aborted) {
    try {
      const { dev, ino, size, mtimeMs } = statSync(log);
      const found = `${dev}:${ino}:${size}:${mtimeMs}`;
      if (found !== seen) {
        // Another file stands there: what was written to the old one since the last look is in a rotated one.
        const files = `${dev}:${ino}` === file ? [log] : rotatedSet(log);
        for (const path of files) await run.file(path);
        seen = found;
        heard = performance.now();
        file = `${dev}:${ino}`;
        caughtUp?.(run.done);
      }
      fault = '';
    } catch (error) {
      const told = faultOf(error, log);
      if (!failed) throw told;
      if (told.message !== fault) failed(told);
      fault = told.message;
    }
    const silent = performance.now() - heard >= quiet;
    if (silent && (await run.expire(Number.POSITIVE_INFINITY))) caughtUp?.(run.done);
    await sleep(interval, undefined, { signal }).catch(() => {});
  }
  return run.done;
}

function faultOf(error: unknown, log: string): AuditError {
  if (error instanceof AuditError && error.code !== 'store') return error;
  if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  return new AuditError('read', `Cannot read ${log}: ${(error as Error).message}`, { cause: error });
}
