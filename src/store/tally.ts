// Sums over events as they are met one by one: what the memory store answers from. Also the orders in which sums are given.

import { compareTimes } from '../base/event-id.ts';
import type { AuditTime } from '../base/types.ts';
import type { AggregateRequest, Bar, Column, Count, Group, HistogramRequest, StoredEvent, Value } from './store.ts';

/** Values and how many events have them. */
export class Tally {
  private readonly counts = new Map<Value, number>();

  add(value: Value, count = 1): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + count);
  }

  /** Most first. */
  top(limit: number): Count[] {
    return [...this.counts]
      .map(([value, count]) => ({ value, count }))
      .sort(byCount)
      .slice(0, limit);
  }
}

/** Bars of a histogram from counts of (beginning, value). */
export class Bars {
  private readonly bars = new Map<number, { count: number; parts: Tally }>();
  private readonly all = new Tally();

  add(from: number, value: Value, count: number): void {
    let bar = this.bars.get(from);
    if (!bar) this.bars.set(from, (bar = { count: 0, parts: new Tally() }));
    bar.count += count;
    bar.parts.add(value, count);
    this.all.add(value, count);
  }

  done({ by, parts = 8 }: HistogramRequest): Bar[] {
    const own = new Set(this.all.top(parts).map((one) => one.value));
    return [...this.bars]
      .sort(([a], [b]) => a - b)
      .map(([from, bar]) => ({
        from,
        count: bar.count,
        ...(by && { parts: bar.parts.top(Number.POSITIVE_INFINITY).filter((one) => own.has(one.value)) }),
      }));
  }
}

/** One event's share in its group. */
export interface Member {
  readonly seq: number;
  readonly sec: number;
  readonly ms: number;
}

/** Groups of an aggregate. */
export class Groups {
  private readonly groups = new Map<string, Group>();

  add(values: readonly Value[], { seq, sec, ms }: Member): void {
    const key = JSON.stringify(values.map((value) => value ?? null));
    const group = this.groups.get(key);
    const at: AuditTime = { sec, ms };
    if (!group) this.groups.set(key, { values, count: 1, first: at, last: at, firstSeq: seq, lastSeq: seq });
    else
      this.groups.set(key, {
        values,
        count: group.count + 1,
        first: compareTimes(at, group.first) < 0 ? at : group.first,
        last: compareTimes(at, group.last) > 0 ? at : group.last,
        firstSeq: Math.min(seq, group.firstSeq),
        lastSeq: Math.max(seq, group.lastSeq),
      });
  }

  done({ limit, order = 'count' }: AggregateRequest): { groups: Group[]; more: boolean } {
    const first = (a: Group, b: Group): number => {
      if (order === 'count') return b.count - a.count;
      return order === 'last' ? compareTimes(b.last, a.last) : compareTimes(a.first, b.first);
    };
    const all = [...this.groups.values()].sort((a, b) => first(a, b) || compareValues(a.values, b.values));
    return { groups: all.slice(0, limit), more: all.length > limit };
  }
}

/** The beginning of the bar a second belongs to. */
export const barOf = (sec: number, seconds: number): number => Math.floor(sec / seconds) * seconds;

export const valuesOf = (event: StoredEvent, by: readonly Column[]): Value[] => by.map((name) => event.columns[name]);

/** Most first; ties by value, what is not told last. */
const byCount = (a: Count, b: Count): number => b.count - a.count || compareValues([a.value], [b.value]);

function compareValues(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (left === right) continue;
    if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
    return left < right ? -1 : 1;
  }
  return 0;
}
