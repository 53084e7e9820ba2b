// The conformance suite of a store, changes: what is added, watched, counted and deleted while it is asked.
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../event/index.ts';
import { matcher, parseExpression } from '../query/index.ts';
import { rawOf } from './index.ts';
import { events, hostile, makers } from './store.fixture.ts';

describe.each(makers)('store that changes: %s', (_name, make) => {
  it('tells who watches of what was appended, when it can be asked for', async () => {
    const store = await make();
    const told: [number, number, number][] = [];
    const counted: Promise<unknown>[] = [];
    const end = store.watch(({ first, last }) =>
      counted.push(store.count().then((count) => told.push([first, last, count]))),
    );
    await store.append(events.slice(0, 3));
    await Promise.all(counted);
    await store.append([]);
    await Promise.all([store.append(events.slice(3, 5)), store.append(events.slice(5, 6))]);
    await Promise.all(counted);
    end();
    await store.append(events.slice(6, 7));
    await Promise.all(counted);
    expect(told.map(([first, last]) => [first, last])).toEqual([
      [1, 3],
      [4, 5],
      [6, 6],
    ]);
    for (const [, last, count] of told) expect(count).toBeGreaterThanOrEqual(last);
    expect((await store.query({ after: 5, limit: 9 })).events.map((e) => e.seq)).toEqual([6, 7]);
    await store.close();
  });

  it('counts what comes and goes after it was asked', async () => {
    const store = await make();
    const predicate = parseExpression('success r= yes');
    const matches = matcher(predicate);
    const count = (some: readonly AuditEvent[]): number => some.filter(matches).length;
    const some = events.slice(0, 600);
    const third = Math.ceil(some.length / 3);
    for (let at = 0; at < some.length; at += third) {
      await store.append(some.slice(at, at + third));
      const wanted = count(some.slice(0, at + third));
      expect(await store.count({ predicate })).toBe(wanted);
      const facet = await store.facet('exe', 1000, { predicate });
      expect(facet.reduce((sum, one) => sum + one.count, 0)).toBe(wanted);
      // Another selection is another answer, though its text is like it.
      expect(await store.count({ predicate, from: some[third >> 1]!.sec })).toBe(
        some.slice(0, at + third).filter((e) => matches(e) && e.sec >= some[third >> 1]!.sec).length,
      );
    }
    const later = some.map((e) => e.sec).sort((a, b) => a - b)[some.length >> 1]!;
    await store.retain({ oldest: later });
    expect(await store.count({ predicate })).toBe(count(some.filter((e) => e.sec >= later)));
    // Many selections at once, more than are remembered, some withdrawn.
    const stop = new AbortController();
    const asked = Array.from({ length: 60 }, (_, i) => {
      const one = parseExpression(`\\regexp "pid=${i + 1}"`);
      return store.count({ predicate: one }, i % 7 === 3 ? stop.signal : undefined).then(
        (got) => expect(got).toBe(some.filter((e) => e.sec >= later && matcher(one)(e)).length),
        (error) => expect([error.code, i % 7]).toEqual(['cancelled', 3]),
      );
    });
    setTimeout(() => stop.abort(), 5);
    await Promise.all(asked);
    await store.close();
  });

  it('keeps hostile bytes', async () => {
    const store = await make();
    const odd = ['acct="a\'b; DROP TABLE event; --"', 'op=\x00\x01\x7f\x80\xff\x1b[31m', 'exe="\xe2\x80\xae"'].flatMap(
      hostile,
    );
    await store.append(odd);
    const got = (await store.query({ limit: 10 })).events;
    expect(got.map((one) => rawOf(one.event))).toEqual(odd.map(rawOf).reverse());
    for (const one of got) expect(await store.count({ columns: { type: one.columns.type } })).toBe(3);
    await store.close();
  });

  it('deletes by age and by size, oldest first', async () => {
    const store = await make();
    const some = events.slice(0, 500);
    await store.append(some);
    const middle = some[some.length >> 1]!.sec;
    const young = some.filter((e) => e.sec >= middle);
    expect(await store.retain({ oldest: middle })).toBe(some.length - young.length);
    const room = rawOf(young.at(-1)!).length + rawOf(young.at(-2)!).length + 2;
    expect(await store.retain({ bytes: room })).toBe(young.length - 2);
    const left = (await store.query({ limit: 10 })).events;
    expect(left.map((one) => rawOf(one.event))).toEqual(young.slice(-2).map(rawOf).reverse());
    // Its numbers go on where they were, though all are gone.
    await store.retain({ bytes: 0 });
    await store.append(some.slice(0, 1));
    expect((await store.query({ limit: 2 })).events.map((e) => e.seq)).toEqual([some.length + 1]);
    await store.close();
  });

  it('keeps where reading stands with the events', async () => {
    const store = await make();
    const source = { path: "/log's", device: 3, inode: 9, offset: 12, head: 'ab', headLength: 2 };
    await store.append(events.slice(0, 2), { source, waiting: ["type=X 'a'", 'b\x00\xff'] });
    await store.append([], { source: { ...source, offset: 40 }, waiting: ['c'] });
    expect(await store.progress()).toEqual({ sources: [{ ...source, offset: 40 }], waiting: ['c'] });
    await store.close();
  });
});
