// The conformance suite of a store: every implementation runs it, and the memory store is the plain one. Queries are
// held against the matcher itself, on the lab's trail where it is there, else on the sample.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditEvent, detachEvent, readEvents } from '../event/index.ts';
import { matcher, type Predicate, parseExpression } from '../query/index.ts';
import { textOf } from '../record/record.ts';
import { duckStore, memoryStore, rawOf, type Store } from './index.ts';

const place = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const lab = place('../../shared/corpus/lab/slice-raw.log');
const log = existsSync(lab) ? lab : place('sample/audit.log');
const trail: AuditEvent[] = [];
for (const event of readEvents([readFileSync(log)])) trail.push(event);
const events = trail.slice(0, 2500);
const hostile = (text: string): AuditEvent[] =>
  readEvents([Buffer.from(`type=USER_LOGIN msg=audit(1700000000.123:7): ${text}\n`, 'latin1')]);

const makers: readonly (readonly [string, () => Promise<Store>])[] = [
  ['memory', async () => memoryStore()],
  ['DuckDB', () => duckStore(':memory:')],
];

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
      if (page.length === 0) break;
      got.push(...page.map((one) => rawOf(one.event)));
      before = page.at(-1)!.seq;
    }
    expect(got).toEqual(events.map(rawOf).reverse());
  });

  it('answers expressions as the matcher does', async () => {
    const sample = fc.sample(expressions, { numRuns: 60, seed: 7 });
    for (const expression of sample) {
      const predicate = parseExpression(expression);
      const got = await store.query({ predicate, limit: 100_000 });
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
      const got = await store.query({ predicate, limit: 100_000 });
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
    }
    const histogram = await store.histogram(10);
    expect(histogram.reduce((sum, one) => sum + one.count, 0)).toBe(events.length);
    const first = histogram[0]!;
    const inFirst = events.filter((e) => e.sec >= first.from && e.sec < first.from + 10);
    expect(first.count).toBe(inFirst.length);
    const failed = parseExpression('success r= no');
    const facet = await store.facet('exe', 100, { predicate: failed });
    expect(facet.reduce((sum, one) => sum + one.count, 0)).toBe(expected(failed).length);
  });

  it('gives one event with its records', async () => {
    const [last] = await store.query({ limit: 1 });
    const again = await store.event(last!.seq);
    expect(again?.event.records.map(textOf)).toEqual(events.at(-1)!.records.map(textOf));
    expect(await store.event(0)).toBeUndefined();
  });
});

describe.each(makers)('store that changes: %s', (_name, make) => {
  it('keeps hostile bytes', async () => {
    const store = await make();
    const odd = ['acct="a\'b; DROP TABLE event; --"', 'op=\x00\x01\x7f\x80\xff\x1b[31m', 'exe="\xe2\x80\xae"'].flatMap(
      hostile,
    );
    await store.append(odd);
    const got = await store.query({ limit: 10 });
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
    const left = await store.query({ limit: 10 });
    expect(left.map((one) => rawOf(one.event))).toEqual(young.slice(-2).map(rawOf).reverse());
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

for (const event of events) detachEvent(event);

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
