// What every store does alike beside its data: tell who watches, and refuse a question that was withdrawn or is none.

import { AuditError } from '../base/error.ts';
import type { Appended, PageRequest } from './store.ts';

/** Those who are told of new events. */
export class Watchers {
  private readonly listeners = new Set<(appended: Appended) => void>();

  add(listener: (appended: Appended) => void): () => void {
    // A function of its own for each call, so that a listener given twice is two.
    const own = (appended: Appended): void => listener(appended);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  /** Tells of seqs `first` to `last`, if there are any. A listener's error is its own: it ends nothing here. */
  tell(first: number, last: number): void {
    if (last < first) return;
    for (const listener of [...this.listeners])
      queueMicrotask(() => {
        if (this.listeners.has(listener)) listener({ first, last });
      });
  }
}

/** Throws AuditError `cancelled` when the question was withdrawn. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

export const cancelled = (signal: AbortSignal): AuditError =>
  new AuditError('cancelled', 'Cannot answer: the question was withdrawn, or took longer than it may', {
    cause: signal.reason,
  });

export function checkPage({ before, after, limit }: PageRequest): void {
  if (before !== undefined && after !== undefined) throw new TypeError('A page is before or after an event, not both.');
  for (const n of [before ?? 0, after ?? 0, limit])
    if (!Number.isSafeInteger(n) || n < 0) throw new TypeError(`A page cannot be asked for with ${n}.`);
}

export const noEvent = (seq: number): AuditError =>
  new AuditError('no-event', `Cannot go on from event ${seq}: it is no longer in the store; begin again`);
