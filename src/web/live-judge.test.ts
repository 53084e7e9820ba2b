// Viewers whose expression is judged elsewhere: appends do not wait for them, they see what matches in order, and are told
// of what came too fast.

import { describe, expect, it } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import { matcher, parseExpression } from '../query/index.ts';
import { interpretingContext } from '../query/readings.ts';
import { type Judge, memoryStore, plainJudge } from '../store/index.ts';
import { accounts, eventsOf, SAMPLE } from './app.fixture.ts';
import { LiveHub } from './live-hub.ts';

const context = interpretingContext(accounts);
const events = eventsOf(SAMPLE);
const predicate = parseExpression('success r= no');

describe('viewers with an expression', () => {
  it('see what matches, in order', async () => {
    const hub = new LiveHub(plainJudge(context));
    const store = await hub.tap(memoryStore(context));
    let woken = 0;
    const viewer = hub.watch({ predicate, columns: { outcome: 'failed' } }, context, () => woken++);
    for (let i = 0; i < 3; i++) await store.append(events);
    const wanted = (await store.query({ predicate, columns: { outcome: 'failed' }, after: 0, limit: 1000 })).events;
    await until(() => viewer.matched === wanted.length);
    expect(viewer.take()).toMatchObject({ dropped: 0, events: wanted.map(({ seq }) => ({ seq })) });
    expect(wanted.length).toBeGreaterThan(3);
    expect(woken).toBeGreaterThan(3);
    viewer.end();
    expect(hub.watchers).toBe(0);
  });

  it('keep no append waiting, and are told of what came too fast', async () => {
    let go: () => void = () => {};
    const slow: Judge = async (...asked) => {
      await new Promise<void>((resolve) => (go = resolve));
      return plainJudge(context)(...asked);
    };
    const hub = new LiveHub(slow);
    const store = await hub.tap(memoryStore(context));
    const viewer = hub.watch({ predicate }, context, () => {});
    const batches = Math.ceil(16_384 / events.length) + 4;
    for (let i = 0; i < batches; i++) await store.append(events);
    expect(viewer.matched).toBe(0);
    const { dropped } = viewer.take();
    expect(dropped % events.length).toBe(0);
    expect(dropped).toBeGreaterThan(0);
    const judged = batches - dropped / events.length;
    const matching = events.filter(matcher(predicate, context)).length;
    await until(() => {
      go();
      return viewer.matched === judged * matching;
    });
    viewer.end();
  });
});
