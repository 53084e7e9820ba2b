// The store in a DuckDB file (or in memory), loaded when a store is opened. Events go in together with the place where
// reading stands, in one transaction; so a killed process leaves either both or neither. Text is stored one character
// per byte (latin1), so that every byte comes back. Writing has one connection, each question another.

import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { AuditEvent } from '../event/event.ts';
import { Folders } from '../paths/index.ts';
import { type MatchContext, TRUE } from '../query/index.ts';
import { ATTACH_CHOSEN, Chosen } from './duckdb-chosen.ts';
import { type OpenDuck, type OpenOptions, openDuck, rows } from './duckdb-open.ts';
import { pageEvents, readEvent } from './duckdb-page.ts';
import { Readers } from './duckdb-readers.ts';
import { spansOf, textOfSpan } from './duckdb-texts.ts';
import { nextSeq, prepareSchema } from './duckdb-version.ts';
import { appendRows, saveProgress } from './duckdb-write.ts';
import { type Judge, plainJudge } from './judge.ts';
import { oldCondition } from './retention.ts';
import {
  type AggregateRequest,
  type Appended,
  type Bar,
  type Column,
  type Count,
  FACETS,
  type Group,
  type HistogramRequest,
  NUMBERS,
  type Page,
  type PageRequest,
  type Progress,
  type RetentionLimits,
  type Selection,
  type SourcePosition,
  type Store,
  type StoredEvent,
  type Value,
} from './store.ts';
import { Bars, Tally } from './tally.ts';
import { checkPage, Watchers } from './watchers.ts';
import { whereOf } from './where.ts';

const COLUMNS: readonly Column[] = [...FACETS, ...NUMBERS];

export interface DuckOptions extends OpenOptions {
  /** Interprets values where a predicate asks for it. */
  readonly context?: MatchContext;
  /** Says which events match. Default: this thread does, with `context`. */
  readonly judge?: Judge;
}

/** Opens the store in a file, made where there is none (unless `readOnly`). Throws AuditError `store`, and `store-busy`
 * when it is open elsewhere. */
export async function duckStore(path: string, options: DuckOptions = {}): Promise<DuckStore> {
  const duck = await openDuck(path, options);
  const { connection } = duck;
  try {
    await prepareSchema(connection, path, options.readOnly ?? false);
    await connection.run(ATTACH_CHOSEN);
    return new DuckStore(duck, await nextSeq(connection), options.judge ?? plainJudge(options.context));
  } catch (error) {
    duck.close();
    throw error;
  }
}

