// This machine's calendar: its LC_TIME texts and its local time zone, both without libc where JavaScript knows enough:
// the C locale and zones named by area. Offsets are kept per quarter of an hour, the finest step any zone ever took.

import { C_TIME, civil, ERA, type LocalTime, type TimeLocale } from '../base/index.ts';
import { Memo } from '../base/memo.ts';
import { libcOffset, readTimeLocale } from '../libc/locale.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The locale name LC_TIME has in `env` (locale(7): LC_ALL, LC_TIME, LANG, the first that is set and not empty). */
export function timeLocaleName(env: Env): string {
  return env.LC_ALL || env.LC_TIME || env.LANG || 'C';
}

/** LC_TIME of this process; the C locale where the named one is not installed or libc cannot be reached. */
export function timeLocale(env: Env = process.env): TimeLocale {
  const name = timeLocaleName(env);
  if (/^(C|POSIX)(\.|$)/.test(name)) return C_TIME;
  try {
    return readTimeLocale(name) ?? C_TIME;
  } catch {
    return C_TIME;
  }
}

const QUARTER = 900;
const DAY = 86_400;

/** A zone's offset from UTC at a moment, in seconds east. */
type Offset = (sec: number) => number;

const jsOffset: Offset = (sec) => -60 * new Date(sec * 1000).getTimezoneOffset();

/** A POSIX TZ string with rules (`CET-1CEST`, `<+03>-3`), which ICU does not read. */
function isPosixZone(tz: string | undefined): boolean {
  return (
    tz !== undefined && /^:?(<[^>]+>|[A-Za-z]{3,})[-+]?\d/.test(tz) && !/^:?(EST5EDT|CST6CDT|MST7MDT|PST8PDT)$/.test(tz)
  );
}

function zoneOffset(tz: string | undefined): Offset {
  if (!isPosixZone(tz)) return jsOffset;
  try {
    libcOffset(0);
    return libcOffset;
  } catch {
    return jsOffset;
  }
}

let zone:
  | { readonly tz: string | undefined; readonly offset: Offset; readonly known: Memo<number, number> }
  | undefined;

/** The second whose rules hold at `sec`: what no clock of this machine can hold has those of the same day and month
 * some eras away, since summer time goes by weekdays and months. */
const ruled = (sec: number): number =>
  Math.abs(sec) < LAST_DATE ? sec : Number.isFinite(sec) ? (((sec % ERA) + ERA) % ERA) + 2 * ERA : 0;

/** Seconds within which Date tells a zone's offset. */
const LAST_DATE = 8.64e12 - DAY;

/** Seconds east of UTC here at `sec` (TZ may change between calls); 0 for what is no number. */
export function utcOffset(sec: number): number {
  const tz = process.env.TZ;
  if (!zone || zone.tz !== tz) zone = { tz, offset: zoneOffset(tz), known: new Memo(10_000) };
  const quarter = Math.floor(ruled(sec) / QUARTER);
  return zone.known.find(quarter) ?? zone.known.keep(quarter, zone.offset(quarter * QUARTER));
}

/** Local time at `sec` seconds since 1970 UTC, as localtime(3); of any size, and never an error. */
export function localTime(sec: number): LocalTime {
  const offset = utcOffset(sec);
  return { ...civil(Math.floor(sec) + offset), offset };
}

/** Date and time of day as `localSeconds` takes them; parts out of range carry over, as with mktime(3). */
export type CivilTime = Pick<LocalTime, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>;

/** Seconds since 1970 UTC of a local time. In an hour that comes twice, the first; in one that is skipped, after it. */
export function localSeconds(t: CivilTime): number {
  const date = new Date(0);
  date.setUTCFullYear(t.year, t.month, t.day);
  date.setUTCHours(t.hour, t.minute, t.second);
  const local = date.getTime() / 1000;
  const first = local - utcOffset(local - DAY);
  if (first + utcOffset(first) === local) return first;
  const second = local - utcOffset(local + DAY);
  return second + utcOffset(second) === local ? second : first;
}
