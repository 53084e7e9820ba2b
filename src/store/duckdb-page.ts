// Pages: the events that come next in an order. The way is gone in windows (of seqs, or of seconds) that grow and shrink
// with what they hold, so that a page whose events are near never looks at the whole store, and one with nothing near, be
// it for one event of 1970 or of the year 5000, is not looked for second by second: an empty window leads to the next event.

import type { DuckDBConnection } from '@duckdb/node-api';
import { largest, smallest } from '../base/extremes.ts';
import type { AuditTime } from '../base/types.ts';
import { rows } from './duckdb-open.ts';
import { matchingSeqs } from './duckdb-texts.ts';
import { eventOf } from './row.ts';
import { type Column, type Columns, FACETS, NUMBERS, type PageRequest, type StoredEvent } from './store.ts';
import { checkSignal, noEvent } from './watchers.ts';
import type { Where } from './where.ts';

/** The first window: events by arrival, seconds by time. */
const FIRST = { arrival: 512n, time: 1n };
const GROWTH = 4n;
/** Events of a window where the text of the records is looked at: a window grows while it holds fewer, and one that would
 * hold more is made smaller (never than one second). */
const HELD = { least: 32_768, most: 131_072 };
/** Events put in order in one go: at first, and at most. */
const SLICE = { first: 512, most: 32_768 };
/** Events the matcher is given in one go. */
const MATCHED = 8192;

const COLUMNS: readonly Column[] = [...FACETS, ...NUMBERS];
const SELECT = `SELECT seq, raw, ${COLUMNS.join(', ')} FROM event`;

interface Place extends AuditTime {
  readonly seq: number;
}

/** The way a page goes: what it is ordered by, and the direction. */
class Way {
  readonly forward: boolean;
  readonly order: string;
  /** What windows are measured by. */
  readonly measure: 'seq' | 'sec';

  constructor({ order, after }: PageRequest) {
    this.forward = after !== undefined;
    this.measure = order === 'time' ? 'sec' : 'seq';
    this.order = (order === 'time' ? ['sec', 'ms', 'seq'] : ['seq'])
      .map((name) => `${name} ${this.forward ? 'ASC' : 'DESC'}`)
      .join(', ');
  }

  /** What comes behind a place. Comparisons of plain columns: by them DuckDB passes over blocks. */
  behind({ sec, ms, seq }: Place): string {
    const sign = this.forward ? '>' : '<';
    if (this.measure === 'seq') return `seq ${sign} ${seq}`;
    return `sec ${sign}= ${sec} AND (sec ${sign} ${sec} OR ms ${sign} ${ms} OR (ms = ${ms} AND seq ${sign} ${seq}))`;
  }

  /** What the window up to `edge`, and with it, holds. */
  upTo(edge: bigint): string {
    return `${this.measure} ${this.forward ? '<=' : '>='} ${edge}`;
  }

  /** Further along the way. */
  ahead(edge: bigint, steps: bigint): bigint {
    return this.forward ? edge + steps : edge - steps;
  }

  /** What lies behind an edge, and not at it. */
  beyond(edge: bigint): string {
    return `${this.measure} ${this.forward ? '>' : '<'} ${edge}`;
  }
}

/** The events of a page and, where there is one, one more. */
export async function pageEvents(
  connection: DuckDBConnection,
  request: PageRequest,
  where: Where,
  judge: (text: Uint8Array) => Promise<readonly number[]>,
  signal?: AbortSignal,
): Promise<StoredEvent[]> {
  const way = new Way(request);
  const start = await startOf(connection, request, way);
  const ends = await endsOf(connection, way);
  const wanted = request.limit + 1;
  const found: number[] = [];
  if (start === 'nothing' || !ends) return [];
  let size = FIRST[request.order ?? 'arrival'];
  let edge = start ? BigInt(start[way.measure]) : way.forward ? ends.first - 1n : ends.last + 1n;
  let slice = SLICE.first;
  let behind = start ? way.behind(start) : 'true';
  for (;;) {
    checkSignal(signal);
    const before = edge;
    edge = way.ahead(before, size);
    if (!where.exact) {
      const held = await heldIn(connection, `(${behind}) AND ${way.upTo(edge)}`);
      if (held > HELD.most && size > 1n) {
        size = size / GROWTH || 1n;
        edge = before;
        continue;
      }
      if (held === 0) {
        const next = await nextBeyond(connection, way, edge);
        if (next === undefined) return eventsOf(connection, found);
        edge = way.ahead(next, -1n);
        behind = way.beyond(edge);
        continue;
      }
      if (held < HELD.least) size *= GROWTH;
    } else size *= GROWTH;
    const window = `${joined(where.cheap, where.costly, way.upTo(edge))}`;
    for (let whole = false; !whole; ) {
      checkSignal(signal);
      const limit = where.exact ? wanted - found.length : slice;
      const sql = `SELECT seq, sec, ms FROM event WHERE ${window} AND (${behind}) ORDER BY ${way.order} LIMIT ${limit}`;
      const part = (await rows(connection, sql)).map(placeOf);
      for (let at = 0; at < part.length && found.length < wanted; at += MATCHED) {
        const some = part.slice(at, at + MATCHED);
        const chosen = where.exact ? some : await matching(connection, some, judge);
        for (const { seq } of chosen) found.push(seq);
      }
      if (found.length >= wanted) return eventsOf(connection, found.slice(0, wanted));
      whole = part.length < limit;
      slice = Math.min(slice * Number(GROWTH), SLICE.most);
      if (!whole) behind = way.behind(part.at(-1)!);
    }
    if (way.forward ? edge >= ends.last : edge <= ends.first) return eventsOf(connection, found);
    behind = way.beyond(edge);
  }
}

