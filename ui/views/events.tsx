// The view of events (`/events`): expression, range and facets narrow the trail; a histogram shows when, a list shows what.
// Everything that was chosen stands in the address. See events/ for its parts.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { EventCount, EventPage, EventRow } from '../../src/web/contract.ts';
import { type Fault, get } from '../api/client.ts';
import { useOnReturn } from '../api/line.ts';
import { asFault, type Reply, useReply } from '../api/reply.ts';
import { useKeys } from '../app/keys.tsx';
import { Held } from '../app/outside.tsx';
import { adopt, Link, useAddress } from '../app/router.tsx';
import { EmptyState, ErrorState } from '../parts/states.tsx';
import { visible } from '../parts/text.tsx';
import { Bar, Chips } from './events/bar.tsx';
import { useColumns } from './events/columns.tsx';
import './events/events.css';
import { EventList, type Place } from './events/list.tsx';
import { type Tail, useLiveSwitch, useTail } from './events/live-rows.ts';
import { hrefWith, narrowingOf } from './events/narrow.ts';
import { PAGE, Pager, type PagerState } from './events/pager.ts';
import { FacetPanel, Timeline, useCalm } from './events/side.tsx';
import { Status } from './events/status.tsx';

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
  const input = useRef<HTMLInputElement>(null);
  const parameters = useMemo(() => new URLSearchParams(narrowed), [narrowed]);
  const { held } = useAddress();
  const total = useReply<EventCount>(held ? undefined : '/api/events/count', parameters);
  const live = useLiveSwitch();
  const state = useSyncExternalStore(list.pager.subscribe, list.pager.state);
  const { reload } = total;
  useEffect(() => {
    if (round > 0) reload();
  }, [round, reload]);
  useOnReturn(state.fault !== undefined, () => list.pager.retry());
  const tail = useTail(live.on && !held, parameters, list.pager, () => list.place.top <= 2);
  useKeys({ '/': () => input.current?.focus(), l: () => live.set(!live.on) });
  const fault = refusal(total, state);
  useEffect(() => {
    if (held) input.current?.focus();
  }, [held]);
  return (
    <div className="events">
      <h1 className="sr" tabIndex={-1}>
        Events
      </h1>
      <Bar
        input={input}
        live={live}
        flowing={live.on && tail.state === 'open'}
        fault={fault}
        onAgain={held ? adopt : onAgain}
      />
      <Chips />
      {held ? (
        <Held focus={false}>{FROM_OUTSIDE}</Held>
      ) : fault?.column !== undefined ? (
        <BadExpression fault={fault} />
      ) : fault ? (
        <ErrorState fault={fault} retry={onAgain} />
      ) : (
        <Found {...{ list, parameters, narrowed, round, onAgain, total, tail }} live={live.on} ready={state.started} />
      )}
    </div>
  );
}

const FROM_OUTSIDE =
  'This search came with the address, from outside this page. Look at it, then press Enter in the field, or Search.';

/** Why nothing can be listed. A count that failed otherwise than by the question leaves the list as it is. */
function refusal(total: Reply<EventCount>, list: PagerState): Fault | undefined {
  if (total.fault?.status === 400) return total.fault;
  return list.fault !== undefined && list.length === 0 ? asFault(list.fault) : undefined;
}

interface FoundProps extends EventsOfProps {
  readonly parameters: URLSearchParams;
  readonly total: Reply<EventCount>;
  readonly tail: Tail;
  readonly live: boolean;
  /** The first rows are there: what costs more may be asked. */
  readonly ready: boolean;
}

/** Facets, histogram and list. */
function Found({ list, parameters, narrowed, round, onAgain, total, tail, live, ready }: FoundProps) {
  const [columns] = useColumns();
  const pulse = useCalm(tail.added + tail.left);
  const rowHref = useCallback((row: EventRow) => hrefWith(`/events/${row.seq}`, parameters), [parameters]);
  const known = total.data && !total.stale ? total.data.count + tail.added + tail.left : undefined;
  return (
    <div className="events-body">
      <FacetPanel key={`facets ${round}`} parameters={parameters} ready={ready} pulse={pulse} />
      <div className="events-main">
        <Timeline key={`time ${round}`} parameters={parameters} ready={ready} pulse={pulse} />
        <Status known={known} fault={total.fault} live={live} tail={tail} onAgain={onAgain} />
        <EventList
          key={`${narrowed} ${round}`}
          pager={list.pager}
          columns={columns}
          total={known}
          place={list.place}
          hrefOf={rowHref}
          empty={
            narrowed === '' ? (
              <NothingYet onAgain={onAgain} unread={total.data?.unread} />
            ) : (
              <NoMatch unread={total.data?.unread} />
            )
          }
        />
      </div>
    </div>
  );
}

/** What could not be read, once it is known. */
interface Missing {
  readonly unread: EventCount['unread'] | undefined;
}

const PATIENCE = 2000;

/** An empty trail; it is read again when something came. */
function NothingYet({ onAgain, unread }: { readonly onAgain: () => void } & Missing) {
  useEffect(() => {
    const look = () => get<EventCount>('/api/events/count').then(({ count }) => count > 0 && onAgain());
    const timer = setInterval(() => document.visibilityState === 'visible' && look().catch(() => {}), PATIENCE);
    return () => clearInterval(timer);
  }, [onAgain]);
  return (
    <EmptyState title="Nothing is recorded yet" unread={unread}>
      Events stand here as soon as there are any. What the kernel records is what its rules ask for:{' '}
      <Link to="/rules">which rules are loaded</Link>.
    </EmptyState>
  );
}

const NoMatch = ({ unread }: Missing) => (
  <EmptyState title="No event matches" unread={unread}>
    Take a filter away, choose a longer time, or look at <Link to="/rules">which rules are loaded</Link>.
  </EmptyState>
);

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
