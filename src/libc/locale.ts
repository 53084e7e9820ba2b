// The machine's LC_TIME data by newlocale(3) and nl_langinfo_l(3): no setlocale, so nothing else in the process changes
// and worker threads are safe. And localtime_r(3), for the TZ strings JavaScript does not read.
import type { TimeLocale } from '../base/index.ts';
import { cFunction, cString } from './load.ts';

const newlocale = cFunction<(mask: number, name: string, base: null) => bigint | null>(
  'intptr_t newlocale(int, const char *, void *)',
);
const nlLanginfo = cFunction<(item: number, locale: bigint | number) => bigint | number>(
  'intptr_t nl_langinfo_l(int, intptr_t)',
);
const localtimeR = cFunction<(time: Buffer, tm: Buffer) => unknown>('intptr_t localtime_r(void *, void *)');
const tzset = cFunction<() => void>('void tzset(void)');

interface Items {
  readonly mask: number;
  readonly dateTime: number;
  readonly date: number;
  readonly time: number;
  readonly time12: number;
  readonly am: number;
  readonly pm: number;
  readonly days: number;
  readonly shortDays: number;
  readonly months: number;
  readonly shortMonths: number;
}

// langinfo.h and locale.h: glibc and musl number LC_TIME's items alike.
const LINUX: Items = {
  mask: 1 << 2,
  shortDays: 0x20000,
  days: 0x20007,
  shortMonths: 0x2000e,
  months: 0x2001a,
  am: 0x20026,
  pm: 0x20027,
  dateTime: 0x20028,
  date: 0x20029,
  time: 0x2002a,
  time12: 0x2002b,
};
const DARWIN: Items = {
  mask: 1 << 5,
  dateTime: 1,
  date: 2,
  time: 3,
  time12: 4,
  am: 5,
  pm: 6,
  days: 7,
  shortDays: 14,
  months: 21,
  shortMonths: 33,
};

/** LC_TIME of locale `name` ('' = as the environment says); `undefined` when that locale is not installed. */
export function readTimeLocale(name: string): TimeLocale | undefined {
  const items = process.platform === 'darwin' ? DARWIN : LINUX;
  const locale = newlocale(items.mask, name, null);
  if (!locale) return undefined;
  const text = (item: number): string => cString(BigInt(nlLanginfo(item, locale)));
  const list = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => text(first + i));
  return {
    date: text(items.date),
    time: text(items.time),
    dateTime: text(items.dateTime),
    time12: text(items.time12),
    am: text(items.am),
    pm: text(items.pm),
    days: list(items.days, 7),
    shortDays: list(items.shortDays, 7),
    months: list(items.months, 12),
    shortMonths: list(items.shortMonths, 12),
  };
}

/** Seconds east of UTC at a moment, by the C library's reading of TZ (struct tm: tm_gmtoff follows nine ints). */
export function libcOffset(sec: number): number {
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(BigInt(Math.floor(sec)));
  const tm = Buffer.alloc(64);
  tzset();
  localtimeR(time, tm);
  return Number(tm.readBigInt64LE(40));
}
