// Points in time as the classic tools take them: a word (`recent`, `this-week`), or a date as LC_TIME writes it, a time
// of day, or both in either order (ausearch(8), -ts and -te). The modern command's times are not here.

import { AuditError } from '../base/error.ts';
import { type LocalTime, strftime, strptime, type TimeLocale } from '../base/strftime.ts';
import { bootTime } from '../host/machine.ts';
import { localSeconds, localTime, timeLocale } from '../host/time.ts';

export interface TimeContext {
  /** Seconds since 1970 UTC. */
  readonly now: number;
  readonly boot: () => number;
  readonly locale: () => TimeLocale;
}

export const systemTimes = (): TimeContext => ({
  now: Math.floor(Date.now() / 1000),
  boot: bootTime,
  locale: timeLocale,
});

/** Each word's moment, from the local time now. A word without one keeps the time of day of now. */
const WORDS: Readonly<Record<string, (now: LocalTime, context: TimeContext) => number>> = {
  now: (_, { now }) => now,
  recent: (_, { now }) => now - 600,
  boot: (_, context) => context.boot(),
  'this-hour': (t) => localSeconds({ ...t, minute: 0, second: 0 }),
  today: (t) => midnight(t),
  yesterday: (t) => midnight(t, -1),
  'this-week': (t) => midnight(t, -t.weekday),
  'week-ago': (t) => midnight(t, -7),
  'this-month': (t) => midnight({ ...t, day: 1 }),
  'this-year': (t) => midnight({ ...t, month: 0, day: 1 }),
};

const midnight = (t: LocalTime, days = 0): number =>
  localSeconds({ year: t.year, month: t.month, day: t.day + days, hour: 0, minute: 0, second: 0 });

/**
 * Seconds since 1970 UTC of what follows `-ts` (start) or `-te` (end), one or two words. A start without a time of day
 * is midnight, an end without one is the time of day now. Throws AuditError `usage`.
 */
export function classicTime(words: readonly string[], which: 'start' | 'end', context: TimeContext): number {
  let [date, time] = words as [string, string | undefined];
  if (date.includes(':')) [date, time] = [time ?? '', date];
  const word = Object.hasOwn(WORDS, date) ? date : undefined;
  const now = localTime(context.now);
  if (word !== undefined && time === undefined)
    return which === 'end' && word === 'today' ? context.now : WORDS[word]!(now, context);
  let day: LocalTime = now;
  if (word !== undefined) day = localTime(WORDS[word]!(now, context));
  else if (date !== '') day = { ...now, ...readDate(date, which, context) };
  if (time !== undefined) return localSeconds({ ...day, ...readTime(time, which, context) });
  return which === 'end' ? localSeconds({ ...day, ...timeOfDay(now) }) : midnight(day);
}

const timeOfDay = ({ hour, minute, second }: LocalTime) => ({ hour, minute, second });

/** The original takes no date before audit existed. */
const FIRST_YEAR = 2004;

function readDate(text: string, which: string, context: TimeContext) {
  const locale = context.locale();
  const read = strptime(text, '%x', locale);
  if (read?.year === undefined || read.month === undefined || read.day === undefined)
    throw usage(`Invalid ${which} date (${text}). Month, Day, and Year are required.${example(locale, context)}`);
  if (read.end < text.length) throw usage(`Error parsing ${which} date (${text}).${example(locale, context)}`);
  if (read.year < FIRST_YEAR) throw usage(`Error - year is ${read.year}`);
  return { year: read.year, month: read.month, day: read.day };
}

/** As the locale writes it (`09:05:00 PM`), `HH:MM:SS` or `HH:MM`; five characters are always the last. */
function readTime(text: string, which: string, context: TimeContext) {
  const whole = text.length === 5 ? undefined : (strptime(text, '%X', context.locale()) ?? strptime(text, '%H:%M:%S'));
  const read = whole ?? strptime(text, '%H:%M');
  if (read?.hour === undefined || read.minute === undefined)
    throw usage(`Invalid ${which} time (${text}). Hour, Minute, and Second are required.`);
  if (read.end < text.length) throw usage(`Error parsing ${which} time (${text})`);
  return { hour: read.hour, minute: read.minute, second: read.second ?? 0 };
}

/** What a date looks like here. */
const example = (locale: TimeLocale, { now }: TimeContext): string =>
  ` Today is ${strftime('%x', localTime(now), locale)}.`;

const usage = (message: string): AuditError => new AuditError('usage', message);
