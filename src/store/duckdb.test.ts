// What only a database in a file has: questions that run in it and are withdrawn, and other processes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { rows } from './duckdb-open.ts';
import { Readers } from './duckdb-readers.ts';
import { askStore, duckStore, exportStore, type Store } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'auspex-duck-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** Never ends by itself. */
const ENDLESS = 'SELECT count(*) FROM range(1000000000000000)';

describe('Readers', () => {
  it('ends the question that was withdrawn, at once, and no other', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const readers = new Readers(instance);
    const stops = [new AbortController(), new AbortController()];
    const endless = stops.map((stop) => readers.ask((c) => rows(c, ENDLESS), stop.signal));
    const short = readers.ask((c) => rows(c, 'SELECT sum(range) FROM range(1000)'));
    stops[0]!.abort();
    await expect(endless[0]).rejects.toMatchObject({ code: 'cancelled' });
    expect(await short).toEqual([[499_500n]]);
    // Those that wait for their turn can be withdrawn too, and the connections serve again.
    const stop = new AbortController();
    const crowd = Array.from({ length: 6 }, () => readers.ask((c) => rows(c, ENDLESS), stop.signal));
    stop.abort();
    for (const one of crowd) await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readers.ask((c) => rows(c, 'SELECT 42'))).toEqual([[42]]);
    stops[1]!.abort();
    await expect(endless[1]).rejects.toMatchObject({ code: 'cancelled' });
    const late = readers.ask((c) => rows(c, ENDLESS), AbortSignal.timeout(20));
    await expect(late).rejects.toMatchObject({ code: 'cancelled', cause: { name: 'TimeoutError' } });
    await readers.close();
    instance.closeSync();
  });
});

/** Runs SQL on a database as any program could. */
async function edit(file: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

describe('a store of another version', () => {
  const events = readEvents([
    Buffer.from([1, 2, 3].map((n) => `type=USER_LOGIN msg=audit(100${n}.000:${n}): pid=${n}\n`).join('')),
  ]);
  const seqs = async (store: Store) => (await store.query({ limit: 9, after: 0 })).events.map((e) => e.seq);

  it('newer: is refused, says why and what to do, and stays as it is', async () => {
    const file = join(dir, 'newer.duckdb');
    await (await duckStore(file)).close();
    await edit(file, 'UPDATE meta SET version = 99; ALTER TABLE event DROP COLUMN exe');
    const fault = {
      code: 'store',
      message: expect.stringMatching(/newer Auspex.*version 99.*use the newer one, or ingest/),
    };
    await expect(duckStore(file)).rejects.toMatchObject(fault);
    await expect(duckStore(file, { readOnly: true })).rejects.toMatchObject(fault);
    await expect(askStore(file, 'SELECT 1')).rejects.toMatchObject(fault);
    await expect(exportStore(file, join(dir, 'x.csv'), 'csv')).rejects.toMatchObject({ message: fault.message });
    await edit(file, 'UPDATE meta SET version = version - 1');
  });

  it('older: can be read, and is brought up to date when it is written', async () => {
    const file = join(dir, 'older.duckdb');
    const made = await duckStore(file);
    await made.append(events);
    await made.close();
    // Version 1 had no `next`.
    await edit(file, 'ALTER TABLE meta DROP COLUMN next; UPDATE meta SET version = 1');
    expect((await askStore(file, 'SELECT count(*)::INTEGER FROM events')).rows).toEqual([[3]]);
    const reader = await duckStore(file, { readOnly: true });
    expect(await seqs(reader)).toEqual([1, 2, 3]);
    await reader.close();
    const store = await duckStore(file);
    expect(await seqs(store)).toEqual([1, 2, 3]);
    await store.retain({ bytes: 0 });
    await store.close();
    const later = await duckStore(file);
    await later.append(events);
    expect(await seqs(later)).toEqual([4, 5, 6]);
    await later.close();
    expect((await askStore(file, 'SELECT version FROM meta')).rows).toEqual([[2]]);
  });

  it('none of ours, or damaged: is refused, and left alone', async () => {
    const other = join(dir, 'other.duckdb');
    await edit(other, 'CREATE TABLE theirs (a INTEGER)');
    await expect(duckStore(other)).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('no store'),
    });
    const text = join(dir, 'text.duckdb');
    writeFileSync(text, 'type=SYSCALL msg=audit(1.000:1): a=1\n'.repeat(1000));
    await expect(duckStore(text)).rejects.toMatchObject({ code: 'store', message: expect.stringContaining('--db') });
    const cut = join(dir, 'cut.duckdb');
    await (await duckStore(cut)).close();
    writeFileSync(cut, readFileSync(cut).subarray(0, 6000));
    await expect(duckStore(cut)).rejects.toMatchObject({ code: 'store' });
  });
});

describe('a store that is open elsewhere', () => {
  it('in another process: says which', async () => {
    const file = join(dir, 'held.duckdb');
    await (await duckStore(file)).close();
    const api = fileURLToPath(import.meta.resolve('@duckdb/node-api'));
    const program = `const { DuckDBInstance } = require(${JSON.stringify(api)});
      DuckDBInstance.create(${JSON.stringify(file)}).then(() => process.stdout.write('open'));
      process.stdin.resume();`;
    writeFileSync(join(dir, 'holder.cjs'), program);
    const holder = spawn(process.execPath, [join(dir, 'holder.cjs'), '\x1b[31m'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => holder.on('close', resolve));
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const fault = { code: 'store-busy', message: expect.stringContaining(`process ${holder.pid} (`) };
      await expect(duckStore(file, { wait: 0 })).rejects.toMatchObject(fault);
      await expect(duckStore(file, { wait: 0 })).rejects.toMatchObject({ message: expect.stringContaining('?[31m)') });
      await expect(duckStore(file, { wait: 0, readOnly: true })).rejects.toMatchObject(fault);
      // Who waits gets it as soon as it is free.
      const waits = duckStore(file, { wait: 60_000 });
      holder.stdin.end();
      const store = await waits;
      expect(await store.count()).toBe(0);
      await store.close();
    } finally {
      holder.kill();
      await ended;
    }
  });

  it('in this process: refuses, for DuckDB would let both write', async () => {
    const file = join(dir, 'twice.duckdb');
    const store = await duckStore(file);
    await expect(duckStore(file)).rejects.toMatchObject({ code: 'store-busy' });
    await expect(duckStore(join(dir, '.', 'twice.duckdb'))).rejects.toMatchObject({ code: 'store-busy' });
    await expect(askStore(file, 'SELECT 1')).rejects.toMatchObject({ code: 'store-busy' });
    await store.close();
    expect((await askStore(file, 'SELECT 1')).rows).toEqual([[1]]);
  });
});
