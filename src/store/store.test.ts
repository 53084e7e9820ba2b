// The conformance suite of a store, questions: every implementation runs it, and the memory store is the plain one. Queries
// are held against the matcher itself.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../event/index.ts';
import { matcher, type Predicate, parseExpression } from '../query/index.ts';
import { textOf } from '../record/record.ts';
import { eventsIn, type Page, rawOf, type Selection, type Store } from './index.ts';
import { events, makers } from './store.fixture.ts';

describe.each(makers)('store: %s', (_name, make) => {
  let store: Store;
  beforeAll(async () => {
    store = await make();
    await store.append(events.slice(0, 1000));
    await store.append(events.slice(1000));
  });
  afterAll(() => store.close());

  const expected = (predicate: Predicate) => events.filter(matcher(predicate)).map(rawOf).reverse();

  it('gives every event back, byte for byte, the last one first, page by page', async () => {
    const got: string[] = [];
    for (let before: number | undefined; ; ) {
      const page = await store.query({ limit: 700, ...(before !== undefined && { before }) });
      got.push(...page.events.map((one) => rawOf(one.event)));
      if (!page.more) break;
      before = page.events.at(-1)!.seq;
    }
    expect(got).toEqual(events.map(rawOf).reverse());
  });

  it('gives the text of all events, or of a selection, in the order of time', async () => {
    const textsOf = async (selection: Selection): Promise<string[]> => {
      const found: string[] = [];
      for await (const text of store.texts(selection)) for (const event of eventsIn(text)) found.push(rawOf(event));
      return found;
    };
    const paged = async (selection: Selection): Promise<string[]> =>
      (await store.query({ ...selection, after: 0, order: 'time', limit: 1e6 })).events.map((one) => rawOf(one.event));
    const { sec, ms } = events[events.length >> 1]!;
    for (const selection of [{}, { to: sec }, { from: sec + ms / 1000 }, { columns: { comm: 'sh' } }, { to: -1 }])
      expect(await textsOf(selection)).toEqual(await paged(selection));
    expect((await textsOf({})).length).toBe(events.length);
    const predicate = parseExpression('comm r= sh && uid !== 4711');
    expect(await textsOf({ predicate })).toEqual(expect.arrayContaining(await paged({ predicate })));
    const stopped = store.texts({}, AbortSignal.abort())[Symbol.asyncIterator]();
    await expect(stopped.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('answers expressions as the matcher does', async () => {
    const sample = fc.sample(expressions, { numRuns: 60, seed: 7 });
    for (const expression of sample) {
      const predicate = parseExpression(expression);
      const got = (await store.query({ predicate, limit: 100_000 })).events;
      expect(
        got.map((one) => rawOf(one.event)),
        expression,
      ).toEqual(expected(predicate));
      expect(await store.count({ predicate }), expression).toBe(got.length);
    }
  });

  it('answers time, serial, types and what is not so', async () => {
    const { sec, serial } = events[events.length >> 1]!;
    const tests: Predicate[] = [
      { kind: 'time', from: sec },
      { kind: 'time', from: sec - 1, to: sec + 0.5 },
      { kind: 'serial', serial },
      { kind: 'not', of: { kind: 'types', types: [1300, 1112] } },
      { kind: 'node', names: ['', 'x'] },
      {
        kind: 'or',
        of: [
          { kind: 'serial', serial },
          { kind: 'string', item: 'comm', value: 'sh', word: false },
        ],
      },
    ];
    for (const predicate of tests) {
      const got = (await store.query({ predicate, limit: 100_000 })).events;
      expect(
        got.map((one) => rawOf(one.event)),
        JSON.stringify(predicate),
      ).toEqual(expected(predicate));
    }
  });

  it('counts by column and by time, and finds what it counted', async () => {
    for (const column of ['type', 'exe', 'auid', 'kind', 'key'] as const) {
      const facet = await store.facet(column, 10_000);
      expect(facet.reduce((sum, one) => sum + one.count, 0)).toBe(events.length);
      const [most] = facet;
      expect(await store.count({ columns: { [column]: most!.value } })).toBe(most!.count);
      const two = facet.slice(-2);
      const sum = two.reduce((n, one) => n + one.count, 0);
      expect(await store.count({ columns: { [column]: two.map((one) => one.value) } })).toBe(sum);
    }
    const histogram = await store.histogram({ seconds: 10 });
    expect(histogram.reduce((sum, one) => sum + one.count, 0)).toBe(events.length);
    const first = histogram[0]!;
    const inFirst = events.filter((e) => e.sec >= first.from && e.sec < first.from + 10);
    expect(first.count).toBe(inFirst.length);
    const failed = parseExpression('success r= no');
    const facet = await store.facet('exe', 100, { predicate: failed });
    expect(facet.reduce((sum, one) => sum + one.count, 0)).toBe(expected(failed).length);
  });

  it('pages both ways, by arrival and by time, with a condition or without', async () => {
    const arrived = events.map((event, i) => ({ seq: i + 1, event }));
    const byTime = arrived.toSorted((a, b) => a.event.sec - b.event.sec || a.event.ms - b.event.ms || a.seq - b.seq);
    const failed = parseExpression('success r= no');
    for (const order of ['arrival', 'time'] as const) {
      for (const predicate of [undefined, failed]) {
        const sorted = (order === 'time' ? byTime : arrived)
          .filter(({ event }) => !predicate || matcher(predicate)(event))
          .map((one) => one.seq);
        const condition = { order, limit: 97, ...(predicate && { predicate }) };
        expect(await walk((seq) => store.query({ ...condition, after: seq ?? 0 }))).toEqual(sorted);
        const back = (before?: number) => store.query({ ...condition, ...(before !== undefined && { before }) });
        expect(await walk(back)).toEqual(sorted.toReversed());
      }
    }
    await expect(store.query({ limit: 1, before: 1e9, order: 'time' })).rejects.toMatchObject({ code: 'no-event' });
    expect(await store.query({ limit: 5, before: 0 })).toEqual({ events: [], more: false });
    expect((await store.query({ limit: events.length })).more).toBe(false);
  });

  it('takes a range of time: its beginning with, its end without', async () => {
    const { sec, ms } = events[events.length >> 1]!;
    const at = (e: AuditEvent): number => e.sec * 1000 + e.ms;
    for (const [from, to] of [
      [sec, sec + 3],
      [sec + ms / 1000, sec + 1],
      [undefined, sec + ms / 1000],
      [sec + 0.25, sec + 0.5],
      [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      [sec + 1, sec],
    ]) {
      const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const wanted = events.filter(
        (e) => at(e) >= Math.round((from ?? -1e12) * 1000) && at(e) < Math.round((to ?? 1e12) * 1000),
      );
      const { events: got } = await store.query({ ...range, limit: 1e5 });
      expect(got.map((one) => rawOf(one.event)).reverse(), `${from} ${to}`).toEqual(wanted.map(rawOf));
      expect(await store.count(range)).toBe(wanted.length);
    }
  });

  it('splits bars by a column', async () => {
    const failed = parseExpression('success r= no');
    for (const predicate of [undefined, failed]) {
      const selection = predicate ? { predicate } : {};
      const chosen = (await store.query({ ...selection, limit: 1e5 })).events;
      const kinds = await store.facet('kind', 2, selection);
      const bars = await store.histogram({ ...selection, seconds: 7, by: 'kind', parts: 2 });
      expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(chosen.length);
      for (const bar of bars) {
        const inside = chosen.filter((e) => e.event.sec >= bar.from && e.event.sec < bar.from + 7);
        expect(inside.length).toBe(bar.count);
        for (const { value } of kinds) {
          const count = inside.filter((e) => e.columns.kind === value).length;
          expect(bar.parts!.find((part) => part.value === value)?.count ?? 0).toBe(count);
        }
        expect(bar.parts!.length).toBeLessThanOrEqual(kinds.length);
      }
    }
  });

  it('groups by several columns, by count and by time', async () => {
    const failed = parseExpression('success r= no');
    for (const predicate of [undefined, failed]) {
      const selection = predicate ? { predicate } : {};
      const chosen = (await store.query({ ...selection, limit: 1e5, after: 0 })).events;
      const { groups, more } = await store.aggregate({ ...selection, by: ['exe', 'auid'], limit: 1e5 });
      expect(more).toBe(false);
      for (const group of groups) {
        const [exe, auid] = group.values;
        const members = chosen.filter((e) => e.columns.exe === exe && e.columns.auid === auid);
        const times = members.map((e) => e.event.sec * 1000 + e.event.ms).sort((a, b) => a - b);
        const ms = ({ sec, ms }: { sec: number; ms: number }): number => sec * 1000 + ms;
        expect([group.count, ms(group.first), ms(group.last), group.firstSeq, group.lastSeq]).toEqual([
          members.length,
          times[0],
          times.at(-1),
          members[0]!.seq,
          members.at(-1)!.seq,
        ]);
      }
      expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(chosen.length);
      expect(groups.map((g) => g.count)).toEqual(groups.map((g) => g.count).sort((a, b) => b - a));
      const lately = await store.aggregate({ ...selection, by: ['exe'], limit: 2, order: 'last' });
      expect(lately.more).toBe(new Set(chosen.map((e) => e.columns.exe)).size > 2);
      const newest = Math.max(...chosen.map((e) => e.event.sec * 1000 + e.event.ms));
      expect(lately.groups[0]!.last.sec * 1000 + lately.groups[0]!.last.ms).toBe(newest);
    }
    const none = await store.aggregate({ by: [], limit: 1, from: 1, to: 1 });
    expect(none).toEqual({ groups: [], more: false });
    expect((await store.aggregate({ by: [], limit: 1 })).groups[0]!.count).toBe(events.length);
  });

  it('refuses a question that was withdrawn, and answers the others', async () => {
    const gone = AbortSignal.abort();
    const answers = [
      store.query({ limit: 1 }, gone),
      store.event(1, gone),
      store.count({}, gone),
      store.facet('exe', 1, {}, gone),
      store.histogram({ seconds: 1 }, gone),
      store.aggregate({ by: ['exe'], limit: 1 }, gone),
    ];
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    const later = new AbortController();
    const two = Promise.allSettled([store.facet('exe', 5, {}, later.signal), store.facet('exe', 5)]);
    later.abort();
    const [first, second] = await two;
    if (first.status === 'rejected') expect(first.reason).toMatchObject({ code: 'cancelled' });
    expect(second.status).toBe('fulfilled');
  });

  it('gives one event with its records', async () => {
    const [last] = (await store.query({ limit: 1 })).events;
    const again = await store.event(last!.seq);
    expect(again?.event.records.map(textOf)).toEqual(events.at(-1)!.records.map(textOf));
    expect(await store.event(0)).toBeUndefined();
  });
});

/** The seqs of page after page; `next` is asked from the last one of each. */
async function walk(next: (seq: number | undefined) => Promise<Page>): Promise<number[]> {
  const seqs: number[] = [];
  for (;;) {
    const { events, more } = await next(seqs.at(-1));
    seqs.push(...events.map((one) => one.seq));
    if (!more) return seqs;
  }
}

const ofSome = <T>(pick: (event: AuditEvent) => T): fc.Arbitrary<T> => fc.constantFrom(...events).map(pick);
const test = fc.oneof(
  fc.constantFrom(
    'success r= no',
    'success r= yes',
    'comm r= "s"',
    'exe r= "bin"',
    '\\record_type == SYSCALL',
    '\\record_type == PATH',
  ),
  fc.constantFrom('auid == 1000', 'uid == 0', 'uid r!= 0', 'exit == -2', 'name r= "/etc/passwd"'),
  ofSome((e) => `\\timestamp >= ts:${e.sec}.${String(e.ms).padStart(3, '0')}`),
  ofSome((e) => `\\timestamp < ts:${e.sec}.0`),
);
const expressions: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    test,
    fc.tuple(tie('tree'), fc.constantFrom('&&', '||'), tie('tree')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('tree').map((one) => `!(${one})`),
  ),
})).tree;
