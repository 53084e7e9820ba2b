// The store as a trail to be read: events in the order of time, page by page. What the commands ask of a log (explain,
// report) is asked of the store the same way.

import type { AuditEvent } from '../event/index.ts';
import type { Read } from '../explain/index.ts';
import type { Selection, Store } from '../store/index.ts';

const PAGE = 2048;

/** Hands every event of a selection to `take`, the oldest first. Between two pages others have their turn. */
export async function eachEvent(
  store: Store,
  selection: Selection,
  signal: AbortSignal,
  take: (event: AuditEvent) => void,
): Promise<void> {
  for (let after = 0; ; ) {
    const { events, more } = await store.query({ ...selection, after, order: 'time', limit: PAGE }, signal);
    for (const { event } of events) take(event);
    if (!more || events.length === 0) return;
    await new Promise((resolve) => setImmediate(resolve));
    after = events.at(-1)!.seq;
  }
}

/** A reader for the questions of explain. What happened later than the range is left out; what happened before it is
 * read too, since it tells who the processes are. */
export const readerOf =
  (store: Store, range: Pick<Selection, 'to'>, signal: AbortSignal): Read =>
  (reading) =>
    eachEvent(store, range.to === undefined ? {} : { to: range.to }, signal, reading.event);
