// The store in a DuckDB file (or in memory): the only importer of DuckDB, loaded when a store is opened. Events go in as
// columns, a chunk at a time, in one transaction with the place where reading stands; so a killed process leaves either
// both or neither. Text is stored one character per byte (latin1), so that every byte comes back.

import { existsSync } from 'node:fs';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import type { AuditEvent } from '../event/event.ts';
import { type MatchContext, matcher, TRUE } from '../query/index.ts';
import { SCHEMA, SCHEMA_VERSION } from './duckdb-schema.ts';
import { byCount, sourceId } from './memory.ts';
import { columnsOf, eventOf, rawOf } from './row.ts';
import {
  type Column,
  type Columns,
  type Count,
  FACETS,
  NUMBERS,
  type PageRequest,
  type Progress,
  type RetentionLimits,
  type Selection,
  type SourcePosition,
  type Store,
  type StoredEvent,
} from './store.ts';
import { quoted, whereOf } from './where.ts';

/** Rows of one chunk (DuckDB's vector size). */
const CHUNK = 2048;
/** Rows looked at in one go where the matcher decides. */
const BATCH = 4096;
const COLUMNS = [...FACETS, ...NUMBERS];
const TEXT_COLUMNS = 2 + FACETS.length;

export interface DuckOptions {
  /** Interprets values where a predicate asks for it. */
  readonly context?: MatchContext;
  readonly readOnly?: boolean;
  /** DuckDB's own memory, default `128MB`. */
  readonly memory?: string;
}

/** Opens the store in a file, made where there is none (unless `readOnly`). Throws AuditError `store`. */
export async function duckStore(path: string, options: DuckOptions = {}): Promise<DuckStore> {
  const { instance, connection } = await openDuck(path, options);
  try {
    const [tables] = await rows(connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'");
    if (Number(tables![0]) === 0) {
      if (options.readOnly) throw new AuditError('store', `Cannot open ${path}: it is no store of ours`);
      await connection.run(`BEGIN; ${SCHEMA} COMMIT`);
    }
    const [version] = await rows(connection, 'SELECT version FROM meta');
    if (Number(version![0]) !== SCHEMA_VERSION)
      throw new AuditError(
        'store',
        `Cannot open ${path}: its format is ${version![0]}, this program knows ${SCHEMA_VERSION}; use the program that wrote it, or ingest the logs into a new store`,
      );
    const [last] = await rows(connection, 'SELECT coalesce(max(seq), 0) FROM event');
    return new DuckStore(instance, connection, Number(last![0]) + 1, options.context);
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw error;
  }
}

/** Opens a database that can reach no other file and no network, whatever is asked of it. */
export async function openDuck(path: string, options: DuckOptions) {
  if (options.readOnly && !existsSync(path))
    throw new AuditError('store', `Cannot open ${path}: there is no such file; \`auspex store ingest\` makes a store`);
  const { DuckDBInstance } = await import('@duckdb/node-api');
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, {
      threads: '2',
      memory_limit: options.memory ?? '128MB',
      storage_compatibility_version: 'latest',
      ...(options.readOnly && { access_mode: 'READ_ONLY' }),
    });
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0];
    throw new AuditError('store', `Cannot open ${path}: ${why}`, { cause });
  }
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return { instance, connection };
}

