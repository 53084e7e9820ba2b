// The store as plainly as it can be written: the reference that the others are held against, and what a test or a small
// trail needs. Nothing outlives the process. A question is answered in one go, so a signal is looked at before it only.

import { compareTimes } from '../base/event-id.ts';
import { type AuditEvent, detachEvent } from '../event/event.ts';
import { Folders } from '../paths/index.ts';
import type { MatchContext } from '../query/index.ts';
import { oldOnes } from './retention.ts';
import { columnsOf, rawOf, textOfEvents } from './row.ts';
import { isSelected } from './selected.ts';
import type { Page, PageRequest, Progress, Selection, SourcePosition, Store, StoredEvent } from './store.ts';
import { Bars, barOf, Groups, Tally, valuesOf } from './tally.ts';
import { checkPage, checkSignal, noEvent, Watchers } from './watchers.ts';

/** Events whose text is given in one piece. */
const PART = 1000;

/** A store in memory. `context` interprets values where a predicate asks for it. */
export function memoryStore(context?: MatchContext): Store {
  let events: StoredEvent[] = [];
  let next = 1;
  let waiting: readonly string[] = [];
  const sources = new Map<string, SourcePosition>();
  const watchers = new Watchers();
  const folders = new Folders();
  const chosen = (selection: Selection = {}, signal?: AbortSignal): StoredEvent[] => {
    checkSignal(signal);
    return events.filter(isSelected(selection, context));
  };
  return {
    append: async (added: readonly AuditEvent[], progress?: Progress) => {
      const first = next;
      for (const event of added) folders.learn(event);
      for (const event of added)
        events.push({
          seq: next++,
          columns: columnsOf(event, (one) => folders.filesOf(one)),
          event: detachEvent(event),
        });
      if (progress) {
        sources.set(sourceId(progress.source), progress.source);
        waiting = progress.waiting;
      }
      watchers.tell(first, next - 1);
    },
    watch: (listener) => watchers.add(listener),
    query: async (request, signal) => pageOf(chosen(request, signal), events, request),
    event: async (seq, signal) => {
      checkSignal(signal);
      return events.find((e) => e.seq === seq);
    },
    texts: async function* (selection, signal) {
      const inOrder = chosen(selection, signal).sort((a, b) => compareTimes(a.event, b.event) || a.seq - b.seq);
      for (let at = 0; at < inOrder.length; at += PART)
        yield textOfEvents(inOrder.slice(at, at + PART).map(({ event }) => event));
    },
    count: async (selection, signal) => chosen(selection, signal).length,
    facet: async (column, limit, selection, signal) => {
      const tally = new Tally();
      for (const e of chosen(selection, signal)) tally.add(e.columns[column]);
      return tally.top(limit);
    },
    histogram: async (request, signal) => {
      const bars = new Bars();
      for (const e of chosen(request, signal))
        bars.add(barOf(e.event.sec, request.seconds), request.by && e.columns[request.by], 1);
      return bars.done(request);
    },
    aggregate: async (request, signal) => {
      const groups = new Groups();
      for (const e of chosen(request, signal))
        groups.add(valuesOf(e, request.by), { seq: e.seq, sec: e.event.sec, ms: e.event.ms });
      return groups.done(request);
    },
    retain: async (limits) => {
      const { oldest = Number.NEGATIVE_INFINITY, bytes = Number.POSITIVE_INFINITY } = limits;
      const before = events.length;
      const old = oldOnes(events, oldest, limits);
      let kept = 0;
      events = events
        .filter((e) => !old.has(e.seq))
        .reverse()
        .filter((e) => (kept += rawOf(e.event).length + 1) <= bytes)
        .reverse();
      return before - events.length;
    },
    progress: async () => ({ sources: [...sources.values()], waiting }),
    close: async () => {},
  };
}

function pageOf(chosen: StoredEvent[], all: readonly StoredEvent[], request: PageRequest): Page {
  checkPage(request);
  const { before, after, order = 'arrival', limit } = request;
  const compare = (a: StoredEvent, b: StoredEvent): number =>
    (order === 'time' ? compareTimes(a.event, b.event) : 0) || a.seq - b.seq;
  const mark = before ?? after;
  const sorted = chosen.sort(compare);
  let kept = after === undefined ? sorted.reverse() : sorted;
  if (mark !== undefined && mark !== 0) {
    const at = order === 'time' ? all.find((e) => e.seq === mark) : ({ seq: mark } as StoredEvent);
    if (!at) throw noEvent(mark);
    kept = kept.filter((e) => (after === undefined ? compare(e, at) < 0 : compare(e, at) > 0));
  } else if (before === 0) kept = [];
  return { events: kept.slice(0, limit), more: kept.length > limit };
}

/** What a file is known by in the table of sources. */
export const sourceId = (source: SourcePosition): string => `${source.device}:${source.inode}`;
