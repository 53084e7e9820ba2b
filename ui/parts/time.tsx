// A moment for a person: in the viewer's zone or in UTC, as chosen in the page's head; the other one on hover and for
// assistive software. A time is never shown without telling its zone somewhere near.
import { isoSecond } from '../../src/base/moment.ts';
import { useSetting } from '../app/settings.ts';

/** How much of a moment is shown. */
export type TimeStyle = 'full' | 'clock' | 'short' | 'date';

const pad = (n: number, width = 2): string => String(n).padStart(width, '0');

interface Parts {
  readonly date: string;
  readonly clock: string;
  readonly milli: string;
}

function partsOf(at: Date, utc: boolean): Parts {
  const date = utc
    ? `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`
    : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const clock = utc
    ? `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`
    : `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return { date, clock, milli: pad(utc ? at.getUTCMilliseconds() : at.getMilliseconds(), 3) };
}

/** The viewer's zone as `UTC+02:00` at a moment. */
export function offsetName(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  return `UTC${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}

/** A moment as text. `full` 2026-11-21 04:17:47.115, `clock` 04:17:47.115, `short` 2026-11-21 04:17, `date` 2026-11-21. */
export function timeText(value: string | number | Date, style: TimeStyle, utc: boolean): string {
  const at = value instanceof Date ? value : new Date(typeof value === 'number' ? value * 1000 : value);
  if (Number.isNaN(at.getTime())) return typeof value === 'number' ? isoSecond(value) : String(value);
  const { date, clock, milli } = partsOf(at, utc);
  if (style === 'clock') return `${clock}.${milli}`;
  if (style === 'short') return `${date} ${clock.slice(0, 5)}`;
  return style === 'date' ? date : `${date} ${clock}.${milli}`;
}

/** A moment that no calendar has, as it stands in the record. */
function undated(value: string | number | undefined): string {
  if (typeof value === 'number' && Number.isFinite(value)) return isoSecond(value);
  return typeof value === 'string' && value.startsWith('@') ? value : 'no time';
}

interface TimeProps {
  /** RFC 3339, `@SECONDS`, or seconds since 1970; undefined where none is known. */
  readonly value: string | number | undefined;
  readonly style?: TimeStyle;
}

/** A `<time>` in the chosen zone. */
export function Time({ value, style = 'full' }: TimeProps) {
  const [zone] = useSetting('zone');
  const at = new Date(typeof value === 'number' ? value * 1000 : (value ?? Number.NaN));
  if (Number.isNaN(at.getTime())) return <span className="dim">{undated(value)}</span>;
  const local = `${timeText(at, 'full', false)} ${offsetName(at)}`;
  const utc = `${timeText(at, 'full', true)} UTC`;
  return (
    <time dateTime={at.toISOString()} title={`${local}\n${utc}`}>
      {timeText(at, style, zone === 'utc')}
    </time>
  );
}
