// The view of one event (`/events/:seq`): what it says, its records field by field as read and as recorded, its exact bytes,
// what belongs to it, and where to go from here. The rest of the address is the search it was found by: previous and next
// stay within that.

import { useEffect, useState } from 'react';
import type { EventDetail, EventPage, EventRow } from '../../src/web/contract.ts';
import { get } from '../api/client.ts';
import { useReply } from '../api/reply.ts';
import { useKeys } from '../app/keys.tsx';
import { hrefOf, Link, navigate, useAddress } from '../app/router.tsx';
import { Outcome } from '../parts/event-line.tsx';
import { Json } from '../parts/json.tsx';
import { Badge, Page, Panel } from '../parts/page.tsx';
import { ReplyView } from '../parts/states.tsx';
import { count } from '../parts/table.tsx';
import { Code, CopyButton, Text } from '../parts/text.tsx';
import { Time } from '../parts/time.tsx';
import { signalled } from './event/signalled.ts';
import './event/event.css';
import { momentOf } from '../parts/moment.ts';
import { hexDump } from './event/hex.ts';
import { Records } from './event/records.tsx';
import { hrefWith, narrowingOf } from './events/narrow.ts';
import type { ViewProps } from './index.ts';
import { NotFound } from './not-found.tsx';

/** `/events/:seq`. */
export default function Event({ parameters }: ViewProps) {
  return /^\d+$/.test(parameters.seq ?? '') ? <EventOf seq={parameters.seq!} /> : <NotFound />;
}

function EventOf({ seq: name }: { readonly seq: string }) {
  const { query } = useAddress();
  const seq = Number(name);
  const reply = useReply<EventDetail>(`/api/events/${name}`);
  const narrowed = narrowingOf(query);
  const list = hrefWith('/events', narrowed);
  const neighbours = useNeighbours(seq, narrowed);
  const go = (row: EventRow | undefined) => row && navigate(hrefWith(`/events/${row.seq}`, narrowed));
  useKeys({ n: () => go(neighbours.newer), p: () => go(neighbours.older), Escape: () => navigate(list) });
  return (
    <Page
      title={<>Event {reply.data ? <span className="mono">{reply.data.row.id}</span> : name}</>}
      tools={
        <>
          <Link className="button" to={list}>
            {narrowed.size > 0 ? 'Back to the search' : 'All events'}
          </Link>
          <Neighbour row={neighbours.older} narrowed={narrowed} title="Older" />
          <Neighbour row={neighbours.newer} narrowed={narrowed} title="Newer" />
        </>
      }
    >
      <ReplyView reply={reply} what="Reading the event">
        {(data) => <Detail data={data} />}
      </ReplyView>
    </Page>
  );
}

function Neighbour(props: { row: EventRow | undefined; narrowed: URLSearchParams; title: string }) {
  const { row, narrowed, title } = props;
  if (!row)
    return (
      <button type="button" className="button" disabled>
        {title}
      </button>
    );
  return (
    <Link
      className="button"
      to={hrefWith(`/events/${row.seq}`, narrowed)}
      title={`Key: ${title === 'Older' ? 'p' : 'n'}`}
    >
      {title}
    </Link>
  );
}

/** The events before and after, within the search. */
function useNeighbours(
  seq: number,
  narrowed: URLSearchParams,
): { older?: EventRow | undefined; newer?: EventRow | undefined } {
  const [found, setFound] = useState<{ older?: EventRow | undefined; newer?: EventRow | undefined }>({});
  const key = narrowed.toString();
  useEffect(() => {
    const abort = new AbortController();
    setFound({});
    const ask = (side: 'before' | 'after') => {
      const parameters = new URLSearchParams(key);
      parameters.set(side, String(seq));
      parameters.set('limit', '1');
      return get<EventPage>('/api/events', parameters, abort.signal).then((page) => page.events[0]);
    };
    Promise.all([ask('before'), ask('after')]).then(
      ([older, newer]) => setFound({ older, newer }),
      () => {}, // the event itself tells what is wrong
    );
    return () => abort.abort();
  }, [seq, key]);
  return found;
}

function Detail({ data }: { readonly data: EventDetail }) {
  const { row, event } = data;
  const problems = Array.isArray(event.problems) ? event.problems.map(String) : [];
  return (
    <div className="event">
      <div className="event-main">
        <Panel title="What happened" className="event-summary" tools={<Copies data={data} />}>
          <div className="pad stack">
            <p className="event-sentence">
              <Text value={row.sentence || `A ${row.type} record, which says no more than its fields.`} />
            </p>
            <div className="row">
              <Outcome value={row.outcome} />
              {row.kind ? <Badge kind="plain">{row.kind}</Badge> : null}
              {row.key ? (
                <Badge kind="plain">
                  key <Text value={row.key} />
                </Badge>
              ) : null}
              {problems.map((problem) => (
                <Badge key={problem} kind="warn">
                  {problem}
                </Badge>
              ))}
            </div>
            {problems.length > 0 ? <p className="dim">{problems.map((p) => PROBLEMS[p] ?? p).join(' ')}</p> : null}
            <Facts row={row} />
          </div>
        </Panel>
        <Records records={event.records} />
        <Raw data={data} />
      </div>
      <div className="event-side">
        <Panel title="Go on">
          <Further data={data} />
        </Panel>
        <Panel title="Related events">
          <Related data={data} />
        </Panel>
      </div>
    </div>
  );
}

