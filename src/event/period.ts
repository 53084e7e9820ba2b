// A stretch of time that was asked for.

/** Milliseconds since 1970 UTC, both included; undefined for no end on that side. */
export interface Period {
  readonly since?: number;
  readonly until?: number;
}

export const inPeriod = (at: number, { since, until }: Period): boolean =>
  (since === undefined || at >= since) && (until === undefined || at <= until);
