// Routes that take text: work that grows with it, and others are answered meanwhile.
import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../test/growth.fixture.ts';
import { memoryStore } from '../store/index.ts';
import { accounts, testConsole } from './app.fixture.ts';
import type { ApiFault, RuleCheckReply } from './contract.ts';
import { ThreadDesk } from './questions/thread-desk.ts';
import { fakeKernel } from './routes/kernel.fixture.ts';

const context = { host: 'x86_64', accounts, isDirectory: () => false } as const;
const consoleWith = () =>
  testConsole([], { policy: { context, kernel: () => fakeKernel().kernel, sources: () => [] } });
const rules = (n: number): string =>
  Array.from({ length: n }, (_, i) => `-a always,exit -F arch=b64 -S openat -F auid=${i} -k k`).join('\n');

describe('rules', () => {
  it.each(['check', 'plan', 'cost'])('/api/rules/%s grows with the text', async (path) => {
    const page = await consoleWith();
    const ask = async (text: string) => (await page.post(`/api/rules/${path}`, { text })).text();
    await expectLinear(`${path}, rules`, ask, { n: 100, make: rules, runs: 2 });
    await expectLinear(`${path}, a word`, ask, { n: 10_000, make: (n) => 'x'.repeat(Math.min(n, 490_000)), runs: 2 });
  });

  it.each(['check', 'plan', 'cost'])('/api/rules/%s of thousands leaves the console’s thread free', async (path) => {
    const desk = new ThreadDesk(memoryStore());
    try {
      const page = await testConsole([], { console: { desk } });
      await page.post(`/api/rules/${path}`, { text: rules(1) }); // the thread is there
      const before = performance.eventLoopUtilization();
      await (await page.post(`/api/rules/${path}`, { text: rules(6000) })).arrayBuffer();
      expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.3);
    } finally {
      await desk.close();
    }
  });

  it('too many lines are refused, with what to do', async () => {
    const page = await consoleWith();
    const reply = await page.post('/api/rules/check', { text: 'x\n'.repeat(20_000) });
    expect(reply.status).toBe(400);
    expect(((await reply.json()) as ApiFault).error.code).toBe('too-many-rules');
  });

  it('lines keep their places', async () => {
    const page = await consoleWith();
    const reply = await page.post('/api/rules/check', { text: '# one\n\n-a bogus\n-w /etc/shadow -p wa\r\n' });
    const { rules: read, findings } = (await reply.json()) as RuleCheckReply;
    expect(read.map(({ line }) => line)).toEqual([3, 4]);
    expect(findings.map(({ line, column, code }) => [line, column, code])).toContainEqual([3, 4, 'unreadable']);
  });
});

it('expressions and filters as long as they may be grow with their length', async () => {
  const page = await consoleWith();
  const ask = async (text: string) => (await page.ask(`/api/complete?q=${encodeURIComponent(text)}`)).text();
  for (const piece of ['x', '(', 'a == 1 || ', '"'])
    await expectLinear(`complete ${piece}`, ask, {
      n: 200,
      make: (n) => piece.repeat(n).slice(0, 4096),
      floor: 4,
      runs: 2,
    });
});
