// GET /api/events, /api/events/count, /api/events/{seq}: the list, how many, and one event with all it holds.

import { z } from 'zod';
import { bytesOf, utf8 } from '../../base/index.ts';
import { jsonPrinter } from '../../print/index.ts';
import { textOf } from '../../record/index.ts';
import type { Selection, Store, StoredEvent } from '../../store/index.ts';
import type { Console } from '../console.ts';
import { EventCount, EventDetail, EventPage } from '../contract.ts';
import { Fault } from '../fault.ts';
import { narrowing, whole } from '../inputs.ts';
import { selectionOf } from '../narrow.ts';
import { route } from '../route.ts';
import { rowMakerOf } from '../row-makers.ts';
import { shown } from '../words.ts';
import { relatedOf } from './related.ts';

const SEQ = whole(0, Number.MAX_SAFE_INTEGER);
const MOST_ROWS = 1000;

const list = route({
  method: 'get',
  path: '/events',
  summary: 'Events, newest first; with `after` those that came since, oldest first',
  query: z.strictObject({
    ...narrowing,
    limit: whole(1, MOST_ROWS).optional(),
    before: SEQ.optional(),
    after: SEQ.optional(),
  }),
  reply: EventPage,
  mayMiss: true,
  async run({ query, console, signal }): Promise<EventPage> {
    const { limit = 100, before, after, ...narrowed } = query;
    if (before !== undefined && after !== undefined)
      throw new Fault(400, 'bad-parameter', 'Cannot answer: `before` and `after` exclude each other', {
        parameter: 'after',
      });
    const selection = selectionOf(narrowed, console.now());
    const page = await console.store.query(
      {
        ...selection,
        limit,
        // What is told of as new is in the order of arrival; a list to read is in the order of time.
        order: after === undefined ? 'time' : 'arrival',
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
      },
      signal,
    );
    const rows = rowMakerOf(console);
    return { events: page.events.map((one) => rows.row(one)), more: page.more, unread: console.unread() };
  },
});

const count = route({
  method: 'get',
  path: '/events/count',
  summary: 'How many events match',
  query: z.strictObject(narrowing),
  reply: EventCount,
  run: async ({ query, console, signal }): Promise<EventCount> => ({
    count: await console.store.count(selectionOf(query, console.now()), signal),
    unread: console.unread(),
  }),
});

const one = route({
  method: 'get',
  path: '/events/{seq}',
  summary: 'One event: its meaning, its records, and what belongs to it',
  params: z.strictObject({ seq: SEQ }),
  reply: EventDetail,
  async run({ params, console, signal }): Promise<EventDetail> {
    const stored = await console.store.event(params.seq, signal);
    if (!stored)
      throw new Fault(404, 'no-event', `Cannot find event ${params.seq}: it is not in the store`, {
        remedy: 'It may have been deleted by --max-age or --max-size',
      });
    return detailOf(console, stored, signal);
  },
});

async function detailOf(console: Console, stored: StoredEvent, signal: AbortSignal): Promise<EventDetail> {
  const rows = rowMakerOf(console);
  const lines = stored.event.records.map(textOf);
  return {
    row: rows.row(stored),
    event: JSON.parse(utf8(jsonPrinter(rows.context)(stored.event))) as EventDetail['event'],
    lines: lines.map(shown),
    bytes: lines.map((line) => Buffer.from(bytesOf(line)).toString('base64')),
    related: await related(console.store, stored, signal),
  };
}

async function related(store: Store, stored: StoredEvent, signal: AbortSignal): Promise<EventDetail['related']> {
  const found: EventDetail['related'][number][] = [];
  for (const { label, q, columns, self } of relatedOf(stored)) {
    const selection: Selection = { columns };
    const count = await store.count(selection, signal);
    const narrowing = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, shown(String(value))]));
    if (count > (self ? 1 : 0)) found.push({ label, q, count, narrowing });
  }
  return found;
}

export const eventRoutes = [list, count, one];