const PROBLEMS: Readonly<Record<string, string>> = {
  unfinished: 'Its end was not recorded: records may be missing.',
  cut: 'One of its records was cut: what stood behind the cut is not known.',
  'duplicate-record': 'One of its records stands twice in the trail.',
  'missing-path': 'A record about a file is missing.',
  'missing-syscall': 'The record of the system call is missing; this may be what came late of another event.',
};

function Facts({ row }: { readonly row: EventRow }) {
  const person = (name: string | undefined, id: number | undefined): string =>
    id === undefined ? '' : name && name !== String(id) ? `${name} (${id})` : String(id);
  const facts: readonly (readonly [string, string])[] = [
    ['Login', person(row.login, row.auid)],
    ['User', person(row.user, row.uid)],
    ['Session', row.ses === undefined ? '' : String(row.ses)],
    ['Process', row.pid === undefined ? '' : `${row.comm} ${row.pid}`.trim()],
    ['Parent', row.ppid === undefined ? '' : String(row.ppid)],
    ['Program', row.exe],
    ['System call', row.syscall],
    ['Object', row.object],
    ['Terminal', row.tty],
    ['Machine', row.node],
  ];
  return (
    <dl className="facts event-facts">
      <div>
        <dt>Time</dt>
        <dd>
          <Time value={row.time} />
        </dd>
      </div>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Text value={value} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Copies({ data }: { readonly data: EventDetail }) {
  return (
    <span className="row">
      <CopyButton value={window.location.href} label="Copy link" />
      <CopyButton value={data.lines.join('\n')} label="Copy raw" />
      <CopyButton value={JSON.stringify(data.event, null, 2)} label="Copy JSON" />
    </span>
  );
}

/** Questions whose answer begins at this event. */
function Further({ data }: { readonly data: EventDetail }) {
  const { row } = data;
  const at = momentOf(row.time) / 1000;
  const around = { since: (at - 300).toFixed(3), until: (at + 300).toFixed(3) };
  const killed = signalled(data);
  const links: readonly (readonly [string, string] | false)[] = [
    row.pid !== undefined && [`The process tree around ${row.pid}`, hrefOf('/processes', { pid: row.pid, ...around })],
    row.ses !== undefined && [`Session ${row.ses}`, `/sessions/${row.ses}`],
    ...killed.map((pid): [string, string] => [`Who killed ${pid}`, hrefOf('/answers/who-killed', { pid })]),
    row.pid !== undefined &&
      killed.length === 0 && [`Who killed ${row.pid}`, hrefOf('/answers/who-killed', { pid: row.pid })],
    row.object.startsWith('/') && [`Who touched ${row.object}`, hrefOf('/answers/who-touched', { path: row.object })],
    [`Everything within 5 minutes`, hrefOf('/events', around)],
  ];
  return (
    <ul className="further">
      {links.map((link) =>
        link ? (
          <li key={link[1]}>
            <Link to={link[1]}>
              <Text value={link[0]} />
            </Link>
          </li>
        ) : null,
      )}
    </ul>
  );
}

function Related({ data }: { readonly data: EventDetail }) {
  if (data.related.length === 0) return <p className="dim none">It names nothing that others could share.</p>;
  return (
    <ul className="further">
      {data.related.map((one) => (
        <li key={`${one.label} ${one.q}`}>
          <Link to={hrefOf('/events', one.narrowing)} title={one.q}>
            {one.label}
          </Link>
          <span className="dim">{count(one.count)}</span>
        </li>
      ))}
    </ul>
  );
}

const SHAPES = ['lines', 'bytes', 'json'] as const;
const NAMES = { lines: 'Lines', bytes: 'Bytes', json: 'JSON' } as const;

/** The event as it stands in the trail. */
function Raw({ data }: { readonly data: EventDetail }) {
  const [shape, setShape] = useState<(typeof SHAPES)[number]>('lines');
  return (
    <Panel
      title="As recorded"
      tools={
        <fieldset className="switch">
          <legend className="sr">Shown as</legend>
          {SHAPES.map((one) => (
            <label key={one}>
              <input type="radio" name="raw" checked={shape === one} onChange={() => setShape(one)} />
              <span>{NAMES[one]}</span>
            </label>
          ))}
        </fieldset>
      }
    >
      <div className="pad">
        {shape === 'json' ? (
          <Json value={data.event} open={3} />
        ) : (
          <Code
            block
            label={shape === 'lines' ? 'The lines of the trail' : 'The bytes of the trail'}
            value={shape === 'lines' ? data.lines.join('\n') : data.bytes.map(hexDump).join('\n\n')}
          />
        )}
      </div>
    </Panel>
  );
}
