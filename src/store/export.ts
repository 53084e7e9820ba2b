// The store for other programs: the view `events` as Parquet, CSV or Arrow. DuckDB writes the first two; arrow.ts the third.

import { closeSync, openSync, writeSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import { FORMULA } from '../base/spreadsheet.ts';
import { openDuck, rows } from './duckdb-open.ts';
import { prepareSchema } from './duckdb-version.ts';
import { FACETS } from './store.ts';

export type ExportFormat = 'parquet' | 'csv' | 'arrow';

/** Writes the view `events` to a file; returns how many. Throws AuditError `export`, or what opening a store throws. */
export async function exportStore(path: string, to: string, format: ExportFormat): Promise<number> {
  const { connection, close } = await openDuck(path, { readOnly: true, memory: '1GB' });
  try {
    await prepareSchema(connection, path, true);
    if (format === 'arrow') return await exportArrow(connection, to);
    await connection.run('SET preserve_insertion_order = false');
    const into = `'${to.replaceAll("'", "''")}'`;
    const how = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd';
    await connection.run(`COPY (${format === 'csv' ? CSV : 'FROM events'}) TO ${into} (${how})`);
    const [count] = await rows(connection, 'SELECT count(*) FROM event');
    return Number(count![0]);
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    throw new AuditError('export', `Cannot export to ${to}: ${(cause as Error).message.trim()}`, { cause });
  } finally {
    close();
  }
}

/** What a spreadsheet would take for a formula begins with an apostrophe, as in `auspex search --format csv`. */
const harmless = (name: string): string =>
  `CASE WHEN regexp_matches(${name}, '${FORMULA.source}') THEN '''' || ${name} ELSE ${name} END AS ${name}`;

const CSV = `SELECT * EXCLUDE (records) REPLACE (${[...FACETS, 'raw'].map(harmless).join(', ')}) FROM events`;

async function exportArrow(connection: DuckDBConnection, to: string): Promise<number> {
  const { arrowFile } = await import('./arrow.ts');
  const fd = openSync(to, 'w');
  try {
    return await arrowFile(connection, (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    });
  } finally {
    closeSync(fd);
  }
}
