// Events as they are appended, handed to everyone who watches. The hub stands before the store: it holds the events while
// the store saves them, so that a viewer gets them with their seq and without a second reading. A viewer keeps the newest
// few hundred that were not sent yet; what it could not take is counted and told to it (`dropped`), never held. Whether an
// event meets a viewer's expression is found out elsewhere (store/judge.ts), so that no viewer keeps the trail waiting.

import { type AuditEvent, detachEvent } from '../event/index.ts';
import type { MatchContext, Predicate } from '../query/index.ts';
import {
  type Appended,
  columnsOf,
  isSelected,
  type Judge,
  type Selection,
  type Store,
  type StoredEvent,
  textOfEvents,
} from '../store/index.ts';

/** Events of one viewer that wait to be sent. */
const ROOM = 500;
/** Events of one viewer that wait to be judged; when there are more, whole batches are dropped. */
const UNJUDGED = 16_384;

/** What is new of a viewer since it looked last. */
export interface News {
  readonly events: readonly StoredEvent[];
  /** Matching events before them that had no room, and events that came too fast to find out whether they match. */
  readonly dropped: number;
}

export class LiveHub {
  /** The seq of the newest event that viewers have been told of; 0 before the first. */
  last = 0;
  /** Events told of in all. */
  count = 0;
  private readonly viewers = new Set<Watching>();
  private readonly judge: Judge | undefined;

  /** `judge` answers viewers' expressions; without it this thread does, before an append is over. */
  constructor(judge?: Judge) {
    this.judge = judge;
  }

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

  /** Watches from now on what is selected; `context` interprets values where there is no judge. */
  watch(selection: Selection, context: MatchContext, wake: () => void): Watching {
    const { predicate, ...rest } = selection;
    const judged = this.judge && predicate;
    const matches = judged ? isSelected(rest) : isSelected(selection, context);
    const watching = new Watching({ matches, predicate: judged, wake, gone: () => this.viewers.delete(watching) });
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
    const stored = events.map((event, i) => lazy(first + i, event));
    const atOnce = [...this.viewers].filter(({ predicate }) => !predicate);
    for (const one of atOnce.length > 0 ? stored : []) {
      let wanted = false;
      for (const viewer of atOnce) wanted = viewer.offer(one) || wanted;
      if (wanted) detachEvent(one.event);
    }
    let text: Uint8Array | undefined;
    for (const viewer of this.viewers)
      if (viewer.predicate) viewer.judged(stored, this.judge!, () => (text ??= textOfEvents(events)));
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
  /** What a judge is asked of events before they are offered. */
  readonly predicate: Predicate | undefined;
  readonly wake: () => void;
  private readonly gone: () => void;
  private readonly matches: (stored: StoredEvent) => boolean;
  private readonly ended = new AbortController();
  private waiting: StoredEvent[] = [];
  private dropped = 0;
  private failure: { readonly error: unknown } | undefined;
  private unjudged = 0;
  /** The last batch that is judged. */
  private judging: Promise<void> = Promise.resolve();

  constructor(wish: Pick<Watching, 'predicate' | 'wake'> & { matches(stored: StoredEvent): boolean; gone(): void }) {
    this.predicate = wish.predicate;
    this.wake = wish.wake;
    this.gone = wish.gone;
    this.matches = wish.matches;
  }

  end(): void {
    this.gone();
    this.ended.abort();
  }

  /** Has events judged, behind those before them, and offers those that match. */
  judged(stored: readonly StoredEvent[], judge: Judge, text: () => Uint8Array): void {
    if (this.unjudged + stored.length > UNJUDGED && this.unjudged > 0) {
      this.dropped += stored.length;
      return;
    }
    this.unjudged += stored.length;
    const { signal } = this.ended;
    const judging = async (): Promise<void> => {
      if (signal.aborted) return;
      for (const at of await judge(this.predicate!, text(), signal)) {
        const one = stored[at]!;
        if (this.offer(one)) detachEvent(one.event);
      }
    };
    this.judging = this.judging
      .then(judging)
      .catch(() => {
        this.dropped += stored.length;
      })
      .then(() => {
        this.unjudged -= stored.length;
        this.wake();
      });
  }

  /** Whether the event is kept for this viewer. One whose filter fails watches no longer: others, and the store, go on. */
  offer(stored: StoredEvent): boolean {
    try {
      if (this.failure || !this.matches(stored)) return false;
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
