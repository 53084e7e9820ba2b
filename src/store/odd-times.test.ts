// Trails whose times no clock shows: a record of 1970 (a board without a clock), of the far future, of fifteen digits. No
// question walks through the time in which nothing was (its statements are counted), and clean-up by age keeps what is new.

import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AuditEvent, detachEvent, readEvents } from '../event/index.ts';
import { parseExpression } from '../query/index.ts';
import { duckStore, memoryStore, type PageRequest, type Store } from './index.ts';
import { makers } from './store.fixture.ts';

const GOOD = 1_795_234_667;
const ODD = [
  0, 1, 978_307_200, 32_472_144_000, 99_999_999_999, 253_402_300_800, 8_640_000_000_001, 999_999_999_999_999,
];

const eventAt = (sec: number, serial: number, text = 'pid=7 uid=0'): AuditEvent =>
  detachEvent(
    readEvents([
      Buffer.from(`type=USER_CMD msg=audit(${sec}.${String(serial % 1000).padStart(3, '0')}:${serial}): ${text}\n`),
    ])[0]!,
  );

const trail = (seconds: readonly number[]): AuditEvent[] => seconds.map((sec, i) => eventAt(sec, i + 1));
const mixed = trail([...ODD.slice(0, 4), ...Array.from({ length: 50 }, (_, i) => GOOD + i), ...ODD.slice(4)]);

/** A store, how many statements its questions take, and what they answer. */
async function counted<T>(ask: () => Promise<T>): Promise<{ answer: T; statements: number }> {
  const spy = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
  const answer = await ask();
  const statements = spy.mock.calls.length;
  spy.mockRestore();
  return { answer, statements };
}

/** All of a selection, page after page, from an end or from an event. */
async function allOf(store: Store, request: Omit<PageRequest, 'limit'>): Promise<number[]> {
  const seqs: number[] = [];
  let mark: Pick<PageRequest, 'before' | 'after'> = request.after === undefined ? {} : { after: request.after };
  for (;;) {
    const page = await store.query({ ...request, ...mark, limit: 7 });
    for (const { seq } of page.events) seqs.push(seq);
    if (!page.more) return seqs;
    mark = request.after === undefined ? { before: seqs.at(-1)! } : { after: seqs.at(-1)! };
  }
}

afterEach(() => vi.restoreAllMocks());

const WANTED = ['pid == 7', 'pid == 8', '\\record_type == "USER_CMD"'];

describe('sparse trails', () => {
  it('answer page by page in both directions as the reference does', async () => {
    const stores = [memoryStore(), await duckStore(':memory:')];
    for (const store of stores) await store.append(mixed);
    for (const q of WANTED)
      for (const order of ['time', 'arrival'] as const)
        for (const after of [undefined, 0]) {
          const request = { order, predicate: parseExpression(q), ...(after !== undefined && { after }) };
          const [reference, duck] = await Promise.all(stores.map((store) => allOf(store, request)));
          expect(duck, `${q} ${order} ${after}`).toEqual(reference);
        }
    for (const store of stores) await store.close();
  });

  it('take few statements, however long nothing was', async () => {
    const statementsFor = async (seconds: readonly number[]): Promise<number> => {
      const store = await duckStore(':memory:');
      await store.append(trail(seconds));
      let sum = 0;
      for (const q of ['pid == 8', 'pid == 7'])
        for (const after of [undefined, 0]) {
          const request = { order: 'time', predicate: parseExpression(q), ...(after === 0 && { after }) } as const;
          sum += (await counted(() => store.query({ ...request, limit: 100 }))).statements;
        }
      await store.close();
      return sum;
    };
    const near = await statementsFor([GOOD, GOOD + 1]);
    for (const far of [GOOD + 1e6, 32_472_144_000, 999_999_999_999_999])
      expect(await statementsFor([0, GOOD, far]), String(far)).toBeLessThan(near + 80);
  });

  it('take statements by what there is, not by the time between', async () => {
    // One event a day for n days: an hour's windows would be 24 n.
    const statements = [];
    for (const n of [500, 1000, 2000]) {
      const store = await duckStore(':memory:');
      await store.append(trail(Array.from({ length: n }, (_, i) => i * 86_400)));
      const request = { order: 'time', predicate: parseExpression('pid == 8'), limit: 10 } as const;
      statements.push((await counted(() => store.query(request))).statements);
      await store.close();
    }
    expect(Math.max(...statements)).toBeLessThan(120);
  });

  it('count without going through seqs that are not there', async () => {
    const store = await duckStore(':memory:');
    await store.append(trail(Array.from({ length: 100 }, () => GOOD)));
    await (store as unknown as { connection: DuckDBConnection }).connection.run(
      'UPDATE event SET seq = seq + 9000000000 WHERE seq > 50',
    );
    (store as unknown as { next: number }).next = 9_000_000_101;
    const { answer, statements } = await counted(() => store.count({ predicate: parseExpression('pid == 7') }));
    expect(answer).toBe(100);
    expect(statements).toBeLessThan(10);
    await store.close();
  });
});

describe.each(makers)('%s', (_name, make) => {
  it('gives times back to the millisecond, whatever the seconds', async () => {
    const store = await make();
    await store.append(trail([999_999_999_999_999, 0]));
    const { groups } = await store.aggregate({ by: [], limit: 1 });
    expect(groups[0]).toMatchObject({ first: { sec: 0, ms: 2 }, last: { sec: 999_999_999_999_999, ms: 1 } });
    expect((await store.histogram({ seconds: 3600 })).map(({ count }) => count)).toEqual([1, 1]);
    await store.close();
  });

  it('clean-up by age deletes what is old, and what cannot be believed with its neighbours', async () => {
    const day = 86_400;
    const now = GOOD;
    const seconds = [
      ...[0, GOOD - 90 * day, 999_999_999_999_999, GOOD - 89 * day], // 1-4: all old
      ...[99_999_999_999, 5], // 5, 6: came after what is old, and before what is new: perhaps new
      ...[GOOD - day, 0, 999_999_999_999_999, GOOD], // 7-10
    ];
    const store = await make();
    await store.append(trail(seconds));
    expect(await store.retain({ now, oldest: now - 30 * day })).toBe(4);
    expect(await allOf(store, { order: 'arrival', after: 0 })).toEqual([5, 6, 7, 8, 9, 10]);
    // Later all of it is old: nothing stays for ever but what came last.
    expect(await store.retain({ now: now + 60 * day, oldest: now + 30 * day })).toBe(6);
    expect(await store.count()).toBe(0);
    await store.close();
  });

  it('clean-up by age takes times as they are where none can be believed', async () => {
    const store = await make();
    await store.append(trail([10, 20, 30]));
    expect(await store.retain({ now: 1000, oldest: 20 })).toBe(1);
    expect(await allOf(store, { order: 'arrival', after: 0 })).toEqual([2, 3]);
    await store.close();
  });
});
