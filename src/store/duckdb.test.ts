// What only a database in a file has: questions that run in it and are withdrawn, and other processes.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { rows } from './duckdb-open.ts';
import { Readers } from './duckdb-readers.ts';
import { askStore, duckStore } from './index.ts';

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
    await expect(endless[0]).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await short).toEqual([[499_500n]]);
    // Those that wait for their turn can be withdrawn too, and the connections serve again.
    const stop = new AbortController();
    const crowd = Array.from({ length: 6 }, () => readers.ask((c) => rows(c, ENDLESS), stop.signal));
    stop.abort();
    for (const one of crowd) await expect(one).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readers.ask((c) => rows(c, 'SELECT 42'))).toEqual([[42]]);
    stops[1]!.abort();
    await expect(endless[1]).rejects.toMatchObject({ code: 'CANCELLED' });
    const late = readers.ask((c) => rows(c, ENDLESS), AbortSignal.timeout(20));
    await expect(late).rejects.toMatchObject({ code: 'CANCELLED', cause: { name: 'TimeoutError' } });
    await readers.close();
    instance.closeSync();
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
    const holder = spawn(process.execPath, [join(dir, 'holder.cjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => holder.on('close', resolve));
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const fault = { code: 'store-busy', message: expect.stringContaining(`process ${holder.pid} (`) };
      await expect(duckStore(file, { wait: 0 })).rejects.toMatchObject(fault);
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
