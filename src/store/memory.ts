// The store as plainly as it can be written: the reference that the others are held against, and what a test or a small
// trail needs. Nothing outlives the process.

import { type AuditEvent, detachEvent } from '../event/event.ts';
import { type MatchContext, matcher, TRUE } from '../query/index.ts';
import { columnsOf, rawOf } from './row.ts';
import type { Column, Count, Progress, Selection, SourcePosition, Store, StoredEvent } from './store.ts';

/** A store in memory. `context` interprets values where a predicate asks for it. */
export function memoryStore(context?: MatchContext): Store {
  let events: StoredEvent[] = [];
  let next = 1;
  let waiting: readonly string[] = [];
  const sources = new Map<string, SourcePosition>();
  const chosen = (selection: Selection = {}): StoredEvent[] => {
    const matches = matcher(selection.predicate ?? TRUE, context);
    const wanted = Object.entries(selection.columns ?? {});
    return events.filter((e) => wanted.every(([name, v]) => e.columns[name as Column] === v) && matches(e.event));
  };
  return {
    append: async (added: readonly AuditEvent[], progress?: Progress) => {
      for (const event of added) events.push({ seq: next++, columns: columnsOf(event), event: detachEvent(event) });
      if (!progress) return;
      sources.set(sourceId(progress.source), progress.source);
      waiting = progress.waiting;
    },
    query: async ({ before = Number.POSITIVE_INFINITY, limit, ...selection }) =>
      chosen(selection)
        .filter((e) => e.seq < before)
        .reverse()
        .slice(0, limit),
    event: async (seq) => events.find((e) => e.seq === seq),
    count: async (selection) => chosen(selection).length,
    facet: async (column, limit, selection) => {
      const counts = tally(chosen(selection).map((e) => e.columns[column]));
      return counts.sort(byCount).slice(0, limit);
    },
    histogram: async (seconds, selection) => {
      const counts = tally(chosen(selection).map((e) => Math.floor(e.event.sec / seconds) * seconds));
      return counts.map(({ value, count }) => ({ from: value as number, count })).sort((a, b) => a.from - b.from);
    },
    retain: async ({ oldest = Number.NEGATIVE_INFINITY, bytes = Number.POSITIVE_INFINITY }) => {
      const before = events.length;
      let kept = 0;
      events = events
        .filter((e) => e.event.sec >= oldest)
        .reverse()
        .filter((e) => (kept += rawOf(e.event).length + 1) <= bytes)
        .reverse();
      return before - events.length;
    },
    progress: async () => ({ sources: [...sources.values()], waiting }),
    close: async () => {},
  };
}

/** What a file is known by in the table of sources. */
export const sourceId = (source: SourcePosition): string => `${source.device}:${source.inode}`;

function tally<T extends Count['value']>(values: readonly T[]): { value: T; count: number }[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count }));
}

/** Most first; ties by value, what is not told last. */
export function byCount(a: Count, b: Count): number {
  if (a.count !== b.count) return b.count - a.count;
  if (a.value === b.value) return 0;
  if (a.value === undefined || b.value === undefined) return a.value === undefined ? 1 : -1;
  return a.value < b.value ? -1 : 1;
}
