// Pages: which seqs come next in an order, and the events of those seqs. Where SQL answers the condition one statement
// is enough; where the matcher decides, the way is gone in windows that grow, so that a page near its beginning never
// reads the text of the whole store.

import type { DuckDBConnection } from '@duckdb/node-api';
import type { AuditTime } from '../base/types.ts';
import type { EventMatcher } from '../query/index.ts';
import { rows } from './duckdb-open.ts';
import { eventOf } from './row.ts';
import { type Column, type Columns, FACETS, NUMBERS, type PageRequest, type StoredEvent } from './store.ts';
import { checkSignal, noEvent } from './watchers.ts';
import type { Where } from './where.ts';

/** Events of the first window in which the matcher decides, how the next ones grow, and how large they get. */
const FIRST_WINDOW = 512;
const GROWTH = 4;
const LAST_WINDOW = 1 << 17;
/** Events read in one go. */
const SLICE = 512;

const COLUMNS: readonly Column[] = [...FACETS, ...NUMBERS];

interface Place extends AuditTime {
  readonly seq: number;
}

/** The way a page goes: the columns it is ordered by, and the direction. */
class Way {
  readonly byTime: boolean;
  readonly forward: boolean;
  readonly order: string;

  constructor({ order, after }: PageRequest) {
    this.byTime = order === 'time';
    this.forward = after !== undefined;
    this.order = (this.byTime ? ['sec', 'ms', 'seq'] : ['seq'])
      .map((name) => `${name} ${this.forward ? 'ASC' : 'DESC'}`)
      .join(', ');
  }

  /** What comes behind a place. */
  behind({ sec, ms, seq }: Place): string {
    const sign = this.forward ? '>' : '<';
    return this.byTime
      ? `sec ${sign}= ${sec} AND (sec, ms, seq) ${sign} (${sec}, ${ms}, ${seq})`
      : `seq ${sign} ${seq}`;
  }

  /** What comes up to a place, and the place. */
  upTo({ sec, ms, seq }: Place): string {
    const sign = this.forward ? '<=' : '>=';
    return this.byTime ? `sec ${sign} ${sec} AND (sec, ms, seq) ${sign} (${sec}, ${ms}, ${seq})` : `seq ${sign} ${seq}`;
  }
}

/** The events of a page and, where there is one, one more. */
export async function pageEvents(
  connection: DuckDBConnection,
  request: PageRequest,
  where: Where,
  matches: EventMatcher,
  signal?: AbortSignal,
): Promise<StoredEvent[]> {
  const way = new Way(request);
  const start = await startOf(connection, request, way);
  const wanted = request.limit + 1;
  if (start === 'nothing') return [];
  if (where.exact) {
    const sql = `SELECT seq FROM event WHERE ${joined(where.cheap, start && way.behind(start))} ORDER BY ${way.order} LIMIT ${wanted}`;
    return readEvents(connection, (await rows(connection, sql)).map(seqOf), way, signal);
  }
  const found: StoredEvent[] = [];
  let at: Place | undefined = start;
  for (let size = Math.max(FIRST_WINDOW, request.limit); ; size = Math.min(size * GROWTH, LAST_WINDOW)) {
    const edge = await edgeOf(connection, joined(where.cheap, at && way.behind(at)), way, size);
    const window = joined(where.cheap, where.costly, at && way.behind(at), edge && way.upTo(edge));
    const sql = `SELECT seq FROM event WHERE ${window} ORDER BY ${way.order}`;
    const seqs = (await rows(connection, sql)).map(seqOf);
    for (let i = 0; i < seqs.length; i += SLICE) {
      checkSignal(signal);
      for (const stored of await readEvents(connection, seqs.slice(i, i + SLICE), way)) {
        if (matches(stored.event)) found.push(stored);
        if (found.length === wanted) return found;
      }
    }
    if (!edge) return found;
    at = edge;
  }
}

const seqOf = ([seq]: readonly unknown[]): number => Number(seq);

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
  if (!way.byTime) return { seq, sec: 0, ms: 0 };
  const [place] = await rows(connection, `SELECT seq, sec, ms FROM event WHERE seq = ${seq}`);
  if (!place) throw noEvent(seq);
  return placeOf(place);
}

const placeOf = ([seq, sec, ms]: readonly unknown[]): Place => ({ seq: Number(seq), sec: Number(sec), ms: Number(ms) });

/** The last event of the next `size`; undefined when there are fewer. */
async function edgeOf(connection: DuckDBConnection, where: string, way: Way, size: number): Promise<Place | undefined> {
  const columns = way.byTime ? 'seq, sec, ms' : 'seq, 0, 0';
  const sql = `SELECT ${columns} FROM event WHERE ${where} ORDER BY ${way.order} LIMIT 1 OFFSET ${size - 1}`;
  const [edge] = await rows(connection, sql);
  return edge && placeOf(edge);
}

/** The events of these numbers, in their order. */
export async function readEvents(
  connection: DuckDBConnection,
  seqs: readonly number[],
  way: { readonly order: string } = { order: 'seq' },
  signal?: AbortSignal,
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let i = 0; i < seqs.length; i += SLICE) {
    checkSignal(signal);
    const some = seqs.slice(i, i + SLICE);
    const sql = `SELECT seq, raw, ${COLUMNS.join(', ')} FROM event
      WHERE seq BETWEEN ${Math.min(...some)} AND ${Math.max(...some)} AND seq IN (${some.join(',')}) ORDER BY ${way.order}`;
    for (const [seq, raw, ...values] of await rows(connection, sql))
      found.push({ seq: Number(seq), event: eventOf(String(raw)), columns: columnsFrom(values) });
  }
  return found;
}

const columnsFrom = (values: readonly unknown[]): Columns =>
  Object.fromEntries(
    COLUMNS.map((name, i) => {
      const value = values[i];
      return [name, value === null ? undefined : typeof value === 'string' ? value : Number(value)];
    }),
  ) as unknown as Columns;
