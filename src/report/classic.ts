// The classic layout of aureport(8): titles, rules, rows and totals, byte for byte. Text is latin1.

import { milliText } from '../base/event-id.ts';
import type { AuditTime } from '../base/types.ts';
import type { Facts } from './facts/facts.ts';
import type { Span } from './gate.ts';
import { type Overview, overviewLines } from './overview.ts';
import type { Report, Summary, Wording } from './report.ts';
import { ranked, type Tally } from './tally.ts';

/** How a classic report shows what is not its own: time, and text from the trail. */
export interface Layout {
  /** `11/16/23 08:36:15`, in the locale's way. */
  stamp(sec: number): string;
  /** Text of a log made safe for where it is printed. */
  escape(text: string): string;
  readonly wording: Wording;
}

export const NOTHING = '<no events of interest were found>\n\n';

const rule = (length: number): string => '='.repeat(length);

/** Title, rule, column names, rule. `event` among the columns stands where the rows have it. */
export function headOf(report: Report): string {
  const [above, below] = report.rule;
  return `\n${report.title}\n${rule(above)}\n# date time ${report.columns.join(' ')}\n${rule(below)}\n`;
}

/** A row without its number. */
export function rowOf(facts: Facts, cells: readonly string[], layout: Layout): string {
  return `${layout.stamp(facts.sec)} ${cells.map(layout.escape).join(' ')}\n`;
}

/** Which events were asked for; all, when undefined. */
export type Chosen = 'yes' | 'no' | undefined;

/** What titles say of the outcome asked for. */
export const outcomeWord = (outcome: Chosen): string =>
  outcome === undefined ? '' : outcome === 'yes' ? 'Success ' : 'Failed ';

/** Title, rule, column, rule; the title of totals says which outcome was asked for. */
export function summaryHeadOf({ title, rule: [above, below], column }: Summary, outcome: Chosen): string {
  return `\n${outcomeWord(outcome)}${title}\n${rule(above)}\ntotal  ${column}\n${rule(below)}\n`;
}

/** The totals of a summary, the largest first. */
export function summaryRows(summary: Summary, tally: Tally, layout: Layout): string {
  if (tally.size === 0) return NOTHING;
  const label = summary.label ?? ((key: string) => key);
  return ranked(tally, summary.numeric)
    .map(([key, n]) => `${n}  ${layout.escape(label(key, layout.wording))}\n`)
    .join('');
}

export const EPOCH: AuditTime = { sec: 0, ms: 0 };

const precise = ({ sec, ms }: AuditTime, layout: Layout): string => `${layout.stamp(sec)}.${milliText(ms)}`;

export interface Range {
  readonly first: AuditTime;
  readonly last: AuditTime;
  /** Seconds, where the user chose them. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export const overviewHead = (outcome: Chosen): string => `\n${outcomeWord(outcome)}Summary Report\n${rule(22)}\n`;

export function overviewText(overview: Overview, { first, last, from, to }: Range, layout: Layout): string {
  const until = to === undefined ? precise(last, layout) : layout.stamp(to);
  const lines = overviewLines(overview, true).map(([label, n]) => `Number of ${label}: ${n}\n`);
  return [
    `Range of time in logs: ${precise(first, layout)} - ${precise(last, layout)}\n`,
    `Selected time for report: ${layout.stamp(from ?? first.sec)} - ${until}\n`,
    ...lines,
    '\n',
  ].join('');
}

export const LOG_TIMES_HEAD = `\nLog Time Range Report\n${rule(21)}\n`;

/** One line of the log time report. */
export function logTimesLine(name: string, span: Span | undefined, layout: Layout): string {
  const text = span ? `${precise(span.first, layout)} - ${precise(span.last, layout)}` : 'no records';
  return `${name}: ${text}\n`;
}
