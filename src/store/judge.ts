// Who says which events match, where SQL alone cannot: on this thread in short turns, or on threads of their own
// (judge-threads.ts), which a process needs that takes records from the kernel meanwhile.

import { eventFaults } from '../host/faults.ts';
import { type EventMatcher, type MatchContext, matcher, type Predicate } from '../query/index.ts';
import { eventsIn } from './row.ts';
import { checkSignal } from './watchers.ts';

/** The places, from 0 and ascending, of the events that match in a text for `eventsIn`. The same predicate is given as the
 * same object. Throws AuditError `cancelled` when the signal is aborted. */
export type Judge = (predicate: Predicate, text: Uint8Array, signal?: AbortSignal) => Promise<readonly number[]>;

/** How long events are looked at before others have their turn, in ms. */
const TURN = 15;

/** A judge on this thread. */
export function plainJudge(context: MatchContext | undefined): Judge {
  const matchers = new WeakMap<Predicate, EventMatcher>();
  return async (predicate, text, signal) => {
    const matches = matchers.get(predicate) ?? matcher(predicate, context);
    matchers.set(predicate, matches);
    const found: number[] = [];
    let at = 0;
    let until = performance.now() + TURN;
    for (const event of eventsIn(text)) {
      if (eventFaults.run(event, () => matches(event), true, 'it is taken as a match')) found.push(at);
      at++;
      if (performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      checkSignal(signal);
      until = performance.now() + TURN;
    }
    return found;
  };
}
