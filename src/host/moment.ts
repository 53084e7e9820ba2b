// Points in time as the modern commands take them: an age (`15m`, `2h`), a word, a time of day, a date, ISO 8601, or
// seconds since 1970 as audit records carry them. All but the last two are local. The classic tools' times: times.ts.
import { milliText } from '../base/event-id.ts';
import {
  AuditError,
  type AuditTime,
  beginOf,
  endOf,
  hasDate,
  isoTime,
  isTimed,
  NO_TIME,
  strftime,
  type TimeRange,
} from '../base/index.ts';
import { bootTime } from './machine.ts';
import { localSeconds, localTime } from './time.ts';

/** For `--help`. */
export const MOMENT_HELP = '15m, 2h, 3d ago; 14:30; yesterday; today; boot; 2026-11-21 14:30; 1795234667.115';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000, // 365 days: `--since 10y` means "all there is"
};

const startOfDay = (ms: number, days = 0): number => {
  const { year, month, day } = localTime(Math.floor(ms / 1000));
  return localSeconds({ year, month, day: day + days, hour: 0, minute: 0, second: 0 }) * 1000;
};

const WORDS: Readonly<Record<string, (now: number) => number>> = {
  now: (now) => now,
  today: (now) => startOfDay(now),
  yesterday: (now) => startOfDay(now, -1),
  boot: () => bootTime() * 1000,
};

/** Characters of a moment; longer text is none, and is not looked at. */
const LONGEST = 100;
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** An age beyond it (`99999999y`) means all there is: the beginning of the year 0, ms since 1970. */
const EARLIEST = -62_167_219_200_000;

/** Milliseconds since 1970 UTC; `now` likewise. Throws AuditError `usage`. */
export function readMoment(text: string, now: number): number {
  const word = text.length > LONGEST ? '' : text.trim().toLowerCase();
  if (Object.hasOwn(WORDS, word)) return WORDS[word]!(now);
  const age = /^-?((?:\d+(?:\.\d+)?\s*(?:ms|min|[smhdwy])\s*)+)(?:ago)?$/.exec(word);
  if (age) {
    let ms = 0;
    for (const [, amount, unit] of age[1]!.matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|[smhdwy])/g))
      ms += Number(amount) * UNITS[unit!]!;
    return Math.max(now - ms, EARLIEST);
  }
  const moment =
    clock(word, now) ??
    date(word) ??
    // As `@SECONDS.MILLI` is shown it is taken, however few or many its digits are.
    (/^(?:\d{9,15}|@\d{1,15})(\.\d+)?$/.test(word) ? Number(word.replace('@', '')) * 1000 : undefined);
  if (moment !== undefined && Number.isFinite(moment)) return moment;
  throw new AuditError('usage', `Cannot read the time \`${short(text)}\`: write for example ${MOMENT_HELP}.`);
}

/** The range from one moment to another, as every verb takes `--since` and `--until`: an end as `endOf` says. Throws AuditError `usage`. */
export function readRange(since: string | undefined, until: string | undefined, now: number): TimeRange {
  return {
    ...(since !== undefined && { since: beginOf(readMoment(since, now)) }),
    ...(until !== undefined && { until: endOf(until, readMoment(until, now)) }),
  };
}

/** `14:30`, `14:30:05.123`: today. */
function clock(word: string, now: number): number | undefined {
  const found = /^(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,6})?)?$/.exec(word);
  if (!found) return undefined;
  const { year, month, day } = localTime(Math.floor(now / 1000));
  const [hour, minute, second] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  return localSeconds({ year, month, day, hour, minute, second }) * 1000 + Math.floor(Number(found[4] ?? 0) * 1000);
}

/** `2026-11-21`, `2026-11-21 14:30[:05[.123]]`, the same with `T` and a zone. */
function date(word: string): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(z|[+-]\d\d:?\d\d)?)?$/.exec(word);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(found[i] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Math.floor(Number(found[7] ?? 0) * 1000);
  const zone = found[8];
  if (zone === undefined) return localSeconds({ year, month: month - 1, day, hour, minute, second }) * 1000 + ms;
  const sign = zone.startsWith('-') ? -1 : 1;
  const east = zone === 'z' ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return Date.UTC(year, month - 1, day, hour, minute, second) + ms - east * 60_000;
}

/** A record's time as people read it: `2026-11-21 04:17:55.923`, in this machine's zone; `@SECONDS.MILLI` for a second
 * without a date, words where no record tells the time. */
export function stamp({ sec, ms }: AuditTime): string {
  if (!isTimed(sec)) return NO_TIME;
  return hasDate(sec) ? `${strftime('%F %T', localTime(sec))}.${milliText(ms)}` : isoTime(sec, ms);
}
