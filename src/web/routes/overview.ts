// GET /api/overview: the front page in one reply.

import { z } from 'zod';
import { compareTimes } from '../../base/event-id.ts';
import { isoTime } from '../../base/index.ts';
import type { Column, Selection, Store } from '../../store/index.ts';
import { SIGNAL_NAMES } from '../../tables/calls.ts';
import type { Console } from '../console.ts';
import { type EventRow, type NamedCount, Overview } from '../contract.ts';
import { period } from '../inputs.ts';
import { rangeOf } from '../narrow.ts';
import { route } from '../route.ts';
import { rowMakerOf } from '../row-makers.ts';
import { histogramOf } from '../series.ts';
import { userNames } from '../user-names.ts';
import { shown } from '../words.ts';
import { literal } from './related.ts';

const TOP = 8;
const BUCKETS = 90;
const LATEST = 6;
/** Programs looked at for those that are new. */
const MOST_PROGRAMS = 20_000;
const MOST_NEW = 20;

export const overview = route({
  method: 'get',
  path: '/overview',
  summary: 'The front page: rate, failures, log-ins, new programs, kills, loss',
  query: z.strictObject(period),
  reply: Overview,
  async run({ query, console, signal }): Promise<Overview> {
    const { store } = console;
    const range = rangeOf(query, console.now());
    const { groups } = await store.aggregate({ ...range, by: [], limit: 1 }, signal);
    const all = groups[0];
    const failed: Selection = { ...range, columns: { outcome: 'failed' } };
    const { kernel, missed } = console.facts();
    return {
      events: all?.count ?? 0,
      ...(all && { first: isoTime(all.first.sec, all.first.ms), last: isoTime(all.last.sec, all.last.ms) }),
      rate: await histogramOf(store, range, { buckets: BUCKETS, by: 'kind' }, signal),
      failures: { count: await store.count(failed, signal), top: await top(console, 'exe', failed, signal, true) },
      logins: await logins(console, range, signal),
      newExecutables: await newPrograms(store, range, signal),
      users: await top(console, 'auid', range, signal),
      keys: await top(console, 'key', range, signal),
      executables: await top(console, 'exe', range, signal),
      kills: await latest(console, { ...range, columns: { syscall: SIGNAL_NAMES } }, signal),
      loss: {
        lost: (kernel?.lost ?? 0) + missed,
        backlog: kernel?.backlog ?? 0,
        backlogLimit: kernel?.backlogLimit ?? 0,
      },
      unread: console.unread(),
    };
  },
});

/** The most frequent values of a column, those that are told. */
async function top(
  console: Console,
  column: Column & ('exe' | 'auid' | 'key'),
  selection: Selection,
  signal: AbortSignal,
  failed = false,
): Promise<NamedCount[]> {
  const counts = await console.store.facet(column, TOP + 1, selection, signal);
  const ids = counts.map(({ value }) => value).filter((value) => typeof value === 'number');
  const users = column === 'auid' ? await userNames(console, column, ids, signal) : undefined;
  return counts
    .filter(({ value }) => value !== '' && value !== undefined)
    .slice(0, TOP)
    .map(({ value, count }) => {
      const name = (typeof value === 'number' && users?.get(value)) || shown(String(value));
      const test = typeof value === 'number' ? `${column} == ${value}` : `${column} i= ${literal(String(value))}`;
      const narrowing = { [column]: shown(String(value)), ...(failed && { outcome: 'failed' }) };
      return { name, count, q: test, narrowing };
    });
}

async function latest(console: Console, selection: Selection, signal: AbortSignal): Promise<EventRow[]> {
  const { events } = await console.store.query({ ...selection, order: 'time', limit: LATEST }, signal);
  const rows = rowMakerOf(console);
  return events.map((one) => rows.row(one));
}

async function logins(console: Console, range: Selection, signal: AbortSignal): Promise<Overview['logins']> {
  const of = (outcome: string) => console.store.count({ ...range, columns: { type: 'USER_LOGIN', outcome } }, signal);
  return {
    succeeded: await of('success'),
    failed: await of('failed'),
    latest: await latest(console, { ...range, columns: { type: 'USER_LOGIN' } }, signal),
  };
}

async function newPrograms(store: Store, range: Selection, signal: AbortSignal): Promise<Overview['newExecutables']> {
  const programs = (selection: Selection) =>
    store.aggregate({ ...selection, by: ['exe'], limit: MOST_PROGRAMS, order: 'first' }, signal);
  const here = await programs(range);
  const before =
    range.from === undefined ? [] : (await programs({ to: range.from })).groups.map(({ values }) => values[0]);
  const old = new Set(before);
  return here.groups
    .filter(({ values: [exe] }) => exe !== '' && !old.has(exe))
    .sort((a, b) => compareTimes(b.first, a.first) || b.firstSeq - a.firstSeq)
    .slice(0, MOST_NEW)
    .map(({ values: [exe], first, count, firstSeq }) => ({
      exe: shown(String(exe)),
      first: isoTime(first.sec, first.ms),
      count,
      seq: firstSeq,
    }));
}
