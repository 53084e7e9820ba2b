// Live events: all of them, soon, in bounded memory, and a failure of the store is told at once.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { feed, memoryStore, rawOf, type Store } from './index.ts';

const bytes = readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)));
const expected = readEvents([bytes]).map(rawOf).sort();
const stored = async (store: Store) => (await store.query({ limit: 1e6 })).events.map((e) => rawOf(e.event)).sort();

async function* cut(size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}
/** Settles when the store has told of that many events. */
const told = (store: Store, count: number): Promise<void> =>
  new Promise((resolve) => {
    const end = store.watch(({ last }) => {
      if (last < count) return;
      end();
      resolve();
    });
  });

describe('feed', () => {
  it('brings every event of a source into the store, whole, wherever its chunks are cut', async () => {
    const store = memoryStore();
    const fed = await feed(store, cut(997), { every: 1 });
    expect(await stored(store)).toEqual(expected);
    expect(fed).toMatchObject({ events: expected.length, bytes: bytes.length, malformed: 0 });
  });

  it('writes what came although nothing follows, and what time has made whole', async () => {
    const store = memoryStore();
    let end = (): void => {};
    const silent = new Promise<void>((resolve) => {
      end = resolve;
    });
    const all = told(store, expected.length);
    const feeding = feed(
      store,
      (async function* () {
        yield bytes;
        await silent;
      })(),
      { every: 1, quiet: 5 },
    );
    await all;
    expect(await stored(store)).toEqual(expected);
    end();
    await feeding;
    expect(await store.count()).toBe(expected.length);
  });

  it('lets the source wait when the store is slow', async () => {
    const store = memoryStore();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow: Store = { ...store, append: (events) => gate.then(() => store.append(events)) };
    const line = (serial: number): string => `type=USER_LOGIN msg=audit(1700000000.000:${serial}): pid=1\n`;
    let given = 0;
    const source = (async function* () {
      for (; given < 200; given++)
        yield Buffer.from(Array.from({ length: 1000 }, (_, i) => line(given * 1000 + i)).join(''));
    })();
    const feeding = feed(slow, source, { every: 1 });
    // Turns of the event loop, until the source has been left alone for many of them.
    for (let quiet = 0, before = -1; quiet < 50; quiet = given === before ? quiet + 1 : 0) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(given).toBeLessThan(20);
    open();
    await feeding;
    expect(await store.count()).toBe(200_000);
  });

  it('does not take its own slowness for quiet: an event in two chunks stays one', async () => {
    const store = memoryStore();
    const slow: Store = {
      ...store,
      append: async (events) => {
        await sleep(100);
        await store.append(events);
      },
    };
    const stamp = 'msg=audit(1700000000.000:9000)';
    const single = Array.from({ length: 5000 }, (_, i) => `type=USER_LOGIN msg=audit(1700000000.000:${i}): pid=1\n`);
    await feed(
      slow,
      (async function* () {
        yield Buffer.from(`${single.join('')}type=SYSCALL ${stamp}: pid=1\n`);
        yield Buffer.from(`type=CWD ${stamp}: cwd="/"\n`);
      })(),
      { every: 1, quiet: 20 },
    );
    const { events } = await store.query({ limit: 1 });
    expect(events[0]!.event.records).toHaveLength(2);
    expect(await store.count()).toBe(5001);
  });

  it('tells at once that the store failed, although the source is silent', async () => {
    const store: Store = { ...memoryStore(), append: () => Promise.reject(new Error('the disk is full')) };
    let left = false;
    const source = {
      [Symbol.asyncIterator]: () => {
        let first = true;
        return {
          next: () => {
            if (!first) return new Promise<IteratorResult<Uint8Array>>(() => {});
            first = false;
            return Promise.resolve({ done: false as const, value: bytes });
          },
          return: () => {
            left = true;
            return Promise.resolve({ done: true as const, value: undefined });
          },
        };
      },
    };
    await expect(feed(store, source, { every: 1 })).rejects.toThrow('the disk is full');
    expect(left).toBe(true);
  });
});
