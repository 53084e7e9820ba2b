// What happens now, by server-sent events: rows as they arrive, the rate once a second. The browser resumes by itself with
// Last-Event-ID after a broken line; rows the server had to skip are told as `dropped`.
import { useEffect, useRef, useState } from 'react';
import type { EventRow, LiveRate } from '../../src/web/contract.ts';
import { apiHref, get, type Query } from './client.ts';

export type LiveState = 'off' | 'connecting' | 'open' | 'broken';

export interface LiveHandlers {
  readonly onRow?: (row: EventRow) => void;
  readonly onRate?: (rate: LiveRate) => void;
  readonly onDropped?: (count: number) => void;
}

/** Follows /api/live while `on`; the handlers may change freely. */
export function useLive(on: boolean, query: Query | URLSearchParams, handlers: LiveHandlers): LiveState {
  const [state, setState] = useState<LiveState>('off');
  const latest = useRef(handlers);
  latest.current = handlers;
  const href = apiHref('/api/live', query);
  useEffect(() => {
    if (!on) {
      setState('off');
      return;
    }
    setState('connecting');
    const source = new EventSource(href);
    source.onopen = () => setState('open');
    source.onerror = () => {
      setState('broken');
      // A broken source says not why: the log-in may have ended, or the server. This finds out, and tells the frame.
      get('/api/health').catch(() => {});
    };
    const on1 = <T>(name: string, take: (value: T) => void) =>
      source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
    on1<EventRow>('row', (row) => latest.current.onRow?.(row));
    on1<LiveRate>('rate', (rate) => latest.current.onRate?.(rate));
    on1<{ count: number }>('dropped', ({ count }) => latest.current.onDropped?.(count));
    return () => source.close();
  }, [on, href]);
  return state;
}
