// The view of events (`/events`): expression, range and facets narrow the trail; a histogram shows when, a list shows what.
// Everything that was chosen stands in the address. See events/ for its parts.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { EventCount, EventPage, EventRow } from '../../src/web/contract.ts';
import { type Fault, get } from '../api/client.ts';
import { useReply } from '../api/reply.ts';
import { useKeys } from '../app/keys.tsx';
import { hrefOf, navigate, setQuery, useAddress } from '../app/router.tsx';
import { RangePicker, useClosing } from '../parts/range.tsx';
import { ErrorState } from '../parts/states.tsx';
import { count } from '../parts/table.tsx';
import { Text, visible } from '../parts/text.tsx';
import { ColumnChooser, useColumns } from './events/columns.tsx';
import './events/events.css';
import { EventList, type Place } from './events/list.tsx';
import { type Tail, useTail } from './events/live-rows.ts';
import { chipsOf, FACETS, hrefWith, NOTHING, narrowingOf, toggled } from './events/narrow.ts';
import { PAGE, Pager } from './events/pager.ts';
import { QueryBar } from './events/query-bar.tsx';
import { FacetPanel, Timeline, useCalm } from './events/side.tsx';
import { useNarrow } from './use-narrow.ts';

/** The list a viewer was in last: coming back from an event finds it as it was. */
let last: { readonly key: string; readonly pager: Pager; readonly place: Place } | undefined;

function listOf(key: string, fresh: boolean) {
  if (!fresh && last?.key === key) return last;
  const fetcher = (before: number | undefined, signal: AbortSignal) =>
    get<EventPage>(
      `/api/events?${key}${key ? '&' : ''}limit=${PAGE}${before === undefined ? '' : `&before=${before}`}`,
      {},
      signal,
    );
  last = { key, pager: new Pager(fetcher), place: { top: 0, chosen: -1 } };
  return last;
}

