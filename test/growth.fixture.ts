// How work grows with what is given: it is done at n, 2n and 4n, and the time of this process's CPU compared. Twice the
// input may cost twice the time and somewhat more (`n log n`, caches, the collector); four times is a square.
// CPU time, not the clock's, and the least of several runs: other programs of a busy machine do not matter.
import { expect } from 'vitest';

/** What a measured piece of work costs at n, 2n and 4n, in ms of CPU (all threads of the process). */
export interface Growth {
  readonly n: number;
  readonly times: readonly [number, number, number];
}

export interface GrowthOptions {
  /** Size of the smallest run. Enlarged, up to 64 times, until that takes `floor`; give what one record or byte makes. */
  readonly n: number;
  /** The input of a size, made outside the measured time; made anew for each run, so work may use it up. */
  readonly make?: (n: number) => unknown;
  /** ms of CPU that the smallest run takes at least; under it the collector and the compiler drown what is measured. */
  readonly floor?: number;
  /** time(4n) / time(n) that is still allowed: 4 is linear, 16 a square. */
  readonly most?: number;
  /** Runs at each size, of which the least counts. */
  readonly runs?: number;
}

/** The smallest run is enlarged this many times at most. */
const ENLARGE_LIMIT = 64;

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function timed(work: (input: never) => unknown, input: unknown): Promise<number> {
  const before = cpu();
  await work(input as never);
  return cpu() - before;
}

async function least(work: (input: never) => unknown, make: (n: number) => unknown, n: number, runs: number) {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) best = Math.min(best, await timed(work, make(n)));
  return best;
}

/**
 * Fails when `work` grows with the square of its input, or nearly. A run that looks so is measured again, twice: what a
 * square is stays one. Answers what it measured, for messages. Throws (an assertion) with the three times.
 */
export async function expectLinear<T = number>(
  what: string,
  work: (input: T) => unknown,
  options: Omit<GrowthOptions, 'make'> & { readonly make?: (n: number) => T },
): Promise<Growth> {
  const { make = (n: number) => n, floor = 8, most = 9, runs = 3 } = options;
  const doing = work as (input: never) => unknown;
  let { n } = options;
  await timed(doing, make(n)); // the compiler's warm-up
  for (let step = 1; step < ENLARGE_LIMIT && (await least(doing, make, n, 2)) < floor; step *= 2) n *= 2;
  let growth: Growth | undefined;
  for (let attempt = 0; attempt < 3; attempt++) {
    const times = [
      await least(doing, make, n, runs),
      await least(doing, make, 2 * n, runs),
      await least(doing, make, 4 * n, runs),
    ] as const;
    growth = { n, times };
    if (times[2] / Math.max(times[0], floor / 2) < most) return growth;
  }
  const [one, two, four] = growth!.times.map((ms) => `${ms.toFixed(1)} ms`);
  expect.fail(`${what}: ${n} take ${one}, ${2 * n} ${two}, ${4 * n} ${four}: that grows faster than the input`);
}
