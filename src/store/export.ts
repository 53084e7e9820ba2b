// The store for other programs: the view `events` as Parquet, CSV or Arrow. DuckDB writes the first two; arrow.ts the third.

import { createReadStream, fstatSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import { FORMULA } from '../base/spreadsheet.ts';
import { type NewFile, newFile, temporaryFolder } from '../host/files.ts';
import { isTerminal, writeBytes } from '../host/terminal.ts';
import { writeWhole } from '../host/write.ts';
import { openDuck, rows } from './duckdb-open.ts';
import { prepareSchema } from './duckdb-version.ts';
import { FACETS } from './store.ts';

export type ExportFormat = 'parquet' | 'csv' | 'arrow';

/** Writes the view `events` to a file; returns how many. Throws AuditError `export`, or what opening a store throws. */
export async function exportStore(path: string, to: string, format: ExportFormat): Promise<number> {
  const { connection, close } = await openDuck(path, { readOnly: true, memory: '1GB' });
  try {
    await prepareSchema(connection, path, true);
    const file = newFile(to);
    try {
      if (isTerminal(file.fd))
        throw new AuditError('export', `Cannot export to ${to}: it is a terminal, which would ${WHY}`);
      const count = format === 'arrow' ? await exportArrow(connection, file) : await copy(connection, file, format);
      file.place();
      return count;
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    throw new AuditError('export', `Cannot export to ${to}: ${(cause as Error).message.trim()}`, { cause });
  } finally {
    close();
  }
}

const WHY = 'obey what strangers wrote; name a file, or see `auspex search --format csv`';

/** DuckDB opens what it writes by path: it gets the one of the descriptor, which leads nowhere else. It empties the file too:
 * where that was given to us (`>> file`), DuckDB writes to one of our own, and what is in it is added. */
async function copy(connection: DuckDBConnection, { fd, given }: NewFile, format: 'parquet' | 'csv'): Promise<number> {
  await connection.run('SET preserve_insertion_order = false');
  const folder = given && fstatSync(fd).isFile() ? temporaryFolder() : undefined;
  try {
    const own = process.platform === 'linux' ? `/proc/self/fd/${fd}` : `/dev/fd/${fd}`;
    const into = folder ? join(folder.path, 'export') : own;
    const how = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd';
    const what = format === 'csv' ? CSV : 'FROM events';
    await connection.run(`COPY (${what}) TO '${into.replaceAll("'", "''")}' (${how}, USE_TMP_FILE false)`);
    if (folder) for await (const part of createReadStream(into)) writeBytes(fd, part as Uint8Array);
  } finally {
    folder?.forget();
  }
  const [count] = await rows(connection, 'SELECT count(*) FROM event');
  return Number(count![0]);
}

/** What a spreadsheet would take for a formula begins with an apostrophe, as in `auspex search --format csv`. */
const harmless = (name: string): string =>
  `CASE WHEN regexp_matches(${name}, '${FORMULA.source}') THEN '''' || ${name} ELSE ${name} END AS ${name}`;

const CSV = `SELECT * EXCLUDE (records) REPLACE (${[...FACETS, 'raw'].map(harmless).join(', ')}) FROM events`;

async function exportArrow(connection: DuckDBConnection, { fd }: NewFile): Promise<number> {
  const { arrowFile } = await import('./arrow.ts');
  return arrowFile(connection, (bytes) => writeWhole(fd, bytes));
}
