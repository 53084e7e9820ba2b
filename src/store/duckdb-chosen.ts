// Which events a selection's matcher let through, remembered: a page of the console asks a dozen counts of one selection,
// and the matcher has to read the text of every candidate. Each selection has a table of seqs in memory, beside the
// store; events that came since are looked at when it is asked again. The least used go when there are many.

import type { DuckDBConnection } from '@duckdb/node-api';
import { type Pattern, TRUE } from '../query/index.ts';
import { rows } from './duckdb-open.ts';
import { matchingSeqs } from './duckdb-texts.ts';
import type { Judge } from './judge.ts';
import type { Selection } from './store.ts';
import { checkSignal } from './watchers.ts';
import type { Where } from './where.ts';

/** Selections remembered, and their seqs together. */
const MOST = { entries: 32, seqs: 4_000_000 };
/** Events looked at in one go. */
const WINDOW = 8192;
const CATALOG = 'chosen';

/** Makes room for what is remembered; once, before any question. */
export const ATTACH_CHOSEN = `ATTACH ':memory:' AS ${CATALOG} (READ_WRITE)`;

interface Entry {
  readonly table: string;
  /** All events up to this seq have been looked at. */
  upTo: number;
  seqs: number;
  /** Questions that use it now. */
  users: number;
  /** The last look at new events. */
  looking: Promise<void>;
}

export class Chosen {
  /** In the order of last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly judge: Judge;
  private made = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  /** Runs `ask` with a condition that the selection's events up to seq `last` meet, and no others. */
  async use<T>(
    connection: DuckDBConnection,
    selection: Selection,
    where: Where,
    last: number,
    ask: (condition: string) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const entry = this.entryOf(keyOf(selection, where));
    entry.users++;
    try {
      const look = entry.looking.then(() => this.look(connection, entry, selection, where, last, signal));
      entry.looking = look.catch(() => {});
      await look;
      return await ask(`seq <= ${last} AND seq IN (SELECT seq FROM ${CATALOG}.${entry.table})`);
    } finally {
      entry.users--;
      await this.forget(connection);
    }
  }

  private entryOf(key: string): Entry {
    const known = this.entries.get(key);
    const entry = known ?? { table: `c${++this.made}`, upTo: 0, seqs: 0, users: 0, looking: Promise.resolve() };
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  /** Looks at the events after `upTo`. What was found goes in at once or, when the question is withdrawn, not at all. */
  private async look(
    connection: DuckDBConnection,
    entry: Entry,
    { predicate = TRUE }: Selection,
    { cheap, costly = 'true' }: Where,
    last: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    checkSignal(signal);
    // Each step may be interrupted, and is then taken again by the next question: a seq that stands twice does no harm.
    if (entry.upTo === 0) await connection.run(`CREATE TABLE IF NOT EXISTS ${CATALOG}.${entry.table} (seq BIGINT)`);
    if (last <= entry.upTo) return;
    const judge = (text: Uint8Array) => this.judge(predicate, text, signal);
    const found: bigint[] = [];
    for (const window of await windowsOf(connection, entry.upTo, last)) {
      checkSignal(signal);
      const condition = `${window} AND (${cheap}) AND (${costly})`;
      for (const seq of await matchingSeqs(connection, condition, judge)) found.push(seq);
    }
    checkSignal(signal);
    const { BIGINT, DuckDBDataChunk } = await import('@duckdb/node-api');
    const appender = await connection.createAppender(entry.table, 'main', CATALOG);
    for (let at = 0; at < found.length; at += 2048) {
      const part = found.slice(at, at + 2048);
      const chunk = DuckDBDataChunk.create([BIGINT], part.length);
      chunk.setColumns([part]);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    entry.seqs += found.length;
    entry.upTo = last;
  }

  private async forget(connection: DuckDBConnection): Promise<void> {
    let seqs = [...this.entries.values()].reduce((sum, entry) => sum + entry.seqs, 0);
    for (const [key, entry] of this.entries) {
      if (this.entries.size <= MOST.entries && seqs <= MOST.seqs) return;
      if (entry.users > 0) continue;
      this.entries.delete(key);
      seqs -= entry.seqs;
      await connection.run(`DROP TABLE IF EXISTS ${CATALOG}.${entry.table}`).catch(() => {});
    }
  }
}

/** Windows of seqs after `from` and up to `last` that hold an event: of a store from which most was deleted, or whose
 * seqs began long ago, what is not there is not gone through. */
async function windowsOf(connection: DuckDBConnection, from: number, last: number): Promise<string[]> {
  const sql = `SELECT DISTINCT seq // ${WINDOW} AS w FROM event WHERE seq > ${from} AND seq <= ${last} ORDER BY w`;
  return (await rows(connection, sql)).map(([w]) => {
    const first = Number(w) * WINDOW;
    return `seq BETWEEN ${Math.max(first, from + 1)} AND ${Math.min(first + WINDOW - 1, last)}`;
  });
}

/** The same for selections that are the same. */
const keyOf = ({ predicate = TRUE }: Selection, { cheap }: Where): string =>
  JSON.stringify([cheap, predicate], (name, value) =>
    name === 'pattern' ? (value as Pattern).source : typeof value === 'number' ? String(value) : value,
  );
