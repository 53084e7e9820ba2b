// What happens now: a row added to a log that is followed, and a kill on the live kernel seen on the page within two seconds
// of the kernel's own time stamp. The rule is scoped to the login uid of the process that kills.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { describeKernel, rawRule } from '../kernel/kernel.fixture.ts';
import {
  describeBrowser,
  openLoggedIn,
  reasonToSkip,
  type Server,
  screenshot,
  startBrowser,
  startServer,
} from './browser.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-live-'));
const log = join(folder, 'audit.log');
const line = (serial: number): string =>
  `type=USER_LOGIN msg=audit(${(1_795_234_800 + serial / 1000).toFixed(3)}:${serial}): pid=${serial} uid=0 auid=1000 ses=3 msg='op=login acct="live${serial}" exe="/usr/sbin/sshd" hostname=h addr=1.2.3.4 terminal=ssh res=success'\n`;
writeFileSync(log, Array.from({ length: 300 }, (_, i) => line(i + 1)).join(''));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (page: Page, text: string) => page.locator('.event-rows [aria-rowindex]', { hasText: text });

/** The live line is open once the first rate came. */
const listening = (page: Page) => page.locator('.events-status', { hasText: /live, / }).waitFor();

describeBrowser(
  'The live tail',
  (stage) => {
    it('puts new rows on top and leaves what is read where it is', async () => {
      const { page, faults } = await stage.open('/events?live=1');
      await listening(page);
      appendFileSync(log, line(301));
      await row(page, 'live301').waitFor();
      expect(await page.locator('.event-rows [aria-rowindex="1"]').textContent()).toContain('live301');

      const list = `document.querySelector('[role=grid]')`;
      await page.evaluate(`${list}.scrollTop = 3000`);
      const top = `(() => { const box = ${list}.getBoundingClientRect();
        const rows = [...document.querySelectorAll('[aria-rowindex]')].filter((r) => r.getBoundingClientRect().top >= box.top + 29);
        return rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0]?.textContent })()`;
      await row(page, 'live200').waitFor();
      const before = await page.evaluate(top);
      appendFileSync(log, [302, 303, 304].map(line).join(''));
      await page.locator('.events-status > span', { hasText: '304 events' }).first().waitFor();
      await page.waitForFunction(`(${top}) === ${JSON.stringify(before)}`);
      await page.evaluate(`${list}.scrollTop = 0`);
      await row(page, 'live304').waitFor();
      expect(faults).toEqual([]);
    });

    it('is turned off and on by its switch', async () => {
      const { page, faults } = await stage.open('/events');
      await row(page, 'live').first().waitFor();
      await page.getByRole('button', { name: 'Live' }).click();
      await listening(page);
      appendFileSync(log, line(305));
      await row(page, 'live305').waitFor();
      await page.keyboard.press('l');
      await page.locator('.events-status', { hasNotText: 'live,' }).waitFor();
      expect(new URL(page.url()).searchParams.has('live')).toBe(false);
      expect(faults).toEqual([]);
    });
  },
  ['-i', log],
);

const reason = reasonToSkip();
describe.skipIf(reason)(reason ? `A live capture (skipped: ${reason})` : 'A live capture', () => {
  const LOGIN = 7311;
  const KILL = 62;
  const AUID = 9;

  /** A shell under a login uid of its own that kills a sleeper: its pid, and when the kill was made, in ms. */
  async function kill(): Promise<{ victim: number; at: number }> {
    const script = `echo ${LOGIN} > /proc/self/loginuid && exec bash -c 'sleep 600 & echo $!; kill -9 $!; wait'`;
    const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const at = Date.now();
    const ended = once(child, 'exit');
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
    });
    await ended;
    return { victim: Number(said.trim()), at };
  }

  describeKernel('of a kill', (kernel) => {
    it('is seen on the page within two seconds', async () => {
      let server: Server | undefined;
      let browser: Browser | undefined;
      try {
        [server, browser] = await Promise.all([startServer(['--source', 'live']), startBrowser()]);
        const client = kernel();
        client.addRule(rawRule([KILL], [[AUID, LOGIN]]));
        client.set({ enabled: 1 });
        const { page, faults } = await openLoggedIn(server, browser, `/events?live=1&auid=${LOGIN}&action=killed-pid`);
        await listening(page);
        const { victim, at } = await kill();
        await row(page, `(${victim})`)
          .or(row(page, String(victim)))
          .first()
          .waitFor();
        const seen = Date.now();
        expect(seen - at).toBeLessThan(2000);
        await page.locator('.timeline .chart').waitFor(); // the counts follow the rows
        await screenshot(page, 'live');
        await row(page, String(victim)).first().getByRole('link').click();
        await page.getByRole('link', { name: `Who killed ${victim}` }).waitFor();
        expect(faults).toEqual([]);
      } finally {
        await browser?.close();
        await server?.stop();
      }
    }, 120_000);
  });
});
