// A selection as a test of one event in memory: what the memory store filters by, and what a live view looks at.

import { type MatchContext, matcher, TRUE } from '../query/index.ts';
import { inTime } from './range.ts';
import type { Column, Selection, StoredEvent } from './store.ts';

/** Whether an event is selected. `context` interprets values where a predicate asks for it. */
export function isSelected(selection: Selection, context?: MatchContext): (stored: StoredEvent) => boolean {
  const matches = matcher(selection.predicate ?? TRUE, context);
  const wanted = Object.entries(selection.columns ?? {}).map(
    ([name, value]) => [name as Column, [value].flat()] as const,
  );
  return (stored) =>
    inTime(stored.event, selection) &&
    matches(stored.event) &&
    wanted.every(([name, values]) => values.includes(stored.columns[name]));
}
