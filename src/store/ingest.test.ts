// Nothing twice and nothing missed, whatever happens to the files between two runs and wherever a run is broken off:
// held against reading the same bytes in one go.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { UnreadTally } from '../record/index.ts';
import { duckStore, ingestLog, memoryStore, rawOf, type Store } from './index.ts';

const bytes = readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)));
const now = 4e9;
const expected = readEvents([bytes]).map(rawOf).sort();
let dir: string;
let log: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auspex-store-'));
  log = join(dir, 'audit.log');
});
afterEach(() => rmSync(dir, { recursive: true }));

const stored = async (store: Store) => (await store.query({ limit: 1e6 })).events.map((e) => rawOf(e.event)).sort();
const cut = (part: number): number => Math.floor(bytes.length * part);

describe('ingest', () => {
  it('goes on in the middle of a line and of an event', async () => {
    const store = memoryStore();
    writeFileSync(log, '');
    for (let at = 0; at < bytes.length; at += 10_007) {
      appendFileSync(log, bytes.subarray(at, at + 10_007));
      await ingestLog(store, log, { now: 0 });
    }
    await ingestLog(store, log, { now });
    expect(await stored(store)).toEqual(expected);
    expect((await ingestLog(store, log, { now })).bytes).toBe(0);
  });

  it("reads a journal's export as the records it holds, and goes on behind them", async () => {
    const store = memoryStore();
    const entry = (serial: number): string =>
      `__CURSOR=s=${serial}\n__REALTIME_TIMESTAMP=1\n_TRANSPORT=kernel\nMESSAGE=audit: type=1400 audit(1795234668.200:${serial}): a=1\n\n`;
    const unread = new UnreadTally();
    writeFileSync(log, Array.from({ length: 40 }, (_, i) => entry(i + 1)).join(''));
    await ingestLog(store, log, { now: 0, unread });
    appendFileSync(log, entry(41) + entry(42));
    await ingestLog(store, log, { now, unread });
    expect((await store.query({ limit: 100 })).events.map((e) => e.event.serial).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 42 }, (_, i) => i + 1),
    );
    expect(unread.list()).toEqual([]);
  });

  it('follows rotation and compression', async () => {
    const store = memoryStore();
    writeFileSync(log, bytes.subarray(0, cut(0.3)));
    await ingestLog(store, log, { now: 0 });
    appendFileSync(log, bytes.subarray(cut(0.3), bytes.lastIndexOf(10, cut(0.6)) + 1));
    spawnSync('gzip', ['-k', log]);
    rmSync(log);
    renameSync(`${log}.gz`, `${log}.1.gz`);
    writeFileSync(log, bytes.subarray(bytes.lastIndexOf(10, cut(0.6)) + 1));
    await ingestLog(store, log, { now });
    expect(await stored(store)).toEqual(expected);
  });

  it('reads a truncated and rewritten file from its start', async () => {
    const store = memoryStore();
    const half = bytes.lastIndexOf(10, cut(0.5)) + 1;
    writeFileSync(log, bytes.subarray(0, half));
    await ingestLog(store, log, { now: 0 });
    truncateSync(log);
    appendFileSync(log, bytes.subarray(half));
    await ingestLog(store, log, { now });
    expect(await stored(store)).toEqual(expected);
  });

  it('a run that ends between two saves loses and doubles nothing', async () => {
    const file = join(dir, 'store.duckdb');
    writeFileSync(log, bytes.subarray(0, cut(0.4)));
    const first = await duckStore(file);
    await ingestLog(first, log, { now: 0 });
    writeFileSync(log, bytes);
    const broken: Store = Object.create(first, {
      append: { value: () => Promise.reject(new Error('the machine stopped')) },
    });
    await expect(ingestLog(broken, log, { now })).rejects.toThrow('stopped');
    await first.close();
    const again = await duckStore(file);
    await ingestLog(again, log, { now });
    expect(await stored(again)).toEqual(expected);
    await again.close();
  });
});