export class DuckStore implements Store {
  private readonly duck: OpenDuck;
  private readonly connection: DuckDBConnection;
  private readonly readers: Readers;
  private readonly watchers = new Watchers();
  private readonly folders = new Folders();
  private readonly judge: Judge;
  private readonly chosen: Chosen;
  private next: number;
  /** The last thing written; what is written next waits for it. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(duck: OpenDuck, next: number, judge: Judge) {
    this.duck = duck;
    this.connection = duck.connection;
    this.readers = new Readers(duck.instance);
    this.next = next;
    this.judge = judge;
    this.chosen = new Chosen(judge);
  }

  append(events: readonly AuditEvent[], progress?: Progress): Promise<void> {
    return this.write(async () => {
      const first = this.next;
      await this.transaction(async () => {
        if (events.length > 0) await appendRows(this.connection, events, first, this.folders);
        if (progress) await saveProgress(this.connection, progress);
      });
      this.next = first + events.length;
      this.watchers.tell(first, this.next - 1);
    });
  }

  watch(listener: (appended: Appended) => void): () => void {
    return this.watchers.add(listener);
  }

  query(request: PageRequest, signal?: AbortSignal): Promise<Page> {
    return this.readers.ask(async (connection) => {
      checkPage(request);
      const { predicate = TRUE } = request;
      const judge = (text: Uint8Array) => this.judge(predicate, text, signal);
      const events = await pageEvents(connection, request, whereOf(request), judge, signal);
      return { events: events.slice(0, request.limit), more: events.length > request.limit };
    }, signal);
  }

  event(seq: number, signal?: AbortSignal): Promise<StoredEvent | undefined> {
    return this.readers.ask((connection) => readEvent(connection, seq), signal);
  }

  async *texts(selection: Selection = {}, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const where = whereOf(selection);
    const last = this.next - 1;
    for (const span of await this.readers.ask((connection) => spansOf(connection, where, last), signal))
      yield await this.readers.ask((connection) => textOfSpan(connection, where, last, span), signal);
  }

  async count(selection: Selection = {}, signal?: AbortSignal): Promise<number> {
    let sum = 0;
    await this.tally([], selection, signal, (_values, count) => (sum += count));
    return sum;
  }

  async facet(column: Column, limit: number, selection: Selection = {}, signal?: AbortSignal): Promise<Count[]> {
    const tally = new Tally();
    await this.tally([nameOf(column)], selection, signal, ([value], count) => tally.add(value, count));
    return tally.top(limit);
  }

  async histogram(request: HistogramRequest, signal?: AbortSignal): Promise<Bar[]> {
    const { seconds, by } = request;
    if (!Number.isSafeInteger(seconds) || seconds < 1) throw new TypeError('A bar is a whole number of seconds.');
    const columns = [`sec - ((sec % ${seconds}) + ${seconds}) % ${seconds}`, ...(by ? [nameOf(by)] : [])];
    const bars = new Bars();
    await this.tally(columns, request, signal, ([from, value], count) => bars.add(from as number, value, count));
    return bars.done(request);
  }

  async aggregate(request: AggregateRequest, signal?: AbortSignal): Promise<{ groups: Group[]; more: boolean }> {
    const by = request.by.map(nameOf);
    const order = { count: 'n DESC', last: 'last DESC', first: 'first ASC' }[request.order ?? 'count'];
    const sql = (
      where: string,
    ): string => `SELECT count(*) AS n, min(sec * 1000 + ms) AS first, max(sec * 1000 + ms) AS last, min(seq), max(seq)
      ${by.map((name) => `, ${name}`).join('')} FROM event WHERE ${where} ${by.length > 0 ? `GROUP BY ${by.join(', ')}` : 'HAVING n > 0'}
      ORDER BY ${[order, ...by.map((name) => `${name} ASC NULLS LAST`)].join(', ')} LIMIT ${request.limit + 1}`;
    const found = await this.summed(request, sql, signal);
    return { groups: found.slice(0, request.limit).map(groupOf), more: found.length > request.limit };
  }

  retain(limits: RetentionLimits): Promise<number> {
    const { oldest, bytes } = limits;
    return this.write(async () => {
      const before = await this.count();
      await this.transaction(async () => {
        // A seq is never given twice, though all events go.
        await this.connection.run(`UPDATE meta SET next = ${this.next}`);
        if (oldest !== undefined) await this.connection.run(`DELETE FROM event WHERE ${oldCondition(oldest, limits)}`);
        if (bytes !== undefined)
          await this.connection.run(
            `DELETE FROM event WHERE seq <= (SELECT coalesce(max(seq), 0) FROM
               (SELECT seq, sum(size) OVER (ORDER BY seq DESC) AS kept FROM event) WHERE kept > ${bytes})`,
          );
      });
      await this.connection.run('CHECKPOINT');
      return before - (await this.count());
    });
  }

  progress(): Promise<{ sources: SourcePosition[]; waiting: string[] }> {
    return this.readers.ask(async (connection) => {
      const sql = 'SELECT path, device, inode, "offset", head, head_length FROM source ORDER BY id';
      const waiting = await rows(connection, 'SELECT line FROM waiting');
      return { sources: (await rows(connection, sql)).map(sourceOf), waiting: waiting.map(([line]) => String(line)) };
    });
  }

  async close(): Promise<void> {
    await this.writing;
    await this.readers.close();
    this.duck.close();
  }

  /** One writer after the other. */
  private write<T>(work: () => Promise<T>): Promise<T> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => {});
    return done;
  }

  private async transaction(work: () => Promise<void>): Promise<void> {
    await this.connection.run('BEGIN');
    try {
      await work();
      await this.connection.run('COMMIT');
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  /** Counts by some columns. */
  private async tally(
    columns: readonly string[],
    selection: Selection,
    signal: AbortSignal | undefined,
    add: (values: readonly Value[], count: number) => void,
  ): Promise<void> {
    const names = columns.map((sql, i) => `${sql} AS v${i}, `).join('');
    const groups = columns.length > 0 ? `GROUP BY ${columns.map((_, i) => `v${i}`).join(', ')}` : '';
    const sql = (where: string): string => `SELECT ${names} count(*) FROM event WHERE ${where} ${groups}`;
    for (const row of await this.summed(selection, sql, signal)) add(row.slice(0, -1).map(valueIn), Number(row.at(-1)));
  }

  /** What a statement answers about the events of a selection: by SQL where it is exact, else the matcher chose them. */
  private summed(
    selection: Selection,
    sql: (where: string) => string,
    signal: AbortSignal | undefined,
  ): Promise<DuckDBValue[][]> {
    const where = whereOf(selection);
    return this.readers.ask((connection) => {
      const ask = (condition: string) => rows(connection, sql(condition));
      if (where.exact) return ask(where.cheap);
      return this.chosen.use(connection, selection, where, this.next - 1, ask, signal);
    }, signal);
  }
}

function nameOf(column: Column): Column {
  if (!COLUMNS.includes(column)) throw new TypeError(`There is no column ${column}.`);
  return column;
}

const valueIn = (value: DuckDBValue): Value =>
  value === null ? undefined : typeof value === 'string' ? value : Number(value);

function groupOf([count, first, last, firstSeq, lastSeq, ...values]: readonly DuckDBValue[]): Group {
  return {
    values: values.map(valueIn),
    count: Number(count),
    first: timeOf(first as bigint),
    last: timeOf(last as bigint),
    firstSeq: Number(firstSeq),
    lastSeq: Number(lastSeq),
  };
}

/** Whole numbers throughout: fifteen digits of seconds are more milliseconds than a number holds. */
function timeOf(all: bigint): { sec: number; ms: number } {
  const ms = ((all % 1000n) + 1000n) % 1000n;
  return { sec: Number((all - ms) / 1000n), ms: Number(ms) };
}

const sourceOf = ([path, device, inode, offset, head, headLength]: readonly DuckDBValue[]): SourcePosition => ({
  path: String(path),
  device: Number(device),
  inode: Number(inode),
  offset: Number(offset),
  head: String(head),
  headLength: Number(headLength),
});
