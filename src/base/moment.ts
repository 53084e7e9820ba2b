// Points in time as numbers and as text, for every second a record may carry: the kernel's clock may never have been set
// (a board without a battery begins in 1970), and who forges a record writes any fifteen digits. Nothing here throws or
// says "Invalid Date": what no calendar has is shown as the seconds that stand in the record, behind an `@`.

import { milliText } from './event-id.ts';
import type { LocalTime } from './strftime.ts';

/** First and last second of the years 0000 to 9999, which RFC 3339 can write. */
const FIRST = -62_167_219_200;
const LAST = 253_402_300_799;

/** Whether a second since 1970 UTC has a date that RFC 3339 can write; false for what is no number too. */
export const hasDate = (sec: number): boolean => sec >= FIRST && sec <= LAST;

/**
 * Whether a record tells its time at all. Second 0 is what the kernel's log says where it does not: `audit(0.0:279)` of
 * Android, whose logger has the time before the record, and `audit(0.412:1)` of a kernel whose clock was not set yet. (A
 * board without a battery goes on counting from there: its later seconds are what its clock said.)
 */
export const isTimed = (sec: number): boolean => sec !== 0;

/** In place of a time that no record tells. */
export const NO_TIME = 'time not known';

/** A second without a date, as digits in any size. */
const digits = (sec: number): string => (Math.abs(sec) < 1e21 ? String(sec) : sec.toLocaleString('fullwide'));

/** `2026-11-21T05:57:47` in UTC; `@SECONDS` for a second without a date. */
export const isoSecond = (sec: number): string =>
  hasDate(sec) ? new Date(sec * 1000).toISOString().slice(0, 19) : `@${digits(sec)}`;

/** RFC 3339 in UTC with milliseconds; `@SECONDS.MILLI` for a second without a date. */
export const isoTime = (sec: number, ms: number): string =>
  `${isoSecond(sec)}.${milliText(ms)}${hasDate(sec) ? 'Z' : ''}`;

/** The same of milliseconds since 1970 UTC. Beyond what a number holds to the millisecond, `@SECONDS` alone. */
export function isoMoment(at: number): string {
  const sec = Math.floor(at / 1000);
  if (hasDate(sec) || Number.isSafeInteger(Math.floor(at))) return isoTime(sec, Math.floor(at - sec * 1000));
  return `@${digits(Math.round(at / 1000))}`;
}

/** Days of 400 years, after which the calendar comes again, weekdays and all. */
const ERA_DAYS = 146_097;
/** Their seconds. */
export const ERA = ERA_DAYS * 86_400;

const DAY = 86_400;

/**
 * The Gregorian calendar of a second that is local already, of any size, as gmtime(3) has it: JavaScript's Date ends with
 * the year 275760, and a record may carry seconds of the year 31 million. Months are counted from March, so that the day
 * that comes every four years is the last.
 */
export function civil(local: number): Omit<LocalTime, 'offset'> {
  const days = Math.floor(local / DAY);
  const rest = local - days * DAY;
  const sinceMarch = days + 719_468; // from 0000-03-01
  const era = Math.floor(sinceMarch / ERA_DAYS);
  const day = sinceMarch - era * ERA_DAYS;
  const leaps = Math.floor(day / 1460) - Math.floor(day / 36_524) + Math.floor(day / 146_096);
  const ofEra = Math.floor((day - leaps) / 365);
  const ofYear = day - (365 * ofEra + Math.floor(ofEra / 4) - Math.floor(ofEra / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = (march + 2) % 12;
  const year = era * 400 + ofEra + (month < 2 ? 1 : 0);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return {
    year,
    month,
    day: ofYear - Math.floor((153 * march + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: Math.floor(rest % 60),
    weekday: (((days + 4) % 7) + 7) % 7,
    yearday: month < 2 ? ofYear - 306 : ofYear + 59 + (leap ? 1 : 0),
  };
}