/** How many events a window holds. It reads narrow columns, and of them what is near. */
async function heldIn(connection: DuckDBConnection, window: string): Promise<number> {
  const [row] = await rows(connection, `SELECT count(*) FROM event WHERE ${window}`);
  return Number(row![0]);
}

/** Where the next event beyond an edge is; undefined where there is none. */
async function nextBeyond(connection: DuckDBConnection, way: Way, edge: bigint): Promise<bigint | undefined> {
  const nearest = way.forward ? 'min' : 'max';
  const sql = `SELECT ${nearest}(${way.measure}) FROM event WHERE ${way.beyond(edge)}`;
  const [row] = await rows(connection, sql);
  return typeof row?.[0] === 'bigint' ? row[0] : undefined;
}

/** Those of some events that match, in their order. */
async function matching(
  connection: DuckDBConnection,
  places: readonly Place[],
  judge: (text: Uint8Array) => Promise<readonly number[]>,
): Promise<readonly Place[]> {
  if (places.length === 0) return places;
  const seqs = places.map(({ seq }) => seq);
  const first = smallest(seqs);
  const last = largest(seqs);
  const near = `seq BETWEEN ${first} AND ${last}`;
  // As a rule events arrive in the order of time: to look at a few more costs less than to name each.
  const these = last - first < 2 * seqs.length ? near : `${near} AND seq IN (${seqs.join(', ')})`;
  const found = new Set((await matchingSeqs(connection, these, judge)).map(Number));
  return places.filter(({ seq }) => found.has(seq));
}

/** The events of some seqs, in that order; not those deleted meanwhile. */
async function eventsOf(connection: DuckDBConnection, seqs: readonly number[]): Promise<StoredEvent[]> {
  if (seqs.length === 0) return [];
  const near = `seq BETWEEN ${smallest(seqs)} AND ${largest(seqs)}`;
  const known = new Map<number, StoredEvent>();
  for (const row of await rows(connection, `${SELECT} WHERE ${near} AND seq IN (${seqs.join(', ')})`)) {
    const stored = storedOf(row);
    known.set(stored.seq, stored);
  }
  return seqs.flatMap((seq) => known.get(seq) ?? []);
}

const placeOf = ([seq, sec, ms]: readonly unknown[]): Place => ({ seq: Number(seq), sec: Number(sec), ms: Number(ms) });

const joined = (...conditions: readonly (string | undefined)[]): string =>
  conditions
    .filter((one) => one !== undefined)
    .map((one) => `(${one})`)
    .join(' AND ');

/** The place of the event a page is before or after; undefined for a page that begins at an end. */
async function startOf(
  connection: DuckDBConnection,
  { before, after }: PageRequest,
  way: Way,
): Promise<Place | undefined | 'nothing'> {
  if (before === 0) return 'nothing';
  const seq = before ?? after;
  if (!seq) return undefined;
  if (way.measure === 'seq') return { seq, sec: 0, ms: 0 };
  const [place] = await rows(connection, `SELECT sec, ms FROM event WHERE seq = ${seq}`);
  if (!place) throw noEvent(seq);
  return { seq, sec: Number(place[0]), ms: Number(place[1]) };
}

/** Where the store begins and ends; undefined for an empty one. */
async function endsOf(connection: DuckDBConnection, way: Way): Promise<{ first: bigint; last: bigint } | undefined> {
  const [ends] = await rows(connection, `SELECT min(${way.measure}), max(${way.measure}) FROM event`);
  const [first, last] = ends!;
  return typeof first === 'bigint' && typeof last === 'bigint' ? { first, last } : undefined;
}

/** The event of that number. */
export async function readEvent(connection: DuckDBConnection, seq: number): Promise<StoredEvent | undefined> {
  if (!Number.isSafeInteger(seq)) return undefined;
  const [row] = await rows(connection, `${SELECT} WHERE seq = ${seq}`);
  return row && storedOf(row);
}

const storedOf = ([seq, raw, ...values]: readonly unknown[]): StoredEvent => ({
  seq: Number(seq),
  event: eventOf(String(raw)),
  columns: Object.fromEntries(
    COLUMNS.map((name, i) => {
      const value = values[i];
      return [name, value === null ? undefined : typeof value === 'string' ? value : Number(value)];
    }),
  ) as unknown as Columns,
});
