// The pace of guesses: who may try, so many at once and then one in so long. A try that was refused costs nothing: who is
// refused and goes on asking waits no longer than who waits quietly. Nobody is ever shut out for good.

import { forgetOldest } from '../base/oldest.ts';

/** Those remembered; the ones that were quiet longest are forgotten. */
const MOST = 1000;

export class Pace {
  private readonly burst: number;
  private readonly every: number;
  private readonly now: () => number;
  private readonly known = new Map<string, { left: number; at: number }>();

  /** `burst` tries at once, then one in `every` ms. */
  constructor(burst: number, every: number, now: () => number) {
    this.burst = burst;
    this.every = every;
    this.now = now;
  }

  /** Seconds to wait before the next try; 0 when it may be made, which then counts. */
  take(who: string): number {
    const left = this.left(who);
    if (left < 1) return Math.ceil(((1 - left) * this.every) / 1000);
    this.keep(who, left - 1);
    return 0;
  }

  /** A try that turned out to be no guess is given back. */
  back(who: string): void {
    this.keep(who, Math.min(this.burst, this.left(who) + 1));
  }

  private left(who: string): number {
    const known = this.known.get(who);
    if (!known) return this.burst;
    return Math.min(this.burst, known.left + Math.max(0, this.now() - known.at) / this.every);
  }

  private keep(who: string, left: number): void {
    this.known.delete(who);
    this.known.set(who, { left, at: this.now() });
    forgetOldest(this.known, MOST);
  }
}
