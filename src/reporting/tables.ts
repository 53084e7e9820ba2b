// The reports as tables: of a report's totals or its rows, of events by hour, day, user or host, of how much there is of
// everything. Who reads the trail is the caller's business: a command its logs, the browser console its store.

import { systemAccounts } from '../host/index.ts';
import type { Gathering } from '../report/gather.ts';
import { overviewLines } from '../report/overview.ts';
import type { Report } from '../report/report.ts';
import { ranked } from '../report/tally.ts';
import { words } from '../report/wording.ts';
import type { Asked, GroupName } from './question.ts';

/** Cells are latin1; the count stands last where there is one. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Rows left out because there are more than `most`. */
  readonly omitted: number;
}

/** Puts a question to a trail; `row` gets each row as it comes. */
export type AskTrail = (asked: Asked, row?: (cells: readonly string[]) => void) => Promise<Gathering>;

export interface TableWish {
  /** Undefined: everything there is. */
  readonly report: Report | undefined;
  /** Every event in a row instead of totals. */
  readonly rows: boolean;
  readonly by: GroupName | undefined;
  /** Rows kept at most. Default: all. */
  readonly most?: number | undefined;
}

/** The table that is wished for. */
export async function reportTable(ask: AskTrail, wish: TableWish): Promise<Table> {
  const { report, by, most = Number.POSITIVE_INFINITY } = wish;
  if (by !== undefined) return cut(await grouped(ask, by, report), most);
  if (!report) return cut(await overview(ask), most);
  if (wish.rows || !report.summary) return listed(ask, report, most);
  return cut(await totals(ask, report, report.summary), most);
}

const cut = (table: Omit<Table, 'omitted'>, most: number): Table => ({
  ...table,
  rows: table.rows.slice(0, most),
  omitted: Math.max(0, table.rows.length - most),
});

type Whole = Omit<Table, 'omitted'>;

async function overview(ask: AskTrail): Promise<Whole> {
  const { overview: all } = await ask({ kind: 'overview' });
  return { title: 'How much of everything', columns: ['what', 'count'], rows: overviewLines(all) };
}

async function totals(ask: AskTrail, { name }: Report, summary: NonNullable<Report['summary']>): Promise<Whole> {
  const { title, column, label, numeric } = summary;
  const wording = words(systemAccounts());
  const gathering = await ask({ kind: 'totals', report: name, style: 'modern' });
  const rows = ranked(gathering.tally(), numeric).map(([key, n]) => [label?.(key, wording) ?? key, n]);
  return { title, columns: [column, 'count'], rows };
}

async function listed(ask: AskTrail, { name, title, columns }: Report, most: number): Promise<Table> {
  const rows: (readonly string[])[] = [];
  let omitted = 0;
  await ask({ kind: 'rows', report: name, style: 'modern' }, (row) => {
    if (rows.length < most) rows.push(row);
    else omitted++;
  });
  return { title, columns: ['time', ...columns], rows, omitted };
}

async function grouped(ask: AskTrail, by: GroupName, report: Report | undefined): Promise<Whole> {
  const tally = (await ask({ kind: 'by', by, report: report?.name })).tally();
  const inOrder = by === 'hour' || by === 'day';
  const rows = inOrder ? [...tally].sort(([a], [b]) => (a < b ? -1 : 1)) : ranked(tally);
  return { title: `${report?.title ?? 'Events'} by ${by}`, columns: [by, 'count'], rows };
}
