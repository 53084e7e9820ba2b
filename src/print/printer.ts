// What every printer of one event is: a function from event to text. Types only, and the few options they share.

import type { LocalTime, TimeLocale } from '../base/strftime.ts';
import type { AuditEvent } from '../event/event.ts';

/**
 * One event as text, its last newline included; '' prints nothing. Latin1 (one character per byte of output).
 * A printer with a heading puts it before the first event.
 */
export type EventPrinter = (event: AuditEvent) => string;

/** How dates are written: the zone's clock and the locale's words (host/ knows both). */
export interface DateStyle {
  readonly localTime: (sec: number) => LocalTime;
  readonly locale: TimeLocale;
}

/** A printer that remembers the last second it wrote: events come in thousands a second. */
export function eachSecond(write: (sec: number) => string): (sec: number) => string {
  let last = Number.NaN;
  let text = '';
  return (sec) => {
    if (sec !== last) {
      text = write(sec);
      last = sec;
    }
    return text;
  };
}
