// The time of a trail, as its records tell it one after the other: an event is whole when the trail's time has gone far
// enough past it. One record may lie: a clock that was set, a board that had none, a forged line. So a leap ahead of more
// than a day counts only when the next event confirms it; until then the time stays where it was. A machine that was off
// for a week is believed one event later, and no event is cut in two for a single line of the year 5000.

/** Seconds that the time of a trail goes ahead from one event to the next without being doubted. */
export const LEAP = 86_400;

/** 2004-01-01, the year Linux got its audit system, in seconds since 1970: a clock that says less was never set. */
export const AUDIT_BEGAN = 1_072_915_200;

/** The time of a trail, told event by event, in seconds since 1970. */
export class TrailClock {
  /** The second that events count as past or not past by. */
  now = Number.NEGATIVE_INFINITY;
  /** The second of the last event that began; no leap is one from nowhere. */
  private last = Number.POSITIVE_INFINITY;
  private readonly leap: number;

  /** `believing`: a leap counts at once, as for the classic tools. */
  constructor(believing = false) {
    this.leap = believing ? Number.POSITIVE_INFINITY : LEAP;
  }

  /** An event has begun in that second; returns the trail's time. */
  pass(sec: number): number {
    this.now = sec > this.last + this.leap ? this.last : sec;
    this.last = sec;
    return this.now;
  }

  /** The trail goes on elsewhere. */
  reset(): void {
    this.last = Number.POSITIVE_INFINITY;
  }

  /** What the time of the next event depends on, as whole numbers of 32 bits. */
  state(): readonly [number, number] {
    return Number.isFinite(this.last) ? [this.last % 0x40000000, Math.floor(this.last / 0x40000000)] : [-1, -1];
  }
}
