// What the live view knows: counts of everything, and a sample of the newest events to show. Counting never samples: at
// 20,000 events a second every one is counted, and the newest few hundred are kept.
import { type AuditEvent, detachEvent } from '../event/index.ts';
import { ancestorsOf, type Call, type Life, ProcessFeed, ProcessHistory } from '../explain/index.ts';
import { typeNameOf } from '../record/index.ts';

export interface Shown {
  readonly event: AuditEvent;
  /** Counts up with every event that passed the filter. */
  readonly number: number;
}

const KEPT = 1000;
/** Kept between two looks of the screen; what came before in that time is counted only. */
const FRESH = 200;
const SECONDS = 60;
const MOST_ACTIVE = 4096;

export interface Activity {
  readonly life: Life;
  count: number;
}

export class LiveModel {
  /** Events and records seen. */
  events = 0;
  records = 0;
  /** Events that passed the filter. */
  matched = 0;
  /** Events by kind: the system call's name, or the record type's. */
  readonly kinds = new Map<string, number>();
  /** Events of each of the last seconds, oldest first. */
  readonly rates: number[] = new Array(SECONDS).fill(0);
  readonly history: ProcessHistory;
  /** Newest last. */
  readonly shown: Shown[] = [];
  readonly #feed: ProcessFeed;
  readonly #fresh: (Shown | undefined)[] = new Array(FRESH).fill(undefined);
  #freshCount = 0;
  #active = new Map<Life, Activity>();
  #passes: (event: AuditEvent) => boolean = () => true;
  #second = 0;
  #kind = '';

  constructor(history = new ProcessHistory()) {
    this.history = history;
    this.#feed = new ProcessFeed(history, { call: (life, call) => this.#acted(life, call) });
  }

  get names(): ReadonlyMap<number, string> {
    return this.#feed.names;
  }

  /** Shows only what passes from now on; what is shown already is looked at again. */
  filter(passes: (event: AuditEvent) => boolean): void {
    this.settle();
    this.#passes = passes;
    const kept = this.shown.filter(({ event }) => passes(event));
    this.shown.splice(0, this.shown.length, ...kept);
    this.matched = kept.length;
  }

  push(event: AuditEvent): void {
    this.events++;
    this.records += event.records.length;
    this.#second++;
    this.#kind = typeNameOf(event.records[0]!);
    this.#feed.push(event);
    this.kinds.set(this.#kind, (this.kinds.get(this.#kind) ?? 0) + 1);
    if (!this.#passes(event)) return;
    this.matched++;
    this.#fresh[this.#freshCount++ % FRESH] = { event, number: this.matched };
  }

  /** Takes over the newest events; call it before each drawing, unless paused. */
  settle(): void {
    const count = Math.min(this.#freshCount, FRESH);
    for (let i = this.#freshCount - count; i < this.#freshCount; i++) {
      const shown = this.#fresh[i % FRESH]!;
      detachEvent(shown.event);
      this.shown.push(shown);
    }
    this.#freshCount = 0;
    if (this.shown.length > KEPT) this.shown.splice(0, this.shown.length - KEPT);
  }

  /** A second is over. */
  tick(): void {
    this.rates.push(this.#second);
    this.rates.shift();
    this.#second = 0;
    for (const [life, activity] of this.#active) {
      activity.count = Math.floor(activity.count * 0.7);
      if (activity.count === 0) this.#active.delete(life);
    }
  }

  /** Events in the last whole second. */
  get rate(): number {
    return this.rates.at(-1)!;
  }

  /** The most active processes of the last seconds, busiest first. */
  busiest(count: number): Activity[] {
    return [...this.#active.values()].sort((a, b) => b.count - a.count).slice(0, count);
  }

  /** The busiest processes with their ancestors, as a forest in order: depth and life. */
  forest(count: number): { readonly life: Life; readonly depth: number; readonly count: number }[] {
    const wanted = new Map<Life, number>();
    for (const { life, count: n } of this.busiest(count)) {
      wanted.set(life, n);
      for (const above of ancestorsOf(life).slice(0, 3)) if (!wanted.has(above)) wanted.set(above, 0);
    }
    const lives = [...wanted.keys()].sort((a, b) => a.start - b.start || a.id - b.id);
    const rows: { life: Life; depth: number; count: number }[] = [];
    const walk = (life: Life, depth: number): void => {
      rows.push({ life, depth, count: wanted.get(life)! });
      for (const child of lives) if (child.parent === life) walk(child, depth + 1);
    };
    for (const life of lives) if (!life.parent || !wanted.has(life.parent)) walk(life, 0);
    return rows.slice(0, count);
  }

  #acted(life: Life, call: Call): void {
    this.#kind = call.name;
    const activity = this.#active.get(life);
    if (activity) activity.count++;
    else if (this.#active.size < MOST_ACTIVE) this.#active.set(life, { life, count: 1 });
  }
}
