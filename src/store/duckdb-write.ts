// What goes into the tables: events as columns, a chunk at a time, and the place where reading stands. The caller holds
// the transaction.

import { setImmediate as turn } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { AuditEvent } from '../event/event.ts';
import type { Folders } from '../paths/index.ts';
import { sourceId } from './memory.ts';
import { columnsOf, rawOf } from './row.ts';
import { FACETS, NUMBERS, type Progress } from './store.ts';
import { quoted } from './where.ts';

/** Rows of one chunk: few enough that other work of the process is not kept waiting for long. */
const CHUNK = 512;
const TEXT_COLUMNS = 2 + FACETS.length;

/** Appends events as rows with the seqs from `first` on. `folders` are what earlier events told, and learn from these. */
export async function appendRows(
  connection: DuckDBConnection,
  events: readonly AuditEvent[],
  first: number,
  folders: Folders,
): Promise<void> {
  const { BIGINT, DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api');
  const appender = await connection.createAppender('event');
  const types = [BIGINT, BIGINT, BIGINT, BIGINT, VARCHAR, BIGINT];
  types.push(...FACETS.map(() => VARCHAR), ...NUMBERS.map(() => BIGINT), VARCHAR);
  for (const event of events) lightly(event, (one) => folders.learn(one));
  for (let at = 0; at < events.length; at += CHUNK) {
    const part = events.slice(at, at + CHUNK);
    const chunk = DuckDBDataChunk.create(types, part.length);
    chunk.setColumns(columnsFor(part, first + at, folders));
    appender.appendDataChunk(chunk);
    await turn();
  }
  appender.closeSync();
}

/** Does something with an event, and lets the fields go again that were read for it alone: thousands of events wait here
 * for their transaction. */
function lightly<T>(event: AuditEvent, work: (event: AuditEvent) => T): T {
  const unread = event.records.filter((record) => record.fields === undefined);
  const result = work(event);
  for (const record of unread) record.fields = undefined;
  return result;
}

function columnsFor(events: readonly AuditEvent[], first: number, folders: Folders): DuckDBValue[][] {
  const columns: DuckDBValue[][] = Array.from({ length: 4 + TEXT_COLUMNS + NUMBERS.length + 1 }, () => []);
  for (const [index, event] of events.entries()) {
    const values = lightly(event, () => columnsOf(event, (one) => folders.filesOf(one)));
    const raw = rawOf(event);
    let at = 0;
    const put = (value: DuckDBValue): void => void columns[at++]!.push(value);
    put(BigInt(first + index));
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

/** Saves where reading stands. */
export async function saveProgress(connection: DuckDBConnection, { source, waiting }: Progress): Promise<void> {
  const { path, device, inode, offset, head, headLength } = source;
  const values = [quoted(sourceId(source)), quoted(path), `'${device}'`, `'${inode}'`, offset, `'${head}'`, headLength];
  await connection.run(`INSERT OR REPLACE INTO source VALUES (${values.join(', ')})`);
  await connection.run('DELETE FROM waiting');
  for (let at = 0; at < waiting.length; at += 500)
    await connection.run(
      `INSERT INTO waiting VALUES ${waiting
        .slice(at, at + 500)
        .map((line) => `(${quoted(line)})`)
        .join(', ')}`,
    );
}
