// Replies about the trail say what of it could not be read, and no hint says that there is nothing without it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreadTally } from '../record/index.ts';
import { type TestConsole, testConsole } from './app.fixture.ts';
import type { KillAnswer, TouchAnswer } from './contract.ts';

const tally = new UnreadTally();
tally.begin('boot.log');
const line = Buffer.from('Nov 18 19:55:36 core audit: CWD cwd="/"');
tally.lineAt(0);
tally.add(line, 0, line.length);
const unread = tally.list();
let page: TestConsole;
beforeAll(async () => {
  page = await testConsole([], { console: { unread: () => unread } });
});
afterAll(() => page.console.store.close());

describe('a trail of which a line could not be read', () => {
  it.each([
    '/api/answers/who-killed',
    '/api/answers/who-touched?path=/etc/shadow',
    '/api/answers/summary?auid=1',
    '/api/tree',
    '/api/sessions',
    '/api/reports/login',
    '/api/events',
    '/api/events/count',
    '/api/overview',
    '/api/health',
  ])('%s', async (path) => {
    expect(((await page.json(path)) as { unread: unknown }).unread).toEqual(unread);
  });

  it('is told where there is nothing', async () => {
    const killed = await page.json<KillAnswer>('/api/answers/who-killed');
    const touched = await page.json<TouchAnswer>('/api/answers/who-touched?path=/etc/shadow');
    for (const { hint } of [killed, touched])
      expect(hint).toMatch(
        /^Nothing that could be read in this trail .*1 line could not be read: it is journalctl’s text/,
      );
    const html = await (await page.ask('/api/reports/login.html')).text();
    expect(html).toContain('Nothing that could be read.');
    expect(html).toContain('1 line could not be read');
  });
});
