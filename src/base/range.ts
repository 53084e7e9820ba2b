// A stretch of time that was asked for: one type and one meaning for every verb, the store and the console. The classic
// tools have whole seconds, both included (report/gate.ts, query/classic.ts), as the reference has.

/** Milliseconds since 1970 UTC: from `since` on, and before `until`; undefined for no end on that side. */
export interface TimeRange {
  readonly since?: number;
  readonly until?: number;
}

/** Whether a moment (ms since 1970 UTC) lies in the range. */
export const inRange = (at: number, { since, until }: TimeRange): boolean =>
  (since === undefined || at >= since) && (until === undefined || at < until);

/** Whether what lasted from `first` to `last` (ms since 1970 UTC, both included) has a moment in the range. */
export const overlapsRange = (first: number, last: number, { since, until }: TimeRange): boolean =>
  (since === undefined || last >= since) && (until === undefined || first < until);

/** What seconds with a fraction lose as milliseconds in a double: less than this at any time that has a date. */
const HAIR = 0.001;

/** Where a range begins that was asked for from the moment `at` (ms) on: the first whole millisecond. */
export const beginOf = (at: number): number => Math.ceil(at - HAIR);

/**
 * Where a range ends whose end was given as `text`, which is the moment `at` (ms): what happened then is in it. So a whole
 * second takes all of that second in (`04:17:47`), one with a fraction that millisecond (`04:17:47.000`).
 */
export function endOf(text: string, at: number): number {
  const ms = Math.floor(at + HAIR);
  return ms + (ms % 1000 === 0 && !/\d\.\d/.test(text) ? 1000 : 1);
}
