// Judges on threads (built files): the same answers as on this thread, and while one of them looks at an event that takes
// long, this thread goes on writing.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { systemAccounts } from '../host/index.ts';
import { parseExpression } from '../query/index.ts';
import { interpretingContext } from '../query/readings.ts';
import { duckStore, JudgeThreads, plainJudge, textOfEvents } from './index.ts';

const events = readEvents([readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)))]);
/** One event whose line takes a judge many seconds: every byte leads to a place that was not there before. */
const slow = parseExpression('\\regexp "[ab]*a[ab]{2000}!"');
let random = 1;
const letters = Array.from({ length: 1_000_000 }, () => ((random = (random * 48_271) % 2_147_483_647) % 2 ? 'a' : 'b'));
const large = readEvents([Buffer.from(`type=USER msg=audit(9.000:9): a!=${letters.join('')}\n`)]);
const judges = new JudgeThreads(2);
afterAll(() => judges.close());

describe('judges on threads', () => {
  it('answer as this thread does', async () => {
    const text = textOfEvents(events);
    const plain = plainJudge(interpretingContext(systemAccounts()));
    const questions = [
      'success r= no',
      'auid i= root || uid i= alice',
      '\\regexp /[^é]+exe="[a-z\\/]+sh"/',
      'pid == 0',
    ];
    const asked = questions.map((question) => parseExpression(question));
    const answers = await Promise.all(asked.map((predicate) => judges.judge(predicate, text)));
    expect(answers).toEqual(await Promise.all(asked.map((predicate) => plain(predicate, text))));
    expect(answers.flat().length).toBeGreaterThan(10);
    expect(await judges.judge(asked[0]!, text)).toEqual(answers[0]);
  });

  it('keep nobody from writing, and leave what is withdrawn', async () => {
    const own = new JudgeThreads(2);
    let asked: () => void = () => {};
    const begun = new Promise<void>((resolve) => (asked = resolve));
    const store = await duckStore(':memory:', {
      judge: (predicate, text, signal) => {
        asked();
        return own.judge(predicate, text, signal);
      },
    });
    await store.append(large);
    const stop = new AbortController();
    let over = false;
    const question = store.count({ predicate: slow }, stop.signal).finally(() => (over = true));
    const withdrawn = expect(question).rejects.toMatchObject({ code: 'cancelled' });
    await begun;
    for (let i = 0; i < 20; i++) await store.append(events);
    expect(await store.count()).toBe(1 + 20 * events.length);
    expect(over).toBe(false);
    stop.abort();
    await own.close();
    await withdrawn;
    await expect(store.count({ predicate: slow })).rejects.toMatchObject({ code: 'cancelled' });
    await store.close();
  });
});
