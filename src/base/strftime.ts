// Dates as text and back by a locale's LC_TIME data: strftime(3) and strptime(3) over a plain table, so that the pure
// folders can print and read `%x` and `%X` of any locale. Eras and alternative digits (%E, %O) read as plain numbers.

/** Broken-down local time: `month` 0-11, `year` in full (2026), `weekday` 0 = Sunday, `yearday` 0-365. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly yearday: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** The zone's abbreviation (`CET`), where it is known. */
  readonly zone?: string;
}

/** What nl_langinfo(3) tells about LC_TIME; every text is a latin1 string of the locale's bytes. */
export interface TimeLocale {
  readonly date: string;
  readonly time: string;
  readonly dateTime: string;
  readonly time12: string;
  readonly am: string;
  readonly pm: string;
  readonly days: readonly string[];
  readonly shortDays: readonly string[];
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');

/** The C (POSIX) locale: `01/13/21`, `12:00:00`. */
export const C_TIME: TimeLocale = {
  date: '%m/%d/%y',
  time: '%H:%M:%S',
  dateTime: '%a %b %e %H:%M:%S %Y',
  time12: '%I:%M:%S %p',
  am: 'AM',
  pm: 'PM',
  days,
  shortDays: days.map((d) => d.slice(0, 3)),
  months,
  shortMonths: months.map((m) => m.slice(0, 3)),
};

const pad = (n: number, width = 2, fill = '0'): string => String(n).padStart(width, fill);

function zone(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  return `${offset < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60))}${pad(minutes % 60)}`;
}

type Writer = (t: LocalTime, l: TimeLocale) => string;

const writers: Readonly<Record<string, Writer>> = {
  a: (t, l) => l.shortDays[t.weekday]!,
  A: (t, l) => l.days[t.weekday]!,
  b: (t, l) => l.shortMonths[t.month]!,
  h: (t, l) => l.shortMonths[t.month]!,
  B: (t, l) => l.months[t.month]!,
  c: (t, l) => strftime(l.dateTime, t, l),
  C: (t) => pad(Math.trunc(t.year / 100)),
  d: (t) => pad(t.day),
  D: (t, l) => strftime('%m/%d/%y', t, l),
  e: (t) => pad(t.day, 2, ' '),
  F: (t, l) => strftime('%Y-%m-%d', t, l),
  H: (t) => pad(t.hour),
  I: (t) => pad(t.hour % 12 || 12),
  j: (t) => pad(t.yearday + 1, 3),
  k: (t) => pad(t.hour, 2, ' '),
  l: (t) => pad(t.hour % 12 || 12, 2, ' '),
  m: (t) => pad(t.month + 1),
  M: (t) => pad(t.minute),
  n: () => '\n',
  p: (t, l) => (t.hour < 12 ? l.am : l.pm),
  P: (t, l) => (t.hour < 12 ? l.am : l.pm).toLowerCase(),
  r: (t, l) => strftime(l.time12 || '%I:%M:%S %p', t, l),
  R: (t, l) => strftime('%H:%M', t, l),
  S: (t) => pad(t.second),
  t: () => '\t',
  T: (t, l) => strftime('%H:%M:%S', t, l),
  u: (t) => String(t.weekday || 7),
  w: (t) => String(t.weekday),
  x: (t, l) => strftime(l.date, t, l),
  X: (t, l) => strftime(l.time, t, l),
  y: (t) => pad(t.year % 100),
  Y: (t) => String(t.year),
  z: (t) => zone(t.offset),
  Z: (t) => t.zone ?? '',
  '%': () => '%',
};

/** `format` with its conversions replaced, as strftime(3); glibc's `%-d` (no padding) too. An unknown one stays. */
export function strftime(format: string, time: LocalTime, locale: TimeLocale = C_TIME): string {
  return format.replace(/%([-_]?)[EO]?([A-Za-z%])/g, (whole, flag: string, letter: string) => {
    const text = writers[letter]?.(time, locale) ?? whole;
    if (flag === '-') return text.replace(/^[0 ](?=.)/, '');
    return flag === '_' ? text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length)) : text;
  });
}

/** What strptime read: only the parts the text named; `end` is where it stopped. */
export interface ParsedTime {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  end: number;
}

interface Reading extends ParsedTime {
  hour12?: number;
  afternoon?: boolean;
}

const isSpace = (c: string): boolean => c === ' ' || (c >= '\t' && c <= '\r');

