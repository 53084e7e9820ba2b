// Counts of things. Each thing remembers the earliest event it was in, so that equals can be put in the order of the
// trail whatever the order in which events came, and so that several threads may count and be merged.

import type { Facts } from './facts/facts.ts';

export interface Count {
  count: number;
  /** The earliest event with it: milliseconds since 1970 UTC, and serial. */
  at: number;
  serial: number;
}

/** How often each key was seen. */
export type Tally = Map<string, Count>;

/** An event's place in the trail. */
export type Moment = Pick<Facts, 'sec' | 'ms' | 'serial'>;

export function count(tally: Tally, key: string, { sec, ms, serial }: Moment): void {
  add(tally, key, 1, sec * 1000 + ms, serial);
}

function add(tally: Tally, key: string, n: number, at: number, serial: number): void {
  const known = tally.get(key);
  if (!known) {
    tally.set(key, { count: n, at, serial });
    return;
  }
  known.count += n;
  if (at < known.at || (at === known.at && serial < known.serial)) {
    known.at = at;
    known.serial = serial;
  }
}

/** Adds what another thread counted. */
export function mergeTally(tally: Tally, other: Tally): void {
  for (const [key, { count: n, at, serial }] of other) add(tally, key, n, at, serial);
}

/** The most frequent first; equals in the order in which the trail has them, or, `numeric`, in that of numbers. */
export function ranked(tally: Tally, numeric = false): (readonly [key: string, count: number])[] {
  return [...tally]
    .sort(
      ([a, x], [b, y]) => y.count - x.count || (numeric ? Number(a) - Number(b) : x.at - y.at || x.serial - y.serial),
    )
    .map(([key, entry]) => [key, entry.count] as const);
}
