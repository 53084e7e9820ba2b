// The text of events for who reads them all: in windows of time that hold about so many bytes, each made into one piece
// by the database. Neither rows nor columns of single events come into JavaScript, which is what a page of events costs.

import type { DuckDBConnection, DuckDBListValue, DuckDBValue } from '@duckdb/node-api';
import { rows } from './duckdb-open.ts';
import type { Where } from './where.ts';

/** Bytes of a window; one millisecond of the trail is never cut. */
const WINDOW = 4_000_000;

/** First and last millisecond. */
export type Span = readonly [bigint, bigint];

/** The windows of what meets a condition, in order. Events appended later than seq `last` are left out. */
export async function spansOf(connection: DuckDBConnection, where: Where, last: number): Promise<Span[]> {
  const sizes = `SELECT sec * 1000 + ms AS k, sum(size) AS size FROM event WHERE ${conditionOf(where, last)} GROUP BY k`;
  const found = await rows(
    connection,
    `SELECT min(k), max(k) FROM (SELECT k, sum(size) OVER (ORDER BY k) // ${WINDOW} AS part FROM (${sizes}))
     GROUP BY part ORDER BY part`,
  );
  return found.map(([from, to]) => [from as bigint, to as bigint]);
}

/** The text of the events of a window in the order of time: UTF-8, two newlines between two events. */
export async function textOfSpan(
  connection: DuckDBConnection,
  where: Where,
  last: number,
  [from, to]: Span,
): Promise<Uint8Array> {
  // `sec` alone lets the database pass over what is not near.
  const near = `sec BETWEEN ${floor(from)} AND ${floor(to)} AND sec * 1000 + ms BETWEEN ${from} AND ${to}`;
  const text = 'encode(string_agg(raw, chr(10) || chr(10) ORDER BY sec, ms, seq))';
  const [row] = await rows(connection, `SELECT ${text} FROM event WHERE ${near} AND ${conditionOf(where, last)}`);
  return bytesOf(row?.[0]);
}

/** Nothing where what was there has been deleted meanwhile. */
const bytesOf = (value: DuckDBValue | undefined): Uint8Array =>
  typeof value === 'object' && value !== null && 'bytes' in value ? value.bytes : new Uint8Array();

/** The seqs of the events that meet a condition and match, in ascending order. The condition has to be met by few enough
 * for their text to be held. Throws AuditError `cancelled`. */
export async function matchingSeqs(
  connection: DuckDBConnection,
  condition: string,
  judge: (text: Uint8Array) => Promise<readonly number[]>,
): Promise<bigint[]> {
  const text = 'encode(string_agg(raw, chr(10) || chr(10) ORDER BY seq))';
  const [row] = await rows(connection, `SELECT list(seq ORDER BY seq), ${text} FROM event WHERE ${condition}`);
  const seqs = (row?.[0] as DuckDBListValue | null | undefined)?.items ?? [];
  if (seqs.length === 0) return [];
  return (await judge(bytesOf(row?.[1]))).map((at) => seqs[at] as bigint);
}

const conditionOf = ({ cheap, costly = 'true' }: Where, last: number): string =>
  `seq <= ${last} AND (${cheap}) AND (${costly})`;

const floor = (ms: bigint): bigint => (ms >= 0n ? ms / 1000n : -((999n - ms) / 1000n));
