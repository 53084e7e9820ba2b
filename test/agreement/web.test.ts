// The same questions to `auspex search` (the command, on the log) and to the console's API (the log ingested into its
// store, asked over the app's routes, page by page): the same events. 100 of them.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemAccounts } from '../../src/host/index.ts';
import { matcher } from '../../src/query/index.ts';
import { interpretingContext } from '../../src/query/readings.ts';
import { fileTrail, search } from '../../src/search/index.ts';
import { duckStore, ingest } from '../../src/store/index.ts';
import { eventsOf, testConsole } from '../../src/web/app.fixture.ts';
import type { EventCount, EventPage } from '../../src/web/contract.ts';
import { questions } from './queries.fixture.ts';

const root = join(import.meta.dirname, '../..');
const lab = join(root, '../shared/corpus/lab/slice.log');
const log = existsSync(lab) ? lab : join(root, 'sample/audit.log');
const QUESTIONS = 100;
/** Of those, so many are put to the command itself: a process each. */
const COMMANDS = 10;
const built = existsSync(join(root, 'dist/.built'));

describe('the search and the console’s API', () => {
  it(`give the same events for ${QUESTIONS} random questions`, { timeout: 240_000 }, async () => {
    const accounts = systemAccounts();
    const context = interpretingContext(accounts);
    const store = await duckStore(':memory:', { context });
    await ingest(store, [log], { now: 4e9 });
    const page = await testConsole([], { console: { store, accounts } });
    const asked = questions(eventsOf(log), QUESTIONS * 2, 77)
      .filter((question) => question.expression !== undefined)
      .slice(0, QUESTIONS);
    expect(asked.length).toBe(QUESTIONS);
    let some = 0;
    for (const [i, { expression, predicate }] of asked.entries()) {
      const q = encodeURIComponent(expression!);
      const ids: string[] = [];
      for (let more = true, before = ''; more; ) {
        const got = await page.json<EventPage>(`/api/events?q=${q}&limit=1000${before}`);
        ids.push(...got.events.map((event) => event.id));
        more = got.more;
        before = `&before=${got.events.at(-1)?.seq}`;
      }
      const found: string[] = [];
      await search([fileTrail(log)], {
        matches: matcher(predicate, context),
        found: ({ sec, ms, serial }) => found.push(`${sec}.${String(ms).padStart(3, '0')}:${serial}`) > 0,
      });
      expect([...ids].sort(), expression).toEqual(found.sort());
      expect((await page.json<EventCount>(`/api/events/count?q=${q}`)).count, expression).toBe(ids.length);
      if (ids.length > 0) some++;
      if (i < COMMANDS && built) expect(byCommand(expression!), expression).toEqual(found);
    }
    expect(some).toBeGreaterThan(QUESTIONS / 2);
    await store.close();
  });
});

/** The ids that the command prints (of dist/, which `npm test` builds first). */
function byCommand(expression: string): string[] {
  const argv = ['--json', '--where', expression, log];
  const done = spawnSync(process.execPath, [join(root, 'bin/auspex'), 'search', ...argv], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return done.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { id: string }).id)
    .sort();
}
