// A person's SQL on the store: read-only, and shut off from every other file, from the network and from extensions,
// before the first word of it runs.

import type { Json } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import { openDuck, rows } from './duckdb-open.ts';
import { prepareSchema } from './duckdb-version.ts';

export interface SqlAnswer {
  readonly names: readonly string[];
  /** Values as JSON can hold them; large numbers are text. */
  readonly rows: readonly (readonly Json[])[];
}

/** Runs one statement on the store in a file. Throws AuditError `sql` when DuckDB refuses it, `store` when it is none. */
export async function askStore(path: string, sql: string): Promise<SqlAnswer> {
  const { connection, close } = await openDuck(path, { readOnly: true });
  try {
    await prepareSchema(connection, path, true);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const answer = await connection.runAndReadAll(sql).catch((cause: Error) => {
      throw new AuditError('sql', `Cannot answer: ${cause.message.trim()}`, { cause });
    });
    return { names: answer.columnNames(), rows: answer.getRowsJson() };
  } finally {
    close();
  }
}

export type ExportFormat = 'parquet' | 'csv' | 'arrow';

/** Writes the view `events` to a file; returns how many. Arrow needs an extension that the embedded build has not. */
export async function exportStore(path: string, to: string, format: ExportFormat): Promise<number> {
  if (format === 'arrow')
    throw new AuditError(
      'export',
      'Cannot export as Arrow: the embedded DuckDB has no Arrow writer; use --parquet, which Arrow programs read',
    );
  const { connection, close } = await openDuck(path, { readOnly: true, memory: '1GB' });
  try {
    await prepareSchema(connection, path, true);
    await connection.run('SET preserve_insertion_order = false');
    const into = `'${to.replaceAll("'", "''")}'`;
    const how = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd';
    const what = format === 'csv' ? 'SELECT * EXCLUDE (records) FROM events' : 'FROM events';
    await connection.run(`COPY (${what}) TO ${into} (${how})`);
    const [count] = await rows(connection, 'SELECT count(*) FROM event');
    return Number(count![0]);
  } catch (cause) {
    throw new AuditError('export', `Cannot export to ${to}: ${(cause as Error).message.trim()}`, { cause });
  } finally {
    close();
  }
}
