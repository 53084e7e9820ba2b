// A log that is read while it is written and while files are renamed, cut, replaced and compressed: each event once.
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { followInto, memoryStore, rawOf, type Store } from './index.ts';

const bytes = readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)));
const all = readEvents([bytes]);
let dir: string;
let log: string;
let store: Store;
let stop: AbortController;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auspex-follow-'));
  log = join(dir, 'audit.log');
  store = memoryStore();
  stop = new AbortController();
});
afterEach(() => rmSync(dir, { recursive: true }));

const cut = (part: number): number => bytes.lastIndexOf(10, Math.floor(bytes.length * part)) + 1;
const pieces = [0, 0.2, 0.4, 0.6, 0.8].map((part, i, parts) => bytes.subarray(cut(part), cut(parts[i + 1] ?? 1)));
const raws = async () => (await store.query({ limit: 1e6 })).events.map((e) => rawOf(e.event)).sort();

/** Waits until the follower has read so many bytes of plain text. */
async function reached(facts: { bytes: number }, bytes: number): Promise<void> {
  while (facts.bytes < bytes) await sleep(2);
}

function start(failed: string[] = [], quiet = 1e9) {
  const facts = { bytes: 0 };
  const done = followInto(store, log, {
    signal: stop.signal,
    interval: 2,
    quiet,
    step: (got) => void (facts.bytes += got),
    failed: (error) => failed.push(error.code),
  });
  return { facts, done };
}

describe('followInto', () => {
  it('reads each event once while the log is appended to, rotated, compressed, replaced and cut', async () => {
    const [a, b, c, d, e] = pieces as [Buffer, Buffer, Buffer, Buffer, Buffer];
    writeFileSync(log, a.subarray(0, 5000));
    const { facts, done } = start();
    appendFileSync(log, a.subarray(5000));
    await reached(facts, a.length);
    // Rotated, and the old file still written to, as a daemon does between the two.
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, b.subarray(0, 3000));
    appendFileSync(`${log}.1`, b.subarray(3000));
    writeFileSync(log, c);
    await reached(facts, a.length + b.length + c.length);
    // Compressed behind our back.
    const old = readFileSync(`${log}.1`);
    writeFileSync(`${log}.2.gz`, gzipSync(old));
    renameSync(log, `${log}.1`);
    writeFileSync(log, d);
    await reached(facts, a.length + b.length + c.length + d.length);
    // Cut to nothing and written anew in place.
    truncateSync(log);
    appendFileSync(log, e);
    await reached(facts, bytes.length);
    stop.abort();
    const read = await done;
    expect(read.bytes).toBe(bytes.length);
    // What still waited for records is remembered, and comes out when there is quiet.
    stop = new AbortController();
    const again = start([], 1);
    while ((await store.count()) < all.length) await sleep(2);
    stop.abort();
    expect((await again.done).bytes).toBe(0);
    expect(await raws()).toEqual(all.map(rawOf).sort());
  });

  it('waits for a log that is away, and says so once', async () => {
    const failed: string[] = [];
    const { facts, done } = start(failed);
    while (failed.length === 0) await sleep(2);
    await sleep(20);
    writeFileSync(log, pieces[0]!);
    await reached(facts, pieces[0]!.length);
    stop.abort();
    await done;
    expect(failed).toHaveLength(1);
    const strict = followInto(store, join(dir, 'none.log'), { signal: new AbortController().signal });
    await expect(strict).rejects.toMatchObject({ code: 'read' });
  });

  it('keeps events of one serial and of clocks that jump apart, and what was there twice twice', async () => {
    const line = (sec: number, serial: number, more = ''): string =>
      `${more}type=USER_LOGIN msg=audit(${sec}.000:${serial}): pid=1\n`;
    const lines = [
      ...[line(5000, 1), line(100, 1), line(9000, 2), line(50, 3), line(5000, 1)],
      ...[line(5000, 1, 'node=a '), line(5000, 1, 'node=b ')],
    ];
    writeFileSync(log, lines.join(''));
    const { done } = start();
    while ((await store.count()) < lines.length) await sleep(2);
    stop.abort();
    await done;
    expect(await raws()).toEqual(lines.map((text) => text.trimEnd()).sort());
    expect((await store.query({ limit: 9, order: 'time', after: 0 })).events.map((e) => e.event.sec)).toEqual([
      50, 100, 5000, 5000, 5000, 5000, 9000,
    ]);
    expect(await store.count({ columns: { node: 'b' } })).toBe(1);
  });
});
