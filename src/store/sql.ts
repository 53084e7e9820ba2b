// A person's SQL on the store: read-only, and shut off from every other file, from the network and from extensions,
// before the first word of it runs.

import type { DuckDBConnection, DuckDBResultReader, Json } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import { openDuck } from './duckdb-open.ts';
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
    const answer = await readOnly(connection, sql).catch((cause: Error) => {
      if (cause instanceof AuditError) throw cause;
      throw new AuditError('sql', `Cannot answer: ${cause.message.trim()}`, { cause, lines: true });
    });
    return { names: answer.columnNames(), rows: answer.getRowsJson() };
  } finally {
    close();
  }
}

/** Runs one statement that only reads; DuckDB itself would still make tables of its own in memory, or a checkpoint. */
async function readOnly(connection: DuckDBConnection, sql: string): Promise<DuckDBResultReader> {
  const { StatementType } = await import('@duckdb/node-api');
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new AuditError('sql', `Cannot answer: say one statement, not ${statements.count}`);
  const statement = await statements.prepare(0);
  const { statementType } = statement;
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN)
    throw new AuditError(
      'sql',
      `Cannot answer: the store is only read here, and this is ${StatementType[statementType]}; say SELECT`,
    );
  return statement.runAndReadAll();
}
