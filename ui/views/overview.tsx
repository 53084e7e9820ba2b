// The front page (`/`): what happened in a range of time, how fast it comes now, and what deserves a look first. Every
// number and name leads to the events behind it.

import { useEffect, useRef, useState } from 'react';
import { SIGNAL_NAMES } from '../../src/tables/calls.ts';
import type { LiveRate, NamedCount, Overview as Reply } from '../../src/web/contract.ts';
import { useLive } from '../api/live.ts';
import { useReply } from '../api/reply.ts';
import type { QueryPatch } from '../app/router.tsx';
import { hrefOf, Link, navigate } from '../app/router.tsx';
import { Bars } from '../parts/bars.tsx';
import { Chart } from '../parts/chart.tsx';
import { EventLines } from '../parts/event-line.tsx';
import { Figure, Page, Panel } from '../parts/page.tsx';
import { RangePicker, useRange } from '../parts/range.tsx';
import { EmptyState, ReplyView, UnreadNotice } from '../parts/states.tsx';
import { count, Table } from '../parts/table.tsx';
import { Text } from '../parts/text.tsx';
import { Time } from '../parts/time.tsx';
import './overview/overview.css';

type Range = ReturnType<typeof useRange>;

/** `/`. */
export default function Overview() {
  const range = useRange();
  const reply = useReply<Reply>('/api/overview', range);
  const onNew = useRefresh(reply.reload, !range.until);
  return (
    <Page
      title="Overview"
      tools={
        <>
          <LiveNow onNew={onNew} />
          <RangePicker />
          <button type="button" className="button" onClick={reply.reload}>
            Refresh
          </button>
        </>
      }
    >
      <ReplyView reply={reply} what="Reading the trail">
        {(data) => <Panels data={data} range={range} />}
      </ReplyView>
    </Page>
  );
}

const REFRESH = 4000;

/** What to call when events came: the page is then asked for again, at most every few seconds. */
function useRefresh(reload: () => void, on: boolean): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    if (!on || document.visibilityState !== 'visible') return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      reload();
    }, REFRESH);
  };
}

/** Events a second, now. */
function LiveNow({ onNew }: { readonly onNew: () => void }) {
  const [rate, setRate] = useState<LiveRate>();
  const state = useLive(
    true,
    {},
    {
      onRate: (now) => {
        setRate(now);
        if (now.events > 0) onNew();
      },
    },
  );
  const text = rate ? `${count(rate.events)} ${rate.events === 1 ? 'event' : 'events'}/s` : 'waiting';
  return (
    <span className="live-now" title={state === 'broken' ? 'The line to the server broke; it is tried again' : 'Now'}>
      <span className={state === 'open' ? 'dot live' : 'dot sample'} aria-hidden="true" />
      <span>{state === 'broken' ? 'reconnecting' : text}</span>
      {rate && rate.backlog > 0 ? <span className="dim">backlog {count(rate.backlog)}</span> : null}
    </span>
  );
}

const eventsHref = (q: string, range: Range, more: QueryPatch = {}): string =>
  hrefOf('/events', { q, since: range.since, until: range.until, ...more });

function Panels({ data, range }: { readonly data: Reply; readonly range: Range }) {
  if (data.events === 0)
    return (
      <EmptyState
        title={range.since || range.until ? 'No events in this range' : 'Nothing is recorded yet'}
        unread={data.unread}
      >
        {range.since || range.until ? 'Choose a longer range; or load' : 'This page fills as events come. Load'} a rule
        so that something is recorded: <Link to="/rules">Rules</Link>.
      </EmptyState>
    );
  return (
    <div className="overview">
      <UnreadNotice unread={data.unread} />
      <Figures data={data} range={range} />
      <Panel
        title="Events over time"
        tools={<span className="dim small wide-only">Drag over a time to see its events</span>}
      >
        <Chart
          label="Events over time by kind"
          data={data.rate}
          height={190}
          onBrush={(from, to) => navigate(hrefOf('/events', { since: from.toFixed(3), until: to.toFixed(3) }))}
        />
      </Panel>
      <div className="grid">
        <Top title="Users" none="No event has a login." range={range} list={data.users} />
        <Top title="Programs" none="No event names a program." range={range} list={data.executables} />
        <Top title="Rule keys" none="No rule with a key has matched." range={range} list={data.keys} />
        <Top title="Programs that failed" none="Nothing failed." range={range} list={data.failures.top} />
      </div>
      <div className="grid wide">
        <Panel title="Kills" tools={<Link to={eventsHref('', range, { syscall: SIGNAL_NAMES })}>All</Link>}>
          {data.kills.length ? (
            <EventLines label="Latest kills" rows={data.kills} />
          ) : (
            <p className="dim none">
              No signal was recorded. <Link to="/answers/who-killed">Who killed</Link> tells which rule to add.
            </p>
          )}
        </Panel>
        <Panel title="Logins" tools={<Link to={hrefOf('/sessions', range)}>Sessions</Link>}>
          {data.logins.latest.length ? (
            <EventLines label="Latest logins" rows={data.logins.latest} />
          ) : (
            <p className="dim none">Nobody logged in.</p>
          )}
        </Panel>
      </div>
      <Panel title="New programs" tools={<span className="dim small">never seen before this range</span>}>
        <NewPrograms list={data.newExecutables} range={range} />
      </Panel>
    </div>
  );
}

