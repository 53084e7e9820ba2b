// Counts of things. Things are kept in the order in which events first showed them: that is the order of equals in a
// report. Several threads may count parts of a trail and be merged in the order of the parts.

/** How often each key was seen; the first seen stands first. */
export type Tally = Map<string, number>;

export function count(tally: Tally, key: string, n = 1): void {
  tally.set(key, (tally.get(key) ?? 0) + n);
}

/** Adds what was counted in the part of the trail that follows. */
export function mergeTally(tally: Tally, later: Tally): void {
  for (const [key, n] of later) count(tally, key, n);
}

/** The most frequent first; equals in the order in which they were first seen, or, `numeric`, in that of numbers. */
export function ranked(tally: Tally, numeric = false): (readonly [key: string, count: number])[] {
  return [...tally].sort(([a, x], [b, y]) => y - x || (numeric ? Number(a) - Number(b) : 0));
}
