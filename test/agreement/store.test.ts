// The same questions to `auspex search`'s engine (the log, with its byte prefilter) and to the stores (the log ingested):
// the same events, record for record. 100 of them each on the sample and on a slice of the lab's trail, and ten on the whole of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/event/index.ts';
import { detachEvent } from '../../src/event/index.ts';
import { matcher } from '../../src/query/index.ts';
import { needlesOf } from '../../src/query/needles.ts';
import { interpretingContext } from '../../src/query/readings.ts';
import { fileTrail, search } from '../../src/search/index.ts';
import { duckStore, ingest, memoryStore, rawOf, type Store } from '../../src/store/index.ts';
import { questions } from './queries.fixture.ts';

const root = join(import.meta.dirname, '../..');
const lab = join(root, '../shared/corpus/lab');
const trails: readonly (readonly [string, string, number])[] = [
  ['sample', join(root, 'sample/audit.log'), 100],
  ['lab, slice', join(lab, 'slice.log'), 100],
  ['lab, raw', join(lab, 'raw.log'), 10],
];
const users: Readonly<Record<string, number>> = { root: 0, alice: 1001, bob: 1002 };
const context = interpretingContext({
  userName: (uid) => Object.keys(users).find((name) => users[name] === uid),
  groupName: (gid) => (gid === 0 ? 'root' : undefined),
  userId: (name) => users[name],
  groupId: (name) => (name === 'root' ? 0 : undefined),
});

describe.each(trails)('the engine and the stores: %s', (_name, log, count) => {
  const here = existsSync(log);
  const events: AuditEvent[] = [];
  const stores: (readonly [string, Store])[] = [];
  beforeAll(async () => {
    if (!here) return;
    await search([fileTrail(log)], { matches: () => true, found: (event) => events.push(detachEvent(event)) > 0 });
    stores.push(['memory', memoryStore(context)], ['DuckDB', await duckStore(':memory:', { context })]);
    for (const [, store] of stores) await ingest(store, [log], { now: 4e9 });
  });
  afterAll(() => Promise.all(stores.map(([, store]) => store.close())));

  it.skipIf(!here)(`${count} questions [needs the trail of ../shared/corpus]`, { timeout: 120_000 }, async () => {
    let some = 0;
    for (const { text, predicate } of questions(events, count, 20)) {
      const found: string[] = [];
      const needles = needlesOf(predicate)?.any;
      await search([fileTrail(log)], {
        matches: matcher(predicate, context),
        found: (event) => found.push(rawOf(event)) > 0,
        ...(needles && { needles }),
      });
      found.sort();
      if (found.length > 0 && found.length < events.length) some++;
      for (const [name, store] of stores) {
        const page = await store.query({ predicate, limit: 1e6 });
        expect(page.events.map((e) => rawOf(e.event)).sort(), `${name}: ${text}`).toEqual(found);
        expect(await store.count({ predicate }), `${name}: ${text}`).toBe(found.length);
      }
    }
    // Questions that find nothing, or everything, would prove little.
    expect(some).toBeGreaterThan(count / 2);
  });
});