const noun = (n: number, one: string): string => (n === 1 ? one : `${one}s`);

/** The server tells of so many new programs at most. */
const MOST_NEW = 20;

function Figures({ data, range }: { readonly data: Reply; readonly range: Range }) {
  const link = (to: string, figure: React.ReactNode) => (
    <Link className="figure-link" to={to}>
      {figure}
    </Link>
  );
  const login = (outcome: string) => eventsHref('', range, { type: 'USER_LOGIN', outcome });
  const { loss } = data;
  return (
    <div className="figures">
      {link(eventsHref('', range), <Figure name={noun(data.events, 'event')} value={count(data.events)} />)}
      {link(
        eventsHref('', range, { outcome: 'failed' }),
        <Figure name="failed" value={count(data.failures.count)} bad={data.failures.count > 0} />,
      )}
      {link(
        login('success'),
        <Figure name={noun(data.logins.succeeded, 'login')} value={count(data.logins.succeeded)} />,
      )}
      {link(
        login('failed'),
        <Figure
          name={noun(data.logins.failed, 'failed login')}
          value={count(data.logins.failed)}
          bad={data.logins.failed > 0}
        />,
      )}
      <Figure
        name={noun(data.newExecutables.length, 'new program')}
        value={`${count(data.newExecutables.length)}${data.newExecutables.length >= MOST_NEW ? '+' : ''}`}
      />
      <Figure name={`${noun(loss.lost, 'event')} lost`} value={count(loss.lost)} bad={loss.lost > 0} />
      <Figure
        name={loss.backlogLimit ? `of ${count(loss.backlogLimit)} backlog` : 'backlog'}
        value={count(loss.backlog)}
        bad={loss.backlogLimit > 0 && loss.backlog > loss.backlogLimit / 2}
      />
    </div>
  );
}

interface TopProps {
  readonly title: string;
  readonly none: string;
  readonly list: readonly NamedCount[];
  readonly range: Range;
}

function Top({ title, none, list, range }: TopProps) {
  return (
    <Panel title={title}>
      {list.length ? (
        <Bars
          label={title}
          bars={list.map((one) => ({ name: one.name, value: one.count, to: eventsHref('', range, one.narrowing) }))}
        />
      ) : (
        <p className="dim none">{none}</p>
      )}
    </Panel>
  );
}

function NewPrograms({ list, range }: { readonly list: Reply['newExecutables']; readonly range: Range }) {
  return (
    <Table
      caption="Programs seen for the first time"
      rows={list}
      rowKey={(row) => row.exe}
      empty="No program ran in this range that had not run before it."
      columns={[
        {
          key: 'exe',
          title: 'Program',
          render: (row) => (
            <Link to={hrefOf('/events', { exe: row.exe, since: range.since, until: range.until })} className="wrap">
              <Text value={row.exe} />
            </Link>
          ),
        },
        {
          key: 'first',
          title: 'First seen',
          render: (row) => (
            <Link to={`/events/${row.seq}`} className="nowrap">
              <Time value={row.first} style="short" />
            </Link>
          ),
        },
        { key: 'count', title: 'Events', numeric: true, render: (row) => count(row.count) },
      ]}
    />
  );
}
