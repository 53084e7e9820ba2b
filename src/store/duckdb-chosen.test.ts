// What is remembered of a selection survives questions that are withdrawn at any moment.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/random.fixture.ts';
import { readEvents } from '../event/index.ts';
import { matcher, parseExpression } from '../query/index.ts';
import { duckStore } from './index.ts';

const events = readEvents([readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)))]);

describe('counts of an expression', () => {
  it('are right after others were withdrawn while they ran', async () => {
    const store = await duckStore(':memory:');
    for (let i = 0; i < 8; i++) await store.append(events);
    const random = seeded(3);
    let withdrawn = 0;
    for (let round = 0; round < 12; round++) {
      const predicate = parseExpression(`\\regexp "pid=${round}" || success r= yes`);
      const wanted = events.filter(matcher(predicate)).length * 8;
      const stop = new AbortController();
      const first = store.count({ predicate }, stop.signal).then(
        (count) => expect(count).toBe(wanted),
        (error) => {
          expect(error.code).toBe('cancelled');
          withdrawn++;
        },
      );
      const second = store.facet('type', 1000, { predicate });
      if (round % 3 > 0) await sleep(random() * 30);
      stop.abort();
      await first;
      expect((await second).reduce((sum, one) => sum + one.count, 0)).toBe(wanted);
      expect(await store.count({ predicate })).toBe(wanted);
    }
    const gone = AbortSignal.timeout(0);
    await sleep(2);
    await expect(store.count({ predicate: parseExpression('pid == 1') }, gone)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(withdrawn).toBeGreaterThan(0);
    await store.close();
  });
});
