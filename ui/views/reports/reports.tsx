// The reports: a list of what there is, the chosen one as chart and table, and its files for others: CSV, and one page of
// HTML that needs nothing but itself.
import '../views.css';
import './reports.css';
import type { ReportList, ReportReply } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { hrefOf, Link, navigate, useAddress } from '../../app/router.tsx';
import { Bars } from '../../parts/bars.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { RangePicker } from '../../parts/range.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { type Column, count, Table } from '../../parts/table.tsx';
import { Brief, Folded } from '../../parts/text.tsx';
import { counted } from '../words.ts';
import { chartOf, type ReportChart } from './chart.ts';
import { Columns } from './columns.tsx';
import { Files } from './files.tsx';
import { searchFor } from './search.ts';
import { SHOWN, Shape } from './shape.tsx';

/** What shapes a report, as the server's parameters are called. */
const SHAPE = ['rows', 'by', 'failed', 'success', 'top', 'since', 'until'] as const;

export function Reports({ name }: { readonly name: string }) {
  const { query } = useAddress();
  const shape = Object.fromEntries(SHAPE.map((key) => [key, query.get(key) ?? '']));
  const list = useReply<ReportList>('/api/reports');
  const reply = useReply<ReportReply>(`/api/reports/${encodeURIComponent(name)}`, {
    ...shape,
    top: shape.top || SHOWN,
  });
  const about = list.data?.reports.find((report) => report.name === name);
  return (
    <Page
      title={reply.data && !reply.stale ? reply.data.title : 'Reports'}
      lead={about?.help}
      tools={
        <>
          <RangePicker />
          <Files name={name} shape={shape} reply={reply.data} />
        </>
      }
    >
      <div className="report-split">
        <List list={list.data} name={name} />
        <div className="stack">
          <Shape name={name} hasSummary={about?.hasSummary ?? name === 'overview'} />
          <ReplyView reply={reply} what="Counting">
            {(data) => <Told reply={data} />}
          </ReplyView>
        </div>
      </div>
    </Page>
  );
}

function List({ list, name }: { readonly list: ReportList | undefined; readonly name: string }) {
  const { query } = useAddress();
  const reports = [
    ...(list?.reports.some((report) => report.name === 'overview')
      ? []
      : [{ name: 'overview', title: 'How much of everything', help: '' }]),
    ...(list?.reports ?? []),
  ];
  return (
    <>
      <nav className="panel report-list" aria-label="Reports">
        <ul>
          {reports.map((report) => (
            <li key={report.name}>
              <Link
                to={hrefOf(`/reports/${report.name}`, { all: undefined }, query)}
                aria-current={report.name === name ? 'page' : undefined}
                title={report.help}
              >
                {report.name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <label className="report-choice">
        <span>Report</span>
        <select value={name} onChange={(event) => navigate(hrefOf(`/reports/${event.target.value}`, {}, query))}>
          {reports.map((report) => (
            <option key={report.name} value={report.name}>
              {report.name}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

/** Columns that hold times. */
const TIMES: ReadonlySet<string> = new Set(['time', 'hour', 'day']);

const chartTitle = (what: string): string =>
  TIMES.has(what) ? `Events by ${what}` : what === 'what' ? 'How much of each' : `Most frequent: ${what}`;

function Told({ reply }: { readonly reply: ReportReply }) {
  if (reply.rows.length === 0)
    return (
      <EmptyState title="Nothing to report" unread={reply.unread}>
        No event of this kind in this stretch of time. Take a longer one, or another outcome.
      </EmptyState>
    );
  const chart = chartOf(reply);
  return (
    <div className="stack">
      {chart.kind !== 'none' && (
        <Panel title={chartTitle(chart.what)}>
          <Picture chart={chart} reply={reply} />
        </Panel>
      )}
      {reply.columns.some((column) => TIMES.has(column)) && (
        <p className="dim small">Times in reports are those of the machine that keeps the trail.</p>
      )}
      <Panel
        title={counted(reply.rows.length, 'row')}
        tools={
          reply.omitted > 0 ? <span className="dim">{counted(reply.omitted, 'more', 'more')} left out</span> : undefined
        }
      >
        <Table caption={reply.title} columns={columnsOf(reply)} rows={reply.rows} rowKey={(_, i) => i} />
      </Panel>
    </div>
  );
}

function Picture({ chart, reply }: { readonly chart: ReportChart; readonly reply: ReportReply }) {
  if (chart.kind === 'time') return <Columns label={reply.title} bars={chart.bars} />;
  if (chart.kind === 'none') return null;
  return (
    <>
      <Bars
        label={reply.title}
        bars={chart.bars.map(({ label, count: value }) => {
          const to = searchFor(chart.what, label, reply.name);
          return { name: label, value, ...(to === undefined ? {} : { to }) };
        })}
      />
      {chart.left > 0 && <p className="dim pad">{counted(chart.left, 'more', 'more')} in the table below.</p>}
    </>
  );
}

function columnsOf({ columns, rows, name }: ReportReply): readonly Column<ReportReply['rows'][number]>[] {
  return columns.map((title, i) => {
    const numeric = rows.every((row) => typeof row[i] === 'number');
    return {
      key: `${i} ${title}`,
      title,
      numeric,
      render: (row) => {
        const cell = row[i] ?? '';
        if (typeof cell === 'number') return count(cell);
        const to = searchFor(title, cell, name);
        return to === undefined ? (
          <Folded value={cell} />
        ) : (
          <Link to={to}>
            <Brief value={cell} />
          </Link>
        );
      },
    };
  });
}
