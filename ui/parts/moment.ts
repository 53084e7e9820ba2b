// The server's times as numbers and back: RFC 3339, or `@SECONDS.MILLI` for a moment that no calendar has. Date.parse reads
// only the first, and what it makes of the second ends a page. Pure.
import { isoMoment } from '../../src/base/moment.ts';

/** Ms since 1970 UTC of a time of the server's; NaN for what is none. */
export function momentOf(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  const seconds = /^@(-?\d+(?:\.\d+)?)$/.exec(text)?.[1];
  return seconds === undefined ? Date.parse(text) : Number(seconds) * 1000;
}

/** A moment as the server writes and reads it. */
export const momentText: (at: number) => string = isoMoment;
