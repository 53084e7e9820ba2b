// GET /api/reports, /api/reports/{name}, /api/report.html: totals and lists as aureport has them, and as a file for an
// auditor.

import { z } from 'zod';
import { isoTime } from '../../base/index.ts';
import { unreadNote } from '../../record/index.ts';
import { type Report, reportNamed, reports } from '../../report/index.ts';
import type { Console } from '../console.ts';
import { ReportList, ReportReply } from '../contract.ts';
import { Fault } from '../fault.ts';
import { flag, period, text, whole } from '../inputs.ts';
import { type Narrowed, rangeOf } from '../narrow.ts';
import type { NamedWish } from '../questions/question.ts';
import { type PageTable, reportPage } from '../report-page.ts';
import { route } from '../route.ts';
import { histogramOf } from '../series.ts';

const MOST_ROWS = 10_000;
/** Rows of each table of the whole report. */
const AUDITOR_ROWS = 50;
/** Reports whose rows, not only totals, an auditor wants to see. */
const IN_FULL = new Set(['login', 'auth', 'config', 'anomaly', 'mods']);

const list = route({
  method: 'get',
  path: '/reports',
  summary: 'The reports there are',
  reply: ReportList,
  run: (): ReportList => ({
    reports: [
      { name: 'overview', title: 'How much of everything', help: 'how much there is of everything', hasSummary: true },
      ...reports.map(({ name, title, help, summary }) => ({ name, title, help, hasSummary: summary !== undefined })),
    ],
  }),
});

const outcome = { failed: flag.optional(), success: flag.optional() };

const one = route({
  method: 'get',
  path: '/reports/{name}',
  summary: 'A report as a table; NAME.html as a file of its own',
  params: z.strictObject({ name: text(64) }),
  query: z.strictObject({
    ...period,
    ...outcome,
    rows: flag.optional().describe('Every event in a row instead of totals'),
    by: z.enum(['hour', 'day', 'user', 'host']).optional(),
    top: whole(1, MOST_ROWS).optional().describe(`Rows at most; default ${MOST_ROWS}`),
  }),
  reply: ReportReply,
  file: 'text/html',
  seconds: 120,
  async run({ params, query, console, signal }): Promise<ReportReply | Response> {
    const isFile = params.name.endsWith('.html');
    const name = isFile ? params.name.slice(0, -'.html'.length) : params.name;
    const { rows = false, by, top = MOST_ROWS } = query;
    const wish = { report: namedReport(name)?.name, rows, by, most: top };
    const [table] = (await tablesOf(console, query, [wish], signal)) as [PageTable];
    const reply: ReportReply = { name, ...table, unread: console.unread() };
    return isFile ? file(`auspex-${name}.html`, await pageOf(console, table.title, query, [table], signal)) : reply;
  },
});

function namedReport(name: string): Report | undefined {
  if (name === 'overview') return undefined;
  const report = reportNamed(name);
  if (report && report.name === name) return report;
  throw new Fault(404, 'no-report', `Cannot find the report \`${name}\``, {
    parameter: 'name',
    remedy: 'See /api/reports',
  });
}

type Asked = Pick<Narrowed, 'since' | 'until'> & {
  readonly failed?: boolean | undefined;
  readonly success?: boolean | undefined;
};

/** The tables of wishes, out of one pass through the trail. */
function tablesOf(
  console: Console,
  query: Asked,
  wishes: readonly NamedWish[],
  signal: AbortSignal,
): Promise<readonly PageTable[]> {
  if (query.failed && query.success)
    throw new Fault(400, 'bad-parameter', 'Cannot answer: `failed` and `success` exclude each other', {
      parameter: 'success',
    });
  const outcome = query.failed ? 'no' : query.success ? 'yes' : undefined;
  return console.desk.ask({ kind: 'tables', range: rangeOf(query, console.now()), wishes, outcome }, signal);
}

const everything = route({
  method: 'get',
  path: '/report.html',
  summary: 'Everything for an auditor in one file: overview, charts, tables; no script, opens from disk',
  query: z.strictObject({ ...period, ...outcome }),
  reply: 'text/html',
  seconds: 120,
  async run({ query, console, signal }): Promise<Response> {
    const wishes: NamedWish[] = [
      { report: undefined, rows: false, by: undefined },
      { report: undefined, rows: false, by: 'user' },
      ...reports.map(({ name }) => ({ report: name, rows: IN_FULL.has(name), by: undefined, most: AUDITOR_ROWS })),
    ];
    const tables = (await tablesOf(console, query, wishes, signal)).filter(({ rows }) => rows.length > 0);
    return file('auspex-report.html', await pageOf(console, 'Audit report', query, tables, signal));
  },
});

async function pageOf(
  console: Console,
  title: string,
  query: Asked,
  tables: readonly PageTable[],
  signal: AbortSignal,
): Promise<string> {
  const range = rangeOf(query, console.now());
  const selection = { ...range, ...(query.failed && { columns: { outcome: 'failed' } }) };
  const { groups } = await console.store.aggregate({ ...range, by: [], limit: 1 }, signal);
  const all = groups[0];
  const histogram = await histogramOf(console.store, selection, { buckets: 120, by: 'kind' }, signal);
  const time = (at: { readonly sec: number; readonly ms: number }): string => isoTime(at.sec, at.ms);
  return reportPage({
    title: `${title} of ${console.host}`,
    facts: [
      ['Trail', console.facts().source.text],
      ['Events', String(all?.count ?? 0)],
      ...(all ? ([['First and last', `${time(all.first)} to ${time(all.last)}`]] as const) : []),
      ...(query.since !== undefined ? ([['Asked from', query.since]] as const) : []),
      ...(query.until !== undefined ? ([['Asked until', query.until]] as const) : []),
      ...(query.failed
        ? ([['Only', 'what failed']] as const)
        : query.success
          ? ([['Only', 'what succeeded']] as const)
          : []),
      [
        'Made',
        `${new Date(console.now()).toISOString()} by Auspex ${console.version}; times in tables are this machine’s`,
      ],
    ],
    unread: unreadNote(console.unread()),
    charts: [{ title: query.failed ? 'Failures over time' : 'Events over time', histogram }],
    tables,
  });
}

const file = (name: string, html: string): Response =>
  new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
      // Shown in the browser all the same, it may style itself and nothing else.
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
      'Cache-Control': 'no-store',
    },
  });

export const reportRoutes = [list, one, everything];
