// Events as they are appended, handed to everyone who watches. The hub stands before the store: it holds the events while
// the store saves them, so that a viewer gets them with their seq and without a second reading. A viewer keeps the newest
// few hundred that were not sent yet; what it could not take is counted and told to it (`dropped`), never held.

import { type AuditEvent, detachEvent } from '../event/index.ts';
import { type Appended, columnsOf, type Store, type StoredEvent } from '../store/index.ts';

/** Events of one viewer that wait to be sent. */
const ROOM = 500;

/** What is new of a viewer since it looked last. */
export interface News {
  readonly events: readonly StoredEvent[];
  /** Matching events before them that had no room. */
  readonly dropped: number;
}

export class LiveHub {
  /** The seq of the newest event that viewers have been told of; 0 before the first. */
  last = 0;
  /** Events told of in all. */
  count = 0;
  private readonly viewers = new Set<Watching>();

  /** The store to append to, one batch after the other, so that the hub hears of it. */
  async tap(store: Store): Promise<Store> {
    this.last = (await store.query({ limit: 1, order: 'arrival' })).events[0]?.seq ?? 0;
    let heard: (appended: Appended) => void = () => {};
    let turn: Promise<void> = Promise.resolve();
    store.watch((appended) => heard(appended));
    const append: Store['append'] = async (events, progress) => {
      if (events.length === 0) return store.append(events, progress);
      const news = new Promise<Appended>((resolve) => (heard = resolve));
      await store.append(events, progress);
      this.told(events, (await news).first);
    };
    return {
      append: (events, progress) => (turn = turn.catch(() => {}).then(() => append(events, progress))),
      watch: (listener) => store.watch(listener),
      query: (request, signal) => store.query(request, signal),
      event: (seq, signal) => store.event(seq, signal),
      texts: (selection, signal) => store.texts(selection, signal),
      count: (selection, signal) => store.count(selection, signal),
      facet: (column, limit, selection, signal) => store.facet(column, limit, selection, signal),
      histogram: (request, signal) => store.histogram(request, signal),
      aggregate: (request, signal) => store.aggregate(request, signal),
      retain: (limits) => store.retain(limits),
      progress: () => store.progress(),
      close: () => store.close(),
    };
  }

  /** Watches from now on; `matches` says which events are wanted. */
  watch(matches: (stored: StoredEvent) => boolean, wake: () => void): Watching {
    const watching = new Watching(matches, wake, () => this.viewers.delete(watching));
    this.viewers.add(watching);
    return watching;
  }

  get watchers(): number {
    return this.viewers.size;
  }

  private told(events: readonly AuditEvent[], first: number): void {
    this.last = first + events.length - 1;
    this.count += events.length;
    if (this.viewers.size === 0) return;
    for (const [i, event] of events.entries()) {
      const stored = lazy(first + i, event);
      let wanted = false;
      for (const viewer of this.viewers) wanted = viewer.offer(stored) || wanted;
      if (wanted) detachEvent(event);
    }
    for (const viewer of this.viewers) viewer.wake();
  }
}

/** Columns are made when someone asks for them: most events of a busy trail are only counted. */
function lazy(seq: number, event: AuditEvent): StoredEvent {
  let columns: StoredEvent['columns'] | undefined;
  return {
    seq,
    event,
    get columns() {
      return (columns ??= columnsOf(event));
    },
  };
}

/** One viewer's ring of events that wait. */
export class Watching {
  /** Matching events in all. */
  matched = 0;
  readonly wake: () => void;
  readonly end: () => void;
  private readonly matches: (stored: StoredEvent) => boolean;
  private waiting: StoredEvent[] = [];
  private dropped = 0;
  private failure: { readonly error: unknown } | undefined;

  constructor(matches: (stored: StoredEvent) => boolean, wake: () => void, end: () => void) {
    this.matches = matches;
    this.wake = wake;
    this.end = end;
  }

  /** Whether the event is kept for this viewer. One whose filter fails watches no longer: others, and the store, go on. */
  offer(stored: StoredEvent): boolean {
    try {
      if (!this.matches(stored)) return false;
    } catch (error) {
      this.failure = { error };
      this.end();
      this.wake();
      return false;
    }
    this.matched++;
    this.waiting.push(stored);
    if (this.waiting.length >= 2 * ROOM) this.cut();
    return true;
  }

  /** Takes what waits. Throws what the filter threw. */
  take(): News {
    if (this.failure) throw this.failure.error;
    if (this.waiting.length > ROOM) this.cut();
    const news = { events: this.waiting, dropped: this.dropped };
    this.waiting = [];
    this.dropped = 0;
    return news;
  }

  private cut(): void {
    const over = this.waiting.length - ROOM;
    this.dropped += over;
    this.waiting.splice(0, over);
  }
}
