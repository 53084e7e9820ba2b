// The reports: a list of what there is, the chosen one as chart and table, and its files for others: CSV, and one page of
// HTML that needs nothing but itself.
import '../views.css';
import './reports.css';
import type { ReportList, ReportReply } from '../../../src/web/contract.ts';
import { apiHref } from '../../api/client.ts';
import { useReply } from '../../api/reply.ts';
import { hrefOf, Link, navigate, setQuery, useAddress } from '../../app/router.tsx';
import { Bars } from '../../parts/bars.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { RangePicker } from '../../parts/range.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { type Column, count, Table } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { counted } from '../words.ts';
import { chartOf, csvOf, histogramOf, type ReportChart } from './chart.ts';
import { searchFor } from './search.ts';

/** What shapes a report, as the server's parameters are called. */
const SHAPE = ['rows', 'by', 'failed', 'success', 'top', 'since', 'until'] as const;

export function Reports({ name }: { readonly name: string }) {
  const { query } = useAddress();
  const shape = Object.fromEntries(SHAPE.map((key) => [key, query.get(key) ?? '']));
  const list = useReply<ReportList>('/api/reports');
  const reply = useReply<ReportReply>(`/api/reports/${encodeURIComponent(name)}`, shape);
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

const OUTCOMES = [
  ['', 'All'],
  ['failed', 'Failed'],
  ['success', 'Succeeded'],
] as const;

/** How the report is shaped; each choice is at once in the address. */
function Shape({ name, hasSummary }: { readonly name: string; readonly hasSummary: boolean }) {
  const { query } = useAddress();
  const outcome = query.get('failed') === 'true' ? 'failed' : query.get('success') === 'true' ? 'success' : '';
  const by = query.get('by') ?? '';
  const rows = query.get('rows') === 'true';
  return (
    <div className="question" role="group" aria-label="Shape of the report">
      {name !== 'overview' && hasSummary && (
        <Pick
          label="Show"
          value={rows ? 'rows' : by === '' ? '' : by}
          options={[
            ['', 'totals'],
            ['rows', 'each event'],
            ['hour', 'by hour'],
            ['day', 'by day'],
            ['user', 'by user'],
            ['host', 'by host'],
          ]}
          onPick={(value) =>
            setQuery({
              rows: value === 'rows' ? 'true' : undefined,
              by: value === 'rows' || value === '' ? undefined : value,
            })
          }
        />
      )}
      {(name === 'overview' || !hasSummary) && (
        <Pick
          label="Show"
          value={by}
          options={[
            ['', name === 'overview' ? 'totals' : 'each event'],
            ['hour', 'by hour'],
            ['day', 'by day'],
            ['user', 'by user'],
            ['host', 'by host'],
          ]}
          onPick={(value) => setQuery({ by: value || undefined, rows: undefined })}
        />
      )}
      <Pick
        label="Outcome"
        value={outcome}
        options={OUTCOMES}
        onPick={(value) =>
          setQuery({
            failed: value === 'failed' ? 'true' : undefined,
            success: value === 'success' ? 'true' : undefined,
          })
        }
      />
      <Pick
        label="At most"
        value={query.get('top') ?? ''}
        options={[
          ['', 'as many as fit'],
          ['10', '10 rows'],
          ['20', '20 rows'],
          ['50', '50 rows'],
          ['200', '200 rows'],
        ]}
        onPick={(value) => setQuery({ top: value || undefined })}
      />
    </div>
  );
}

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onPick: (value: string) => void;
}

const Pick = ({ label, value, options, onPick }: PickProps) => (
  <label className="field">
    <span>{label}</span>
    <select value={value} onChange={(event) => onPick(event.target.value)}>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

function Told({ reply }: { readonly reply: ReportReply }) {
  if (reply.rows.length === 0)
    return (
      <EmptyState title="Nothing to report">
        No event of this kind in this stretch of time. Take a longer one, or another outcome.
      </EmptyState>
    );
  const chart = chartOf(reply);
  return (
    <div className="stack">
      {chart.kind !== 'none' && (
        <Panel title={chart.kind === 'time' ? `Events by ${chart.what}` : `Most frequent: ${chart.what}`}>
          <Picture chart={chart} reply={reply} />
        </Panel>
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
  if (chart.kind === 'time')
    return (
      <Chart
        label={reply.title}
        data={histogramOf(chart)}
        legend={false}
        onBrush={(from, to) =>
          setQuery({ since: new Date(from * 1000).toISOString(), until: new Date(to * 1000).toISOString() })
        }
      />
    );
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
          <Text value={cell} />
        ) : (
          <Link to={to}>
            <Text value={cell} />
          </Link>
        );
      },
    };
  });
}

function Files({
  name,
  shape,
  reply,
}: {
  name: string;
  shape: Readonly<Record<string, string>>;
  reply: ReportReply | undefined;
}) {
  const save = () => {
    if (!reply) return;
    const href = URL.createObjectURL(new Blob([csvOf(reply)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = href;
    link.download = `auspex-${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  };
  return (
    <span className="row">
      <button type="button" className="button" onClick={save} disabled={!reply || reply.rows.length === 0}>
        CSV
      </button>
      <a
        className="button"
        href={apiHref(`/api/reports/${encodeURIComponent(name)}.html`, shape)}
        download={`auspex-${name}.html`}
      >
        This report as a page
      </a>
      <a
        className="button"
        href={apiHref('/api/report.html', { since: shape.since, until: shape.until })}
        download="auspex-report.html"
      >
        All for an auditor
      </a>
    </span>
  );
}
