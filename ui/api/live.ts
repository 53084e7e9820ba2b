// What happens now, by server-sent events: rows as they arrive, the rate once a second. A broken line is taken up again
// with Last-Event-ID; rows the server had to skip are told as `dropped`.
import { useEffect, useRef, useState } from 'react';
import type { EventRow, LiveRate } from '../../src/web/contract.ts';
import { answer, apiHref, get, type Query } from './client.ts';
import { type Message, Messages } from './messages.ts';
import { asFault } from './reply.ts';

export type LiveState = 'off' | 'connecting' | 'open' | 'broken';

export interface LiveHandlers {
  readonly onRow?: (row: EventRow) => void;
  readonly onRate?: (rate: LiveRate) => void;
  readonly onDropped?: (count: number) => void;
}

/** Ms before a broken line is tried again. */
const AGAIN = 3000;

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
    const abort = new AbortController();
    const tell = (next: LiveState) => {
      if (!abort.signal.aborted) setState(next);
    };
    void follow(href, (message) => hand(message, latest.current), tell, abort.signal);
    return () => abort.abort();
  }, [on, href]);
  return state;
}

function hand({ event, data }: Message, handlers: LiveHandlers): void {
  const value: unknown = JSON.parse(data);
  if (event === 'row') handlers.onRow?.(value as EventRow);
  else if (event === 'rate') handlers.onRate?.(value as LiveRate);
  else if (event === 'dropped') handlers.onDropped?.((value as { count: number }).count);
}

/** Reads the stream, again and again, until `signal`, or until the server refuses it: then the frame was told why. */
async function follow(
  href: string,
  take: (message: Message) => void,
  tell: (state: LiveState) => void,
  signal: AbortSignal,
): Promise<void> {
  let last: string | undefined;
  const read = async (): Promise<void> => {
    const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
    const reply = await answer(href, { headers, signal });
    tell('open');
    const messages = new Messages();
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read())
      for (const message of messages.push(piece.value)) {
        if (signal.aborted) return;
        last = message.id ?? last;
        take(message);
      }
  };
  while (!signal.aborted) {
    const refused = await read().then(
      () => false,
      (error) => [400, 401, 403].includes(asFault(error).status),
    );
    tell('broken');
    if (refused) return;
    // A broken line says not why: this finds out whether the server is away, and tells the frame.
    if (!signal.aborted) get('/api/health').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}
