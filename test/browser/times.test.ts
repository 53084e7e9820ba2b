// Pages on a trail whose clocks were wrong: records of 1970, of today, of the year 33658, and of seconds that no calendar has.
// Every page opens, shows the good events, and says a time as it is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeBrowser, visit } from './browser.fixture.ts';

const LAST_DATE = 8_640_000_000_000; // of JavaScript, in seconds
const SECONDS = [0, 5, 1_795_000_000, 1_795_000_060, 253_402_300_800, 1_000_000_000_000, LAST_DATE, LAST_DATE + 1];

/** Somebody logs in, runs, and kills. */
function eventsAt(seconds: number, i: number): string {
  const head = (type: string, serial: number) => `type=${type} msg=audit(${seconds}.000:${10 * i + serial}):`;
  const call = (number: number, pid: number) =>
    `arch=c000003e syscall=${number} success=yes exit=0 a0=${(900 + i).toString(16)} a1=9 a2=0 a3=0 items=0 ppid=1 pid=${pid} ` +
    'auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="killer" exe="/bin/killer" key="k"';
  return [
    `${head('SYSCALL', 1)} ${call(59, 100 + i)}`,
    `${head('EXECVE', 1)} argc=1 a0="killer"`,
    `${head('PROCTITLE', 1)} proctitle="killer"`,
    `${head('SYSCALL', 2)} ${call(62, 100 + i)}`,
    `${head('OBJ_PID', 2)} opid=${900 + i} oauid=1000 ouid=0 oses=3 ocomm="victim"`,
    `${head('PROCTITLE', 2)} proctitle="killer"`,
    `${head('USER_LOGIN', 3)} pid=${i} uid=0 auid=1000 ses=${i} msg='op=login id=1000 exe="/usr/sbin/sshd" hostname=h addr=192.0.2.4 terminal=ssh res=success'`,
  ].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'auspex-times-'));
const log = join(folder, 'audit.log');
writeFileSync(log, `${SECONDS.map(eventsAt).join('\n')}\n`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAGES = [
  ['/', 'killed-pid'],
  ['/events', `@${LAST_DATE + 1}.000`],
  [`/events?since=${LAST_DATE}&until=${LAST_DATE + 2}`, '6 events'],
  ['/events?since=0&until=10', '1970-01-01'],
  ['/events?since=1795000000&until=1795000100', '2026-11-18'],
  ['/processes', 'killer'],
  ['/sessions', '192.0.2.4'],
  ['/answers/who-killed?all=true', 'victim'],
  ['/answers/summary?key=k', `@${LAST_DATE + 1}.000`],
  ['/reports/overview', 'process IDs16'],
] as const;

describeBrowser(
  'Times that no clock shows',
  (stage) => {
    it('leave every page whole', async () => {
      const { page, context, faults } = await stage.open('/');
      for (const [path, shown] of PAGES) {
        await visit(page, stage.server.origin + path);
        await page.locator('main').getByText(shown).first().waitFor({ state: 'attached' });
        expect(faults, path).toEqual([]);
        expect(await page.locator('main').textContent(), path).not.toMatch(/Invalid Date|NaN|Infinity|undefined/);
      }
      await context.close();
    });
  },
  ['-i', log],
);
