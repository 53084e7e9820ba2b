// Live memory over a run: what is left after a collection, at twenty moments, without the inputs the loop itself keeps.
import { MOST_GROWTH } from './report.ts';

const MOMENTS = 20;

export class Heap {
  private readonly sizes: number[] = [];
  private readonly allowed: number;

  /** `caches`: bytes that may be held in the end and not yet at the begin. */
  constructor(caches: number) {
    this.allowed = MOST_GROWTH + caches;
  }

  /** To be called often; `done` is how much of the run has passed, from 0 to 1. */
  look(done: number, keptBytes: number): void {
    if (done < (this.sizes.length + 1) / MOMENTS || !globalThis.gc) return;
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    this.sizes.push(heapUsed + external - keptBytes);
  }

  /** The first moments are left out: there code is still being loaded and compiled. */
  result(): { heap: { first: number; last: number }; growing: boolean } {
    const count = this.sizes.length;
    const mean = (from: number, to: number): number => {
      const part = this.sizes.slice(from, Math.max(to, from + 1));
      return part.length > 0 ? part.reduce((sum, n) => sum + n, 0) / part.length : 0;
    };
    const third = Math.floor(count / 3);
    const heap = { first: mean(Math.min(2, third), third), last: mean(count - Math.max(third, 1), count) };
    return { heap, growing: count >= 6 && heap.last - heap.first > this.allowed };
  }
}