/** Reads at most `width` digits, stopping early when one more would pass `to` (as glibc does: "45" for %d gives 4). */
function number(text: string, r: Reading, from: number, to: number, width: number): number | undefined {
  let at = r.end;
  while (at < text.length && isSpace(text[at]!)) at++;
  let value = 0;
  let digits = 0;
  for (; digits < width && value * 10 <= to; digits++, at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (digits === 0 || value < from || value > to) return undefined;
  r.end = at;
  return value;
}

/** The index of the longest name at the reading position, letters compared without case. */
function name(text: string, r: Reading, ...lists: readonly (readonly string[])[]): number | undefined {
  let best: number | undefined;
  let length = 0;
  for (const list of lists)
    list.forEach((word, index) => {
      if (word.length <= length) return;
      if (text.slice(r.end, r.end + word.length).toLowerCase() !== word.toLowerCase()) return;
      best = index;
      length = word.length;
    });
  r.end += length;
  return best;
}

type Reader = (text: string, r: Reading, l: TimeLocale) => boolean;

const numeric =
  (key: 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'year', from: number, to: number, width: number): Reader =>
  (text, r) => {
    const value = number(text, r, from, to, width);
    if (value !== undefined) r[key] = value;
    return value !== undefined;
  };

const monthName: Reader = (text, r, l) => {
  const month = name(text, r, l.months, l.shortMonths) ?? name(text, r, C_TIME.months, C_TIME.shortMonths);
  if (month !== undefined) r.month = month;
  return month !== undefined;
};
const dayName: Reader = (text, r, l) =>
  (name(text, r, l.days, l.shortDays) ?? name(text, r, C_TIME.days, C_TIME.shortDays)) !== undefined;

const readers: Readonly<Record<string, Reader>> = {
  a: dayName,
  A: dayName,
  b: monthName,
  B: monthName,
  h: monthName,
  d: numeric('day', 1, 31, 2),
  e: numeric('day', 1, 31, 2),
  H: numeric('hour', 0, 23, 2),
  k: numeric('hour', 0, 23, 2),
  I: numeric('hour12', 1, 12, 2),
  l: numeric('hour12', 1, 12, 2),
  M: numeric('minute', 0, 59, 2),
  S: numeric('second', 0, 61, 2),
  Y: numeric('year', 0, 9999, 4),
  m(text, r) {
    const value = number(text, r, 1, 12, 2);
    if (value !== undefined) r.month = value - 1;
    return value !== undefined;
  },
  y(text, r) {
    const value = number(text, r, 0, 99, 2);
    if (value !== undefined) r.year = value + (value >= 69 ? 1900 : 2000);
    return value !== undefined;
  },
  p(text, r, l) {
    // A locale without halves of the day (de_DE) matches the empty text, as glibc does.
    const half = l.am === '' ? 0 : (name(text, r, [l.am, l.pm]) ?? name(text, r, [C_TIME.am, C_TIME.pm]));
    if (half !== undefined) r.afternoon = half === 1;
    return half !== undefined;
  },
  c: (text, r, l) => localOr(text, r, l, l.dateTime, C_TIME.dateTime),
  D: (text, r, l) => read(text, '%m/%d/%y', r, l),
  F: (text, r, l) => read(text, '%Y-%m-%d', r, l),
  r: (text, r, l) => localOr(text, r, l, l.time12, C_TIME.time12),
  R: (text, r, l) => read(text, '%H:%M', r, l),
  T: (text, r, l) => read(text, '%H:%M:%S', r, l),
  x: (text, r, l) => localOr(text, r, l, l.date, C_TIME.date),
  X: (text, r, l) => localOr(text, r, l, l.time, C_TIME.time),
  Z(text, r) {
    r.end += /^\s*\S*/.exec(text.slice(r.end))![0].length;
    return true;
  },
  '%'(text, r) {
    return text[r.end] === '%' && ++r.end > 0;
  },
};

/** The locale's own form, else the C locale's (as glibc's strptime: a German user may still write 01/13/21). */
function localOr(text: string, r: Reading, l: TimeLocale, own: string, plain: string): boolean {
  const attempt: Reading = { ...r };
  if (own && read(text, own, attempt, l)) {
    Object.assign(r, attempt);
    return true;
  }
  return read(text, plain, r, C_TIME);
}

function read(text: string, format: string, r: Reading, l: TimeLocale): boolean {
  for (let i = 0; i < format.length; i++) {
    const c = format[i]!;
    if (isSpace(c)) {
      while (r.end < text.length && isSpace(text[r.end]!)) r.end++;
    } else if (c !== '%') {
      if (text[r.end++] !== c) return false;
    } else {
      while (i + 1 < format.length && /[-_0^#EO]/.test(format[i + 1]!)) i++;
      if (!readers[format[++i] ?? '']?.(text, r, l)) return false;
    }
  }
  return true;
}

/** Reads the start of `text` by `format`, as strptime(3); `undefined` when it does not fit. The rest begins at `end`. */
export function strptime(text: string, format: string, locale: TimeLocale = C_TIME): ParsedTime | undefined {
  const r: Reading = { end: 0 };
  if (!read(text, format, r, locale)) return undefined;
  const { hour12, afternoon, ...parsed } = r;
  if (hour12 !== undefined) parsed.hour = (hour12 % 12) + (afternoon ? 12 : 0);
  return parsed;
}
