// The console on the live kernel, in a process of its own: it becomes the daemon, shows what a program does within
// seconds, records who signed in, applies rules as planned, and leaves the kernel as it was.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RECORD } from '../../src/tables/records.ts';
import type {
  EventCount,
  EventPage,
  Health,
  KillAnswer,
  RuleApplyReply,
  RulePlanReply,
} from '../../src/web/contract.ts';
import { until } from '../until.fixture.ts';
import { folder, notBuilt, SLOW, serve, slowLine } from '../web/serve.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

const AUID = 7431;
const RULE = `-a always,exit -F arch=b64 -S execve,kill -F auid=${AUID} -k auspex-serve-test`;

/** Runs a shell line under a login uid of its own. */
function runAs(line: string): void {
  const program = `require("fs").writeFileSync("/proc/self/loginuid", "${AUID}"); require("child_process").spawnSync("/bin/sh", ["-c", ${JSON.stringify(line)}], { stdio: "ignore" });`;
  spawnSync(process.execPath, ['-e', program]);
}

/** What a console sets. */
const pick = ({ pid, enabled, backlogLimit }: { pid: number; enabled: number; backlogLimit: number }) => ({
  pid,
  enabled,
  backlogLimit,
});

describeKernel('auspex serve', (kernel) => {
  it.skipIf(notBuilt || process.arch !== 'x64')(
    'shows what happens, records log-ins and changes of rules, puts everything back [needs dist/, x64]',
    { timeout: 120_000 },
    async ({ skip }) => {
      const before = kernel().status();
      if (kernel().listRules().length > 0) skip('the kernel has rules of its own, which a plan would delete');
      const page = await serve([
        '--source',
        'live',
        '--allow-changes',
        '--db',
        join(mkdtempSync(join(folder, 'live-')), 'store.duckdb'),
      ]);
      const health = (await page.ask('/api/health')).json<Health>();
      expect(health.source.kind).toBe('live-unicast');
      expect(health.kernel).toMatchObject({ enabled: 1, daemonPid: page.child.pid });
      const found = async (query: string) => (await page.ask(`/api/events?${query}`)).json<EventPage>().events;
      await until(async () => (await found('type=USER_LOGIN&outcome=success')).length === 1);
      const { plan } = (await page.ask('/api/rules/plan', { text: RULE })).json<RulePlanReply>();
      const applied = await page.ask('/api/rules/apply', { text: RULE, plan });
      expect(applied.json<RuleApplyReply>()).toMatchObject({ kept: 0 });
      expect(kernel().listRules().length).toBe(1);
      await until(async () => (await found('type=USYS_CONFIG&outcome=success')).length === 1);
      runAs('sleep 60 & until grep -q sleep /proc/$!/comm; do :; done; kill -9 $!; wait');
      await until(async () => (await found(`auid=${AUID}&action=killed-pid`)).length === 1);
      const { stories } = (await page.ask('/api/answers/who-killed?name=sleep')).json<KillAnswer>();
      expect(stories[0]!.text).toMatch(/sleep \(pid \d+\) was killed by sh/);
      expect(await page.end()).toBe(0);
      const after = kernel().status();
      expect([after.pid, after.enabled, after.backlogLimit]).toEqual([0, before.enabled, before.backlogLimit]);
    },
  );

  it.skipIf(notBuilt)('puts the kernel back after kill -9 [needs dist/]', { timeout: 120_000 }, async () => {
    const before = kernel().status();
    const page = await serve(['--source', 'live', '--db', join(mkdtempSync(join(folder, 'cut-')), 'store.duckdb')]);
    expect(kernel().status()).toMatchObject({ enabled: 1, pid: page.child.pid, backlogLimit: 32_768 });
    await page.end('SIGKILL');
    const put = { pid: 0, enabled: before.enabled, backlogLimit: before.backlogLimit };
    await until(async () => JSON.stringify(pick(kernel().status())) === JSON.stringify(put));
  });

  it.skipIf(notBuilt)(
    'listens beside a daemon, after the history of files, and changes nothing of the kernel [needs dist/]',
    { timeout: 120_000 },
    async () => {
      const daemon = await serve([
        '--source',
        'live',
        '--db',
        join(mkdtempSync(join(folder, 'daemon-')), 'store.duckdb'),
      ]);
      const second = await serve(['--source', 'live']);
      const health = (await second.ask('/api/health')).json<Health>();
      expect(health.source.kind).toBe('live-multicast');
      expect(health.source.text).toContain(String(daemon.child.pid));
      const token = await second.ask('/api/logout', {});
      expect(token.status).toBe(200);
      await until(async () => {
        const page = (await daemon.ask('/api/events?type=USER_LOGOUT')).json<EventPage>();
        return page.events.length === 1;
      });
      expect(await second.end()).toBe(0);
      expect(kernel().status().pid).toBe(daemon.child.pid);
      expect(await daemon.end()).toBe(0);
      expect(kernel().status().pid).toBe(0);
    },
  );

  it.skipIf(notBuilt)(
    'stores every record as it comes while questions take long, and ends in order meanwhile [needs dist/]',
    { timeout: 120_000 },
    async () => {
      const db = join(mkdtempSync(join(folder, 'asked-')), 'store.duckdb');
      writeFileSync(`${db}.log`, slowLine());
      const count = async (of: typeof page, query: string): Promise<number> =>
        (await of.ask(`/api/events/count?${query}`)).json<EventCount>().count;
      let page = await serve(['-i', `${db}.log`, '--db', db]);
      await until(async () => (await count(page, 'type=USER')) === 1);
      expect(await page.end()).toBe(0);
      page = await serve(['--source', 'live', '--db', db]);
      let answered = 0;
      // One that is cut off because its time is over (408) has no answer.
      const told = ({ status }: { status: number }) => (answered += Number(status === 200));
      const slow = SLOW.flatMap((q) => [`/api/events/count?q=${q}`, `/api/live?q=${q}`]);
      const asked = slow.map((path) => page.ask(path).then(told, () => {}));
      const before = await count(page, 'type=TRUSTED_APP');
      for (let i = 1; i <= 20; i++) {
        for (let j = 0; j < 20; j++) kernel().user(RECORD.TRUSTED_APP, `op=auspex-serve-test n=${i * 20 + j}`);
        await until(async () => (await count(page, 'type=TRUSTED_APP')) >= before + 20 * i);
      }
      expect(answered).toBe(0);
      expect((await page.ask('/api/health')).json<Health>().missed).toBe(0);
      expect(await page.end()).toBe(0);
      expect(kernel().status().pid).toBe(0);
      await Promise.all(asked);
    },
  );
});
