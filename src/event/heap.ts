// A priority queue of what waits, oldest first: by seconds, milliseconds, serial, and then order of arrival. A binary
// heap, because trails are nearly in order (adding is then one comparison) and hostile ones must not cost more than
// log n. What left by another way is marked `gone` and dropped when it comes to the front.

export interface Keyed {
  readonly sec: number;
  readonly ms: number;
  readonly serial: number;
  gone: boolean;
  /** Set by the heap: counts up with each item added. */
  order: number;
}

export class TimeHeap<T extends Keyed> {
  private slots: T[] = [];
  private added = 0;
  private gone = 0;

  /** Whether an item of that key would come before all that wait. */
  leads(sec: number, ms: number, serial: number): boolean {
    const first = this.first();
    return !first || (sec - first.sec || ms - first.ms || serial - first.serial) < 0;
  }

  add(item: T): void {
    item.order = this.added++;
    let at = this.slots.length;
    this.slots.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, this.slots[parent]!)) break;
      this.slots[at] = this.slots[parent]!;
      at = parent;
    }
    this.slots[at] = item;
  }

  /** The oldest item; undefined when none waits. */
  first(): T | undefined {
    while (this.slots.length > 0 && this.slots[0]!.gone) {
      this.removeFirst();
      this.gone--;
    }
    return this.slots[0];
  }

  /** An item leaves from the middle. */
  leave(item: T): void {
    item.gone = true;
    if (++this.gone < 1000 || this.gone * 2 < this.slots.length) return;
    this.slots = this.slots.filter((slot) => !slot.gone).sort((a, b) => (before(a, b) ? -1 : 1));
    this.gone = 0;
  }

  removeFirst(): void {
    const last = this.slots.pop();
    if (!last || this.slots.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.slots.length) break;
      if (child + 1 < this.slots.length && before(this.slots[child + 1]!, this.slots[child]!)) child++;
      if (!before(this.slots[child]!, last)) break;
      this.slots[at] = this.slots[child]!;
      at = child;
    }
    this.slots[at] = last;
  }

  /** What waits, in no order. */
  *all(): Generator<T> {
    for (const slot of this.slots) if (!slot.gone) yield slot;
  }
}

function before(a: Keyed, b: Keyed): boolean {
  return (a.sec - b.sec || a.ms - b.ms || a.serial - b.serial || a.order - b.order) < 0;
}
