// GET /api/live: events as they come, by server-sent events. First what came since the event the viewer saw last, out of
// the store; then what the hub hands on. The stream is pulled: while a viewer does not read, nothing is made for it, its
// ring in the hub runs over, and it is told how many it was not sent.

import { z } from 'zod';
import { interpretingContext } from '../../query/readings.ts';
import type { Selection, StoredEvent } from '../../store/index.ts';
import type { Console } from '../console.ts';
import { EventRow, LiveDropped, LiveRate } from '../contract.ts';
import { Fault } from '../fault.ts';
import { narrowing, whole } from '../inputs.ts';
import { selectionOf } from '../narrow.ts';
import { route } from '../route.ts';
import { rowMakerOf } from '../row-makers.ts';
import type { RowMaker } from '../rows.ts';

/** How often rows are sent, at most. */
const FRAME = 100;
const SECOND = 1000;
/** Rows of one page of what was missed, and how many are sent of it at all. */
const PAGE = 500;
const MOST_MISSED = 10_000;

export const live = route({
  method: 'get',
  path: '/live',
  summary: 'Events as they come (server-sent events); resumes after Last-Event-ID, or `after`',
  query: z.strictObject({ ...narrowing, after: whole(0, Number.MAX_SAFE_INTEGER).optional() }),
  reply: 'text/event-stream',
  sends: { row: EventRow, rate: LiveRate, dropped: LiveDropped },
  stream: true,
  run({ query, console, signal, headers }): Response {
    const { after, ...narrowed } = query;
    const selection = selectionOf(narrowed, console.now());
    const frames = new Frames(console, selection, resumeAt(headers.get('last-event-id')) ?? after, signal);
    return new Response(frames.stream(), {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      },
    });
  },
});

function resumeAt(header: string | null): number | undefined {
  if (header === null || header === '') return undefined;
  const seq = Number(header);
  if (/^\d{1,16}$/.test(header) && Number.isSafeInteger(seq)) return seq;
  throw new Fault(400, 'bad-parameter', 'Cannot resume: Last-Event-ID is no number', { parameter: 'Last-Event-ID' });
}

class Frames {
  private readonly console: Console;
  private readonly selection: Selection;
  private readonly signal: AbortSignal;
  private readonly rows: RowMaker;
  private readonly encoder = new TextEncoder();
  /** The seq after which the store is still to be read; undefined once the viewer is up to date. */
  private behind: number | undefined;
  private upTo = 0;
  private missed = 0;
  private wake: () => void = () => {};
  private ended = false;
  private nextRate = 0;
  private lastRate = { count: 0, matched: 0 };

  constructor(console: Console, selection: Selection, after: number | undefined, signal: AbortSignal) {
    this.console = console;
    this.selection = selection;
    this.signal = signal;
    this.rows = rowMakerOf(console);
    this.behind = after;
  }

  stream(): ReadableStream<Uint8Array> {
    const { hub } = this.console;
    const context = interpretingContext(this.console.accounts);
    // The order matters: whatever is told from here on is in the ring, whatever was told before is in the store.
    const watching = hub.watch(this.selection, context, () => this.wake());
    this.upTo = hub.last;
    this.lastRate = { count: hub.count, matched: 0 };
    this.nextRate = performance.now() + SECOND;
    const end = (): void => {
      this.ended = true;
      watching.end();
      this.wake();
    };
    return new ReadableStream(
      {
        pull: async (controller) => {
          const text = await this.next(watching).catch((error: unknown) => {
            end(); // nobody cancels what failed
            throw error;
          });
          if (text === undefined) controller.close();
          else controller.enqueue(this.encoder.encode(text));
        },
        cancel: end,
      },
      { highWaterMark: 0 },
    );
  }

  /** The next piece of the stream; undefined at its end. */
  private async next(watching: ReturnType<Console['hub']['watch']>): Promise<string | undefined> {
    let text = '';
    while (text === '' && !this.ended) {
      if (this.behind !== undefined) text += await this.older();
      else text += this.newer(watching.take());
      if (performance.now() >= this.nextRate) text += this.rate(watching.matched);
      if (text === '') await this.pause();
    }
    return this.ended ? undefined : text;
  }

  /** A page of what came before this stream began. */
  private async older(): Promise<string> {
    const page = await this.console.store
      .query({ ...this.selection, after: this.behind!, order: 'arrival', limit: PAGE }, this.signal)
      .catch((error: unknown) => {
        if (this.ended) return { events: [], more: false };
        throw error;
      });
    const events = page.events.filter(({ seq }) => seq <= this.upTo);
    this.behind = page.more && events.length === page.events.length ? events.at(-1)!.seq : undefined;
    const room = Math.max(0, MOST_MISSED - this.missed);
    this.missed += events.length;
    return (
      this.dropped(Math.max(0, events.length - room)) +
      events
        .slice(0, room)
        .map((one) => this.row(one))
        .join('')
    );
  }

  private newer({ events, dropped }: { readonly events: readonly StoredEvent[]; readonly dropped: number }): string {
    return this.dropped(dropped) + events.map((one) => this.row(one)).join('');
  }

  private row(stored: StoredEvent): string {
    return `id: ${stored.seq}\nevent: row\ndata: ${JSON.stringify(this.rows.row(stored))}\n\n`;
  }

  private dropped(count: number): string {
    return count === 0 ? '' : `event: dropped\ndata: ${JSON.stringify({ count })}\n\n`;
  }

  private rate(matched: number): string {
    const { hub } = this.console;
    const { kernel, missed } = this.console.facts();
    const now = performance.now();
    const seconds = (now - this.nextRate + SECOND) / SECOND;
    const since = { events: hub.count - this.lastRate.count, matched: matched - this.lastRate.matched };
    this.lastRate = { count: hub.count, matched };
    this.nextRate = now + SECOND;
    const rate: LiveRate = {
      seconds: Math.floor(this.console.now() / 1000),
      events: Math.round(since.events / seconds),
      matched: Math.round(since.matched / seconds),
      lost: (kernel?.lost ?? 0) + missed,
      backlog: kernel?.backlog ?? 0,
    };
    return `event: rate\ndata: ${JSON.stringify(rate)}\n\n`;
  }

  /** Until something came (and a frame is over), or the next second. */
  private async pause(): Promise<void> {
    const sleep = (ms: number, early: boolean): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          if (!early && !this.ended) return;
          clearTimeout(timer);
          resolve();
        };
      });
    await sleep(Math.max(0, this.nextRate - performance.now()), true);
    if (!this.ended) await sleep(FRAME, false);
  }
}
