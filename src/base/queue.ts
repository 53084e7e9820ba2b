// The one bounded queue: first in, first out, never more than `depth` in weight (an entry weighs 1 unless told
// otherwise), and it remembers how full it has been and how much it had to refuse.

/** A queue of at most `depth`; `push` refuses, and counts, what is too much. */
export class BoundedQueue<T> {
  /** The most weight that waited at once. */
  highWater = 0;
  /** Weight refused because the queue was full. */
  refused = 0;
  /** Weight waiting now. */
  load = 0;
  depth: number;
  private readonly weigh: (item: T) => number;
  private items: (T | undefined)[] = [];
  private head = 0;

  constructor(depth: number, weigh: (item: T) => number = () => 1) {
    this.depth = depth;
    this.weigh = weigh;
  }

  /** Weight that still fits. */
  get room(): number {
    return Math.max(0, this.depth - this.load);
  }

  /** False, and the entry's weight is counted as refused, when it does not fit. */
  push(item: T): boolean {
    const weight = this.weigh(item);
    if (weight > this.room) {
      this.refused += weight;
      return false;
    }
    this.items.push(item);
    this.load += weight;
    if (this.load > this.highWater) this.highWater = this.load;
    return true;
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head] as T;
    this.items[this.head++] = undefined;
    this.load -= this.weigh(item);
    // Cut the used front off now and then: shifting an array at every entry costs its length each time.
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  clear(): void {
    this.items = [];
    this.head = 0;
    this.load = 0;
  }
}
