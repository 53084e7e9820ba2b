// A priority queue of what waits, oldest first: by seconds, milliseconds, serial, and then order of arrival. Trails are
// nearly in order: what is not older than all before it goes to the end of a row, and only the rest into a binary heap,
// because hostile trails must not cost more than log n. What left by another way is marked `gone` and dropped when it
// comes to the front. (A heap alone took 0.5 s of the 5.3 s in which a search of a busy trail writes its JSON.)

import { compareStamps, type Stamp } from '../base/event-id.ts';

/** What can wait: an event's time and serial, and its place in the queue. */
export interface Keyed extends Stamp {
  gone: boolean;
  /** Set by the heap: counts up with each item added. */
  order: number;
}

/** Items of the row that have left are let go of by so many. */
const ROOM = 4096;

export class TimeHeap<T extends Keyed> {
  /** What came in order, from `head` on. */
  private row: T[] = [];
  private head = 0;
  /** What came late: a binary heap. */
  private late: T[] = [];
  private added = 0;
  private gone = 0;

  /** Whether an item of that key would come before all that wait. */
  leads(sec: number, ms: number, serial: number): boolean {
    const first = this.first();
    return !first || (sec - first.sec || ms - first.ms || serial - first.serial) < 0;
  }

  add(item: T): void {
    item.order = this.added++;
    const last = this.row[this.row.length - 1];
    if (last === undefined || before(last, item)) this.row.push(item);
    else this.addLate(item);
  }

  /** The oldest item; undefined when none waits. */
  first(): T | undefined {
    for (let item = this.peek(); item; item = this.peek()) {
      if (!item.gone) return item;
      this.removeFirst();
      this.gone--;
    }
    return undefined;
  }

  /** An item leaves from the middle. */
  leave(item: T): void {
    item.gone = true;
    if (++this.gone < 1000 || this.gone * 2 < this.row.length - this.head + this.late.length) return;
    this.row = this.row.slice(this.head).filter((one) => !one.gone);
    this.head = 0;
    this.late = this.late.filter((one) => !one.gone).sort((a, b) => (before(a, b) ? -1 : 1));
    this.gone = 0;
  }

  removeFirst(): void {
    const next = this.row[this.head];
    if (next === undefined || (this.late.length > 0 && before(this.late[0]!, next))) {
      this.removeLate();
      return;
    }
    this.head++;
    if (this.head === this.row.length) {
      this.row.length = 0;
      this.head = 0;
    } else if (this.head >= ROOM && this.head * 2 >= this.row.length) {
      this.row = this.row.slice(this.head);
      this.head = 0;
    }
  }

  /** What waits, in no order. */
  *all(): Generator<T> {
    for (let at = this.head; at < this.row.length; at++) if (!this.row[at]!.gone) yield this.row[at]!;
    for (const item of this.late) if (!item.gone) yield item;
  }

  private peek(): T | undefined {
    const next = this.row[this.head];
    const late = this.late[0];
    return next === undefined || (late !== undefined && before(late, next)) ? late : next;
  }

  private addLate(item: T): void {
    const { late } = this;
    let at = late.length;
    late.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, late[parent]!)) break;
      late[at] = late[parent]!;
      at = parent;
    }
    late[at] = item;
  }

  private removeLate(): void {
    const { late } = this;
    const last = late.pop();
    if (!last || late.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= late.length) break;
      if (child + 1 < late.length && before(late[child + 1]!, late[child]!)) child++;
      if (!before(late[child]!, last)) break;
      late[at] = late[child]!;
      at = child;
    }
    late[at] = last;
  }
}

function before(a: Keyed, b: Keyed): boolean {
  return (compareStamps(a, b) || a.order - b.order) < 0;
}
