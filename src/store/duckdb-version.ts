// Which version of the tables a store has, and what is done about it: made where there are none, brought up to date where
// they are older and may be written, refused where they are newer.

import type { DuckDBConnection } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import { rows } from './duckdb-open.ts';
import { MIGRATIONS, SCHEMA, SCHEMA_VERSION } from './duckdb-schema.ts';

/** Makes the tables those of this program, or throws AuditError `store`. A store opened for reading stays as it is. */
export async function prepareSchema(connection: DuckDBConnection, path: string, readOnly: boolean): Promise<void> {
  const names = (await rows(connection, 'SELECT table_name FROM duckdb_tables()')).map(([name]) => String(name));
  if (!names.includes('meta') || !names.includes('event')) {
    // An empty database becomes a store; another program's is left alone.
    if (readOnly || names.length > 0)
      throw new AuditError(
        'store',
        `Cannot open ${path}: it is a DuckDB database, but no store of ours; give another with --db`,
      );
    await connection.run(`BEGIN; ${SCHEMA} COMMIT`);
    return;
  }
  const [row] = await rows(connection, 'SELECT version FROM meta');
  const version = Number(row?.[0]);
  if (version > SCHEMA_VERSION)
    throw new AuditError(
      'store',
      `Cannot open ${path}: a newer Auspex wrote it (its tables are version ${version}, this one knows up to ${SCHEMA_VERSION}); use the newer one, or ingest the logs into a new store with --db`,
    );
  const steps = Array.from({ length: SCHEMA_VERSION - version }, (_, i) => MIGRATIONS[version + i]);
  if (!(version >= 1) || steps.includes(undefined))
    throw new AuditError(
      'store',
      `Cannot open ${path}: its tables are version ${version}, from which there is no way to ${SCHEMA_VERSION}; ingest the logs into a new store with --db`,
    );
  if (steps.length > 0 && !readOnly)
    await connection.run(`BEGIN; ${steps.join(' ')} UPDATE meta SET version = ${SCHEMA_VERSION}; COMMIT`);
}

/** The seq that the next event gets. */
export async function nextSeq(connection: DuckDBConnection): Promise<number> {
  const [columns] = await rows(
    connection,
    "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'meta' AND column_name = 'next'",
  );
  const kept = Number(columns![0]) > 0 ? '(SELECT max(next) FROM meta)' : '1';
  const [next] = await rows(connection, `SELECT greatest(${kept}, (SELECT coalesce(max(seq), 0) + 1 FROM event))`);
  return Number(next![0]);
}
