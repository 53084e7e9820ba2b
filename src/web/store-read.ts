// The store as a trail to be read: events in the order of time, part by part. What the commands ask of a log (explain,
// report) is asked of the store the same way.

import type { AuditEvent } from '../event/index.ts';
import type { Read } from '../explain/index.ts';
import { eventsIn, type Selection, type Store } from '../store/index.ts';
import { checkSignal } from '../store/watchers.ts';

/** How long events are handed on before others have their turn, in ms. */
const SLICE = 15;

/** Hands every event of a selection to `take`, the oldest first; of a predicate, see `Store.texts`. */
export async function eachEvent(
  store: Store,
  selection: Selection,
  signal: AbortSignal,
  take: (event: AuditEvent) => void,
): Promise<void> {
  let until = performance.now() + SLICE;
  for await (const text of store.texts(selection, signal))
    for (const event of eventsIn(text)) {
      take(event);
      if (performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      checkSignal(signal);
      until = performance.now() + SLICE;
    }
}

/** A reader for the questions of explain. What happened later than the range is left out; what happened before it is
 * read too, since it tells who the processes are. */
export const readerOf =
  (store: Store, range: Pick<Selection, 'to'>, signal: AbortSignal): Read =>
  (reading) =>
    eachEvent(store, range.to === undefined ? {} : { to: range.to }, signal, reading.event);
