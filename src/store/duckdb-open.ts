// Opening a DuckDB file: one process at a time may write, and then no other may read; whoever comes second is told who
// holds it. DuckDB's own lock is one of the process (fcntl), so a file opened twice in one process is refused here:
// closing the one would drop the lock of the other.

import { existsSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { AuditError } from '../base/error.ts';
import { keepPrivate, refuseSharedFolder, temporaryFolder } from '../host/files.ts';
import { procfs } from '../host/proc.ts';

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** DuckDB's own memory, default `128MB`. */
  readonly memory?: string;
  /** Milliseconds to wait for another process that has the file open. Default 500. */
  readonly wait?: number;
}

export interface OpenDuck {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  close(): void;
}

/** Files open in this process. */
const open = new Set<string>();

/**
 * Opens a database file, made where there is none (unless `readOnly`). Throws AuditError `store`, `store-busy` when
 * another process or this one has it open, and `folder` when others may put files beside one that is to be written:
 * DuckDB finds its write-ahead log and its folder for spilling by name. In the main thread it takes the rights of others
 * from every file this process makes from then on (umask 077), for DuckDB makes them by path, at any time.
 */
export async function openDuck(path: string, options: OpenOptions = {}): Promise<OpenDuck> {
  if (options.readOnly && !existsSync(path))
    throw new AuditError('store', `Cannot open ${path}: there is no such file; \`auspex store ingest\` makes a store`);
  if (path !== ':memory:' && !options.readOnly) refuseSharedFolder(path);
  if (isMainThread) process.umask(0o077);
  const name = path === ':memory:' ? undefined : existsSync(path) ? realpathSync(path) : path;
  if (name !== undefined) {
    if (open.has(name)) throw new AuditError('store-busy', `Cannot open ${path}: this process has it open already`);
    open.add(name);
  }
  try {
    const instance = await instanceOf(path, options);
    const connection = await instance.connect();
    if (!options.readOnly) for (const file of [path, `${path}.wal`]) keepPrivate(file);
    const spill = options.readOnly || path === ':memory:' ? temporaryFolder() : undefined;
    if (spill) await connection.run(`SET GLOBAL temp_directory = '${spill.path.replaceAll("'", "''")}'`);
    // Late materialisation: a page reads the text of its own events only, not of all it was chosen from.
    await connection.run("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL late_materialization_max_rows = 2000");
    const made = path === name ? realpathSync(path) : name;
    if (made !== undefined) open.add(made);
    const close = (): void => {
      connection.closeSync();
      instance.closeSync();
      spill?.forget();
      for (const one of [name, made]) if (one !== undefined) open.delete(one);
    };
    return { instance, connection, close };
  } catch (error) {
    if (name !== undefined) open.delete(name);
    throw error;
  }
}

async function instanceOf(path: string, options: OpenOptions): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const until = performance.now() + (options.wait ?? 500);
  for (;;) {
    try {
      return await DuckDBInstance.create(path, {
        threads: '2',
        memory_limit: options.memory ?? '128MB',
        storage_compatibility_version: 'latest',
        ...(options.readOnly && { access_mode: 'READ_ONLY' }),
      });
    } catch (cause) {
      const why = (cause as Error).message;
      if (!why.includes('Could not set lock')) throw refused(path, why, cause);
      if (performance.now() >= until) throw busy(path, why, cause);
      await sleep(50);
    }
  }
}

function refused(path: string, why: string, cause: unknown): AuditError {
  const line = why.split('\n')[0]!;
  const remedy = /newer version|version number|storage version/i.test(why)
    ? '; a newer Auspex wrote it: use that one, or ingest the logs into a new store'
    : /not a valid DuckDB/i.test(why)
      ? '; it is no store of ours: give another file with --db'
      : '';
  return new AuditError('store', `Cannot open ${path}: ${line}${remedy}`, { cause });
}

function busy(path: string, why: string, cause: unknown): AuditError {
  const pid = /\(PID (\d+)\)/.exec(why)?.[1];
  // Another process's words: nothing of them may reach a terminal but letters.
  const command =
    pid &&
    procfs()
      .read(`${pid}/cmdline`)
      ?.replace(/\0+/g, ' ')
      .replace(/[^ -~]/g, '?')
      .trim();
  const who = pid
    ? `process ${pid}${command ? ` (${command.slice(0, 120)})` : ''} has it open`
    : 'another process has it open';
  const brief = `Cannot open ${path}: ${who}`;
  return new AuditError(
    'store-busy',
    `${brief}, and a store that is being written takes no second process; ask there, or stop it, or take another store with --db`,
    { cause, brief },
  );
}

export async function rows(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}