export async function rows(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

export class DuckStore implements Store {
  readonly connection: DuckDBConnection;
  private readonly instance: DuckDBInstance;
  private readonly context: MatchContext | undefined;
  private next: number;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, next: number, context: MatchContext | undefined) {
    this.instance = instance;
    this.connection = connection;
    this.next = next;
    this.context = context;
  }

  async append(events: readonly AuditEvent[], progress?: Progress): Promise<void> {
    await this.connection.run('BEGIN');
    const next = this.next;
    try {
      if (events.length > 0) await this.appendRows(events);
      if (progress) await this.saveProgress(progress);
      await this.connection.run('COMMIT');
    } catch (error) {
      this.next = next;
      await this.connection.run('ROLLBACK');
      throw error;
    }
  }

  async query({ before, limit, ...selection }: PageRequest): Promise<StoredEvent[]> {
    const where = whereOf(selection);
    const matches = matcher(selection.predicate ?? TRUE, this.context);
    const found: StoredEvent[] = [];
    let last = before === undefined ? this.next : Math.min(before, this.next);
    const batch = where.exact ? limit : Math.max(limit, BATCH);
    while (found.length < limit) {
      const seqs = await rows(
        this.connection,
        `SELECT seq FROM event WHERE seq < ${last} AND ${where.sql} ORDER BY seq DESC LIMIT ${batch}`,
      );
      if (seqs.length === 0) break;
      for (const stored of await this.read(seqs.map(([seq]) => Number(seq)))) {
        if (where.exact || matches(stored.event)) found.push(stored);
        if (found.length === limit) break;
      }
      if (seqs.length < batch) break;
      last = Number(seqs.at(-1)![0]);
    }
    return found;
  }

  async event(seq: number): Promise<StoredEvent | undefined> {
    return (await this.read([seq]))[0];
  }

  async count(selection: Selection = {}): Promise<number> {
    const counts = await this.tally('0', selection);
    return counts.reduce((sum, { count }) => sum + count, 0);
  }

  async facet(column: Column, limit: number, selection: Selection = {}): Promise<Count[]> {
    if (!COLUMNS.includes(column)) throw new TypeError(`There is no column ${column}.`);
    return (await this.tally(column, selection)).sort(byCount).slice(0, limit);
  }

  async histogram(seconds: number, selection: Selection = {}): Promise<{ from: number; count: number }[]> {
    const counts = await this.tally(`sec - ((sec % ${seconds}) + ${seconds}) % ${seconds}`, selection);
    return counts.map(({ value, count }) => ({ from: value as number, count })).sort((a, b) => a.from - b.from);
  }

  async retain({ oldest, bytes }: RetentionLimits): Promise<number> {
    const before = await this.count();
    if (oldest !== undefined) await this.connection.run(`DELETE FROM event WHERE sec < ${oldest}`);
    if (bytes !== undefined)
      await this.connection.run(
        `DELETE FROM event WHERE seq <= (SELECT coalesce(max(seq), 0) FROM
           (SELECT seq, sum(size) OVER (ORDER BY seq DESC) AS kept FROM event) WHERE kept > ${bytes})`,
      );
    await this.connection.run('CHECKPOINT');
    return before - (await this.count());
  }

  async progress(): Promise<{ sources: SourcePosition[]; waiting: string[] }> {
    const sources = await rows(
      this.connection,
      'SELECT path, device, inode, "offset", head, head_length FROM source ORDER BY id',
    );
    const waiting = await rows(this.connection, 'SELECT line FROM waiting');
    return {
      sources: sources.map(([path, device, inode, offset, head, headLength]) => ({
        path: String(path),
        device: Number(device),
        inode: Number(inode),
        offset: Number(offset),
        head: String(head),
        headLength: Number(headLength),
      })),
      waiting: waiting.map(([line]) => String(line)),
    };
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** Counts by a value, by SQL where the condition is exact, else by the matcher. */
  private async tally(value: string, selection: Selection): Promise<{ value: Count['value']; count: number }[]> {
    const where = whereOf(selection);
    const counts = new Map<Count['value'], number>();
    const add = (found: DuckDBValue | undefined, count: number): void => {
      const key = found === null ? undefined : typeof found === 'string' ? found : Number(found);
      counts.set(key, (counts.get(key) ?? 0) + count);
    };
    if (where.exact) {
      const sql = `SELECT ${value} AS v, count(*) FROM event WHERE ${where.sql} GROUP BY v`;
      for (const [v, count] of await rows(this.connection, sql)) add(v, Number(count));
    } else {
      const matches = matcher(selection.predicate ?? TRUE, this.context);
      const result = await this.connection.stream(`SELECT ${value}, raw FROM event WHERE ${where.sql}`);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
        for (const [v, raw] of chunk.getRows()) if (matches(eventOf(String(raw)))) add(v, 1);
    }
    return [...counts].map(([v, count]) => ({ value: v, count }));
  }

  /** The events of these numbers, highest first. */
  private async read(seqs: readonly number[]): Promise<StoredEvent[]> {
    const found = await rows(
      this.connection,
      `SELECT seq, raw, ${COLUMNS.join(', ')} FROM event
       WHERE seq BETWEEN ${Math.min(...seqs)} AND ${Math.max(...seqs)} AND seq IN (${seqs.join(',')}) ORDER BY seq DESC`,
    );
    return found.map(([seq, raw, ...values]) => ({
      seq: Number(seq),
      event: eventOf(String(raw)),
      columns: Object.fromEntries(
        COLUMNS.map((name, i) => {
          const value = values[i];
          return [name, value === null ? undefined : typeof value === 'string' ? value : Number(value)];
        }),
      ) as unknown as Columns,
    }));
  }

  private async appendRows(events: readonly AuditEvent[]): Promise<void> {
    const { BIGINT, DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api');
    const appender = await this.connection.createAppender('event');
    const types = [BIGINT, BIGINT, BIGINT, BIGINT, VARCHAR, BIGINT];
    types.push(...FACETS.map(() => VARCHAR), ...NUMBERS.map(() => BIGINT), VARCHAR);
    for (let at = 0; at < events.length; at += CHUNK) {
      const part = events.slice(at, at + CHUNK);
      const chunk = DuckDBDataChunk.create(types, part.length);
      chunk.setColumns(this.columnsFor(part));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  private columnsFor(events: readonly AuditEvent[]): DuckDBValue[][] {
    const columns: DuckDBValue[][] = Array.from({ length: 4 + TEXT_COLUMNS + NUMBERS.length + 1 }, () => []);
    for (const event of events) {
      const values = columnsOf(event);
      const raw = rawOf(event);
      let at = 0;
      const put = (value: DuckDBValue): void => void columns[at++]!.push(value);
      put(BigInt(this.next++));
      put(BigInt(event.sec));
      put(BigInt(event.ms));
      put(BigInt(event.serial));
      put(`,${event.records.map((record) => record.type).join(',')},`);
      put(BigInt(raw.length + 1));
      for (const name of FACETS) put(values[name]);
      for (const name of NUMBERS) put(values[name] === undefined ? null : BigInt(values[name]));
      put(raw);
    }
    return columns;
  }

  private async saveProgress({ source, waiting }: Progress): Promise<void> {
    const { path, device, inode, offset, head, headLength } = source;
    const values = [
      quoted(sourceId(source)),
      quoted(path),
      `'${device}'`,
      `'${inode}'`,
      offset,
      `'${head}'`,
      headLength,
    ];
    await this.connection.run(`INSERT OR REPLACE INTO source VALUES (${values.join(', ')})`);
    await this.connection.run('DELETE FROM waiting');
    for (let at = 0; at < waiting.length; at += 500)
      await this.connection.run(
        `INSERT INTO waiting VALUES ${waiting
          .slice(at, at + 500)
          .map((line) => `(${quoted(line)})`)
          .join(', ')}`,
      );
  }
}