/** `/events`. */
export default function Events() {
  const { query } = useAddress();
  const key = narrowingOf(query).toString();
  const [round, setRound] = useState(0);
  const shown = useRef(round);
  const list = useMemo(() => {
    const fresh = shown.current !== round;
    shown.current = round;
    return listOf(key, fresh);
  }, [key, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return <EventsOf list={list} narrowed={key} round={round} onAgain={again} />;
}

interface EventsOfProps {
  readonly list: NonNullable<typeof last>;
  readonly narrowed: string;
  /** Another one asks the same question again. */
  readonly round: number;
  readonly onAgain: () => void;
}

function EventsOf({ list, narrowed, round, onAgain }: EventsOfProps) {
  const { query } = useAddress();
  const input = useRef<HTMLInputElement>(null);
  const narrow = useNarrow();
  const [columns] = useColumns();
  const parameters = useMemo(() => new URLSearchParams(narrowed), [narrowed]);
  const total = useReply<EventCount>('/api/events/count', parameters);
  const live = query.get('live') === '1' && !query.get('until');
  const { started: ready } = useSyncExternalStore(list.pager.subscribe, list.pager.state);
  const { reload } = total;
  useEffect(() => {
    if (round > 0) reload();
  }, [round, reload]);
  const tail = useTail(live, parameters, list.pager, () => list.place.top <= 2);
  const pulse = useCalm(tail.added + tail.left);
  const setLive = (on: boolean) =>
    setQuery(
      { live: on ? '1' : undefined, until: on ? undefined : (query.get('until') ?? undefined) },
      { replace: true },
    );
  useKeys({ '/': () => input.current?.focus(), l: () => setLive(!live) });
  const rowHref = useCallback((row: EventRow) => hrefWith(`/events/${row.seq}`, parameters), [parameters]);
  const fault = total.fault;
  const known = total.data ? total.data.count + tail.added + tail.left : undefined;
  return (
    <div className="events">
      <h1 className="sr" tabIndex={-1}>
        Events
      </h1>
      <div className="events-bar">
        <QueryBar
          value={query.get('q') ?? ''}
          onSubmit={(q) => ask(q, query.get('q') ?? '', onAgain)}
          fault={fault}
          input={input}
        />
        <div className="row">
          <RangePicker />
          <button type="button" className="button" aria-pressed={live} onClick={() => setLive(!live)} title="Key: l">
            <span className={live && tail.state === 'open' ? 'dot live' : 'dot off'} aria-hidden="true" />
            Live
          </button>
          {narrow ? null : <Columns />}
        </div>
      </div>
      <Chips />
      {fault && fault.status !== 0 ? (
        fault.column === undefined ? (
          <ErrorState fault={fault} retry={onAgain} />
        ) : (
          <BadExpression fault={fault} />
        )
      ) : (
        <div className="events-body">
          <FacetPanel key={`facets ${round}`} parameters={parameters} ready={ready} pulse={pulse} />
          <div className="events-main">
            <Timeline key={`time ${round}`} parameters={parameters} ready={ready} pulse={pulse} />
            <Status known={known} live={live} tail={tail} onAgain={onAgain} />
            <EventList
              key={`${narrowed} ${round}`}
              pager={list.pager}
              columns={columns}
              total={known}
              place={list.place}
              hrefOf={rowHref}
            />
          </div>
        </div>
      )}
    </div>
  );
}

/** Asks what was typed: a new address, or the same question again. */
function ask(q: string, before: string, again: () => void): void {
  if (q === before) again();
  else setQuery({ q: q || undefined });
}

function BadExpression({ fault }: { readonly fault: Fault }) {
  return (
    <div className="state">
      <strong>Nothing was searched</strong>
      <div>
        {visible(
          fault.remedy ??
            'Its fault is underlined above. Forms: comm i= "sshd", exit < 0, \\record_type == EXECVE; join them with && and ||.',
        )}
      </div>
    </div>
  );
}

/** The facets that are on, each with a button that takes it away. */
function Chips() {
  const { query } = useAddress();
  const chips = chipsOf(query);
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters">
      {chips.map(({ column, value }) => (
        <li key={`${column} ${value}`}>
          <button
            type="button"
            className="chip"
            aria-label={`Remove the filter ${FACETS[column] ?? column} ${visible(value)}`}
            onClick={() => navigate(hrefWith('/events', toggled(query, column, value)))}
          >
            <span className="dim">{FACETS[column] ?? column}</span>{' '}
            {value === '' ? <em>none</em> : <Text value={value} />} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="link small" onClick={() => navigate(hrefOf('/events', NOTHING, query))}>
          Clear all
        </button>
      </li>
    </ul>
  );
}

function Columns() {
  const box = useRef<HTMLDetailsElement>(null);
  useClosing(box);
  return (
    <details className="popup right" ref={box}>
      <summary className="button">Columns</summary>
      <div className="popup-body">
        <ColumnChooser />
      </div>
    </details>
  );
}

interface StatusProps {
  readonly known: number | undefined;
  readonly live: boolean;
  readonly tail: Tail;
  readonly onAgain: () => void;
}

/** How many there are, and how the live line is. Said aloud at most every few seconds. */
function Status({ known, live, tail, onAgain }: StatusProps) {
  const text = known === undefined ? 'Counting …' : `${count(known)} ${known === 1 ? 'event' : 'events'}`;
  return (
    <div className="events-status">
      <span>{text}</span>
      {live ? (
        <span className="dim">
          {tail.state === 'open'
            ? `live${tail.rate ? `, ${count(tail.rate.matched)}/s of ${count(tail.rate.events)}/s` : ''}`
            : tail.state === 'broken'
              ? 'the line to the server broke; trying again'
              : 'connecting'}
        </span>
      ) : null}
      {tail.left > 0 ? (
        <button type="button" className="link" onClick={onAgain}>
          {count(tail.left)} came too fast to be listed: list them
        </button>
      ) : null}
      <Spoken text={live ? `${text}, live` : text} />
    </div>
  );
}

const QUIET = 5000;

function Spoken({ text }: { readonly text: string }) {
  const [said, setSaid] = useState(text);
  const newest = useRef(text);
  newest.current = text;
  useEffect(() => {
    const timer = setInterval(() => setSaid(newest.current), QUIET);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="sr" role="status" aria-live="polite">
      {said}
    </span>
  );
}
