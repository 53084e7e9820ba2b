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
  | { readonly kind: 'time'; readonly what: string; readonly bars: readonly ReportBar[] };

const MOST_BARS = 20;
/** More hours than these are told by bars and the table. */
const MOST_COLUMNS = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Whether every cell of a column is a number. */
const isNumbers = (rows: ReportReply['rows'], column: number): boolean =>
  rows.length > 0 && rows.every((row) => typeof row[column] === 'number');

/** Ms of `2026-11-21 04:00` or `2026-11-21` read as if UTC: good for distances only, as the cell is in the server's zone. */
function readTime(cell: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?/.exec(cell);
  const at = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00'}Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The hour or day as reports print it. */
const timeLabel = (at: number, step: number): string =>
  step === DAY ? new Date(at).toISOString().slice(0, 10) : new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** The row of events whose time no calendar has: it has no place among hours, and stands in the table. */
const UNDATED = '(no date)';

/** Hours or days as equal columns, those without events among them; undefined where a cell is no time. */
function columnsOf(what: 'hour' | 'day', cells: readonly (readonly [string, number])[]): ReportBar[] | undefined {
  const step = what === 'day' ? DAY : HOUR;
  const counts = new Map<number, number>();
  for (const [cell, count] of cells) {
    if (cell === UNDATED) continue;
    const at = readTime(cell);
    if (at === undefined) return undefined;
    counts.set(at, (counts.get(at) ?? 0) + count);
  }
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of counts.keys()) [from, to] = [Math.min(from, at), Math.max(to, at)];
  const length = Math.round((to - from) / step) + 1;
  if (!(length >= 2 && length <= MOST_COLUMNS)) return undefined;
  let greatest = 1;
  for (const count of counts.values()) greatest = Math.max(greatest, count);
  return Array.from({ length }, (_, i) => {
    const count = counts.get(from + i * step) ?? 0;
    return { label: timeLabel(from + i * step, step), count, share: count / greatest };
  });
}

/** The chart that tells a report best: columns over time where the first column is a time, bars where it has a count. */
export function chartOf(reply: ReportReply): ReportChart {
  const { columns, rows } = reply;
  const count = columns.findLastIndex((_, i) => isNumbers(rows, i));
  if (count < 0 || columns.length !== 2) return { kind: 'none' };
  const name = count === 0 ? 1 : 0;
  const what = columns[name] ?? '';
  if (what === 'hour' || what === 'day') {
    const bars = columnsOf(
      what,
      rows.map((row) => [String(row[name] ?? ''), Number(row[count])]),
    );
    if (bars) return { kind: 'time', what, bars };
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

/** The table as CSV (RFC 4180: every cell quoted, CR LF). A cell a spreadsheet would run gets an apostrophe before it. */
export function csvOf({ columns, rows }: Pick<ReportReply, 'columns' | 'rows'>): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** As src/base/spreadsheet.ts has it, for text that is Unicode here: full-width signs are taken for plain ones. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function csvCell(cell: string | number): string {
  const text = typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return `"${text.replaceAll('"', '""')}"`;
}
