// What stands before the kernel's words in a line of its log: priority, time, host, `kernel:`, the monotonic stamp. As
// dmesg (plain, -x, -T, -d, -H, --time-format iso), journalctl -k (all its short formats, and cat), /dev/kmsg and syslog
// write it. Words only: which process ended is kernel-log.ts's business.

export interface KernelLogOptions {
  /** When the machine booted, ms since 1970 UTC: gives `[  12.345]` lines a time of day. */
  readonly boot?: number;
  /** The year, for lines without one. */
  readonly year?: number;
  /** ms since 1970 UTC: what no date without a year is later than. */
  readonly now?: number;
  /** Seconds east of UTC, for lines in local time. */
  readonly offset?: number;
}

/** A line of the kernel's log, taken apart. */
export interface KernelLine {
  /** ms since 1970 UTC; undefined where the line has no time of day. */
  readonly at: number | undefined;
  /** ms since the line before, where that is all it tells (dmesg -H). */
  readonly delta: number | undefined;
  /** ms since the machine booted, where the line has them. */
  readonly since: number | undefined;
  readonly message: string;
}

import { utf8 } from '../base/bytes.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const DAY = 86_400_000;

type Stamp = (found: Record<string, string | undefined>, options: KernelLogOptions) => number | undefined;

const fraction = (digits: string | undefined): number => Number((digits ?? '').padEnd(3, '0').slice(0, 3));

/** A local time of day, by the names of its parts. */
const local: Stamp = ({ year, month, day, hour, minute, second, frac }, options) => {
  const y = year === undefined ? options.year : Number(year);
  const m = /^\d/.test(month!) ? Number(month) - 1 : MONTHS.indexOf(month!);
  if (y === undefined || m < 0) return undefined;
  const inYear = (y: number): number =>
    Date.UTC(y, m, Number(day), Number(hour), Number(minute), Number(second ?? 0)) +
    fraction(frac) -
    (options.offset ?? 0) * 1000;
  const at = inYear(y);
  // A date without a year is never ahead of us: in January, a line of December is of last year.
  return year === undefined && options.now !== undefined && at > options.now + DAY ? inYear(y - 1) : at;
};

const zoned: Stamp = (found, options) => {
  const zone = found.zone;
  if (zone === undefined) return local(found, options);
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined && !/^(?:Z|UTC|GMT)$/.test(zone)) return local(found, options);
  const east = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60);
  return local(found, { ...options, offset: east });
};

const CLOCK = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:[.,](?<frac>\d+))?`;
const DATE = String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
const DELTA = String.raw`(?: <[ +]*\d+\.\d+>)?`;

/** The times of day lines begin with. */
const STAMPS: readonly (readonly [RegExp, Stamp])[] = [
  [new RegExp(`^${DATE}[T ]${CLOCK}(?<zone>Z|[+-]\\d\\d:?\\d\\d)? `), zoned],
  [new RegExp(`^[A-Z][a-z]{2} ${DATE} ${CLOCK} (?<zone>[A-Z]{3,5}|[+-]\\d\\d(?:\\d\\d)?) `), zoned],
  [new RegExp(`^(?<month>[A-Z][a-z]{2}) +(?<day>\\d+) ${CLOCK} `), local],
  [new RegExp(`^\\[[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) +(?<day>\\d+) ${CLOCK} (?<year>\\d{4})${DELTA}\\] `), local],
  [/^\[(?<month>[A-Z][a-z]{2}) ?(?<day>\d+) (?<hour>\d\d):(?<minute>\d\d)\] /, local],
  [/^(?<unix>\d{9,11})\.(?<frac>\d+) /, ({ unix, frac }) => Number(unix) * 1000 + fraction(frac)],
];

/** The date of syslog in a language that is not English, its letters as UTF-8: `апр 28 01:23:28 `, `4月 28 01:23:28 `. */
const FOREIGN = new RegExp(`^(?<name>[A-Za-z]*[\\d\\x80-\\xff][A-Za-z\\x80-\\xff.]*) +(?<day>\\d{1,2}) ${CLOCK} `);
/** Languages whose months are known, as far as the C library of most machines has them. */
const LANGUAGES = 'ru uk de fr es it pt pl cs sk hu ro nl sv da nb fi tr el bg sr hr ja zh ko'.split(' ');

let months: Map<string, number> | undefined;

/** The number of a month, in text, by its short name; '' for none. */
function monthOf(name: string): string {
  months ??= new Map(
    LANGUAGES.flatMap((language) => {
      const format = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' });
      return MONTHS.map((_, month) => {
        const part = format.formatToParts(Date.UTC(2024, month, 15)).find(({ type }) => type === 'month');
        return [key(part?.value ?? ''), month + 1] as const;
      });
    }),
  );
  const number = /^(\d{1,2})[月월]?$/.exec(name)?.[1] ?? months.get(key(name));
  return number === undefined ? '' : String(number);
}

/** Three letters are enough, and dots and case differ. */
const key = (month: string): string => month.toLowerCase().replace('.', '').slice(0, 3);

const HOST = /^(?:\S+ )?kernel(?:\[\d+\])?(?:: | - - - )/;
const SINCE_BOOT = new RegExp(`^\\[ *(\\d+)\\.(\\d+)${DELTA}\\](?:\\[ *[TC]\\d+\\])? ?`);

/** Takes priority, time and source off a line. */
export function splitKernelLine(line: string, options: KernelLogOptions = {}): KernelLine {
  let rest = line.replace(/^<\d{1,3}>(?:1 (?=\d{4}-))?|^[a-z]+ *:[a-z]+ *: (?=\[|\d{4}-)/, '');
  let at: number | undefined;
  let delta: number | undefined;
  const foreign = FOREIGN.exec(rest);
  if (foreign) {
    at = local({ ...foreign.groups, month: monthOf(utf8(foreign.groups!.name!)) }, options);
    rest = rest.slice(foreign[0].length);
  }
  for (const [pattern, stamp] of foreign ? [] : STAMPS) {
    const found = pattern.exec(rest);
    if (!found) continue;
    at = stamp(found.groups!, options);
    rest = rest.slice(found[0].length);
    break;
  }
  const since = /^\[ *\+(\d+)\.(\d+)\] /.exec(rest);
  if (since) {
    delta = Number(since[1]) * 1000 + fraction(since[2]);
    rest = rest.slice(since[0].length);
  }
  rest = rest.replace(HOST, '');
  const mono = SINCE_BOOT.exec(rest);
  let booted: number | undefined;
  if (mono) {
    booted = Number(mono[1]) * 1000 + Math.floor(Number(mono[2]!.padEnd(6, '0').slice(0, 6)) / 1000);
    if (at === undefined && options.boot !== undefined) at = options.boot + booted;
    rest = rest.slice(mono[0].length).replace(HOST, '');
  }
  // A stamp of absurd numbers (`Jan 999999999999 00:00:00`) is no time.
  const told = (ms: number | undefined): number | undefined => (Number.isSafeInteger(ms) ? ms : undefined);
  return { at: told(at), delta: told(delta), since: told(booted), message: rest };
}
