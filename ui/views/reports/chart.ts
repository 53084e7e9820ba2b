// A report's table as a chart: which column names, which counts, and the bars or the line to draw. Pure.
import type { ReportReply } from '../../../src/web/contract.ts';

/** One bar: its label, its count, and its share of the greatest. */
export interface ReportBar {
  readonly label: string;
  readonly count: number;
  readonly share: number;
}

export type ReportChart =
  | { readonly kind: 'none' }
  | { readonly kind: 'bars'; readonly what: string; readonly bars: readonly ReportBar[]; readonly left: number }
  | {
      readonly kind: 'time';
      readonly what: string;
      readonly seconds: readonly number[];
      readonly counts: readonly number[];
    };

const MOST_BARS = 20;
/** A year of hours; more is said by the table. */
const MOST_BUCKETS = 8784;

/** Whether every cell of a column is a number. */
const isNumbers = (rows: ReportReply['rows'], column: number): boolean =>
  rows.length > 0 && rows.every((row) => typeof row[column] === 'number');

/** `2026-11-21 04:00` or `2026-11-21`, in the zone of the machine that kept the trail; undefined for what is no time. */
export function timeOf(cell: string | number | undefined): number | undefined {
  const text = String(cell ?? '');
  if (!/^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?/.test(text)) return undefined;
  const at = Date.parse(
    `${text.replace(' ', 'T')}${text.length > 10 && !/Z|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? 'Z' : ''}`,
  );
  return Number.isNaN(at) ? undefined : at / 1000;
}

/** The chart that tells a report best: a line over time where the first column is a time, bars where it has a count. */
export function chartOf(reply: ReportReply): ReportChart {
  const { columns, rows } = reply;
  const count = columns.findLastIndex((_, i) => isNumbers(rows, i));
  if (count < 0 || columns.length !== 2) return { kind: 'none' };
  const name = count === 0 ? 1 : 0;
  const what = columns[name] ?? '';
  if (what === 'hour' || what === 'day') {
    const points = rows
      .map((row) => ({ at: timeOf(row[name]), count: Number(row[count]) }))
      .filter((point): point is { at: number; count: number } => point.at !== undefined)
      .sort((a, b) => a.at - b.at);
    if (points.length > 1)
      return { kind: 'time', what, seconds: points.map(({ at }) => at), counts: points.map((point) => point.count) };
  }
  const greatest = Math.max(1, ...rows.map((row) => Number(row[count])));
  const bars = rows.map((row) => ({
    label: String(row[name] ?? ''),
    count: Number(row[count]),
    share: Number(row[count]) / greatest,
  }));
  const sorted = what === 'hour' || what === 'day' ? bars : bars.toSorted((a, b) => b.count - a.count);
  return { kind: 'bars', what, bars: sorted.slice(0, MOST_BARS), left: Math.max(0, bars.length - MOST_BARS) };
}

/** Points at round hours or days as equal buckets with nothing between them left out, as the chart draws them. */
export function histogramOf({ what, seconds, counts }: Extract<ReportChart, { kind: 'time' }>): {
  readonly seconds: number;
  readonly fromSeconds: number;
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
} {
  const step = what === 'day' ? 86_400 : 3600;
  const from = seconds[0] ?? 0;
  const length = Math.min(MOST_BUCKETS, Math.round(((seconds.at(-1) ?? from) - from) / step) + 1);
  const filled = new Array<number>(length).fill(0);
  for (const [i, at] of seconds.entries()) {
    const bucket = Math.round((at - from) / step);
    if (bucket < length) filled[bucket] = (filled[bucket] ?? 0) + (counts[i] ?? 0);
  }
  return { seconds: step, fromSeconds: from, series: [{ name: 'events', counts: filled }] };
}

/** The table as CSV (RFC 4180: every cell quoted, CR LF). A cell a spreadsheet would run gets an apostrophe before it. */
export function csvOf({ columns, rows }: Pick<ReportReply, 'columns' | 'rows'>): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string | number): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return `"${text.replaceAll('"', '""')}"`;
}
