// The live tail of a list: rows arrive by server-sent events and are put on top ten times a second at most, so that a burst
// costs a drawing, not one for each event. What did not find room, or was skipped by the server, is counted and told.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { EventRow, LiveRate } from '../../../src/web/contract.ts';
import { type LiveState, useLive } from '../../api/live.ts';
import { setQuery, useAddress } from '../../app/router.tsx';
import type { Pager } from './pager.ts';

/** What the tail tells. */
export interface Tail {
  readonly state: LiveState;
  readonly rate: LiveRate | undefined;
  /** Rows that match and are not in the list. */
  readonly left: number;
  /** Rows put on top since the switch was turned on. */
  readonly added: number;
}

/** Whether new events come in, as the address has it. */
export interface LiveSwitch {
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

/** The switch; a range with an end has no new events, so turning it on takes the end away. */
export function useLiveSwitch(): LiveSwitch {
  const { query } = useAddress();
  const until = query.get('until') ?? undefined;
  return {
    on: query.get('live') === '1' && until === undefined,
    set: (on) => setQuery({ live: on ? '1' : undefined, until: on ? undefined : until }, { replace: true }),
  };
}

const FRAME = 100;

/** Follows what matches `query` into `pager` while `on`; `atTop`: the viewer sees the newest rows. */
export function useTail(on: boolean, query: URLSearchParams, pager: Pager, atTop: () => boolean): Tail {
  const [rate, setRate] = useState<LiveRate>();
  const [counts, setCounts] = useState({ left: 0, added: 0 });
  const waiting = useRef<EventRow[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [started, setStarted] = useState(pager.state().started);
  useEffect(() => {
    setCounts({ left: 0, added: 0 });
    const take = () => setStarted(pager.state().started);
    take();
    return pager.subscribe(take);
  }, [pager]);
  const top = useRef(atTop);
  top.current = atTop;
  const flush = useCallback(() => {
    timer.current = undefined;
    const rows = waiting.current;
    waiting.current = [];
    const taken = pager.prepend(rows, top.current());
    setCounts((old) => ({ left: old.left + rows.length - taken, added: old.added + taken }));
  }, [pager]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      waiting.current = [];
    },
    [pager, on],
  );
  // Where the line begins: fixed when it is opened, or each new row would open another.
  const begin = useRef<{ readonly of: Pager; readonly on: boolean; readonly href: URLSearchParams }>(undefined);
  const ready = on && started;
  if (begin.current?.of !== pager || begin.current.on !== ready) {
    const live = new URLSearchParams(query);
    const after = pager.newest();
    if (after !== undefined) live.set('after', String(after));
    begin.current = { of: pager, on: ready, href: live };
  }
  const state = useLive(ready, begin.current.href, {
    onRow: (row) => {
      waiting.current.push(row);
      timer.current ??= setTimeout(flush, FRAME);
    },
    onRate: setRate,
    onDropped: (count) => setCounts((old) => ({ ...old, left: old.left + count })),
  });
  return { state: on ? state : 'off', rate, ...counts };
}
