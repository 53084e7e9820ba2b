// The view of sessions in a browser, against `auspex sessions` on the same trail; and hostile text of a trail of its own,
// which stays text in every view.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  DARK,
  describeBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  PHONE,
  screenshot,
  visit,
} from './browser.fixture.ts';
import { cli, openRead } from './read.fixture.ts';

interface Line {
  readonly failed?: true;
  readonly session: number;
  readonly user?: string;
  readonly account: string;
  readonly address?: string;
  readonly commands: readonly unknown[];
  readonly sudo: readonly { readonly ok: boolean }[];
}

const sessions = (): Line[] =>
  cli('sessions', '--all', '--json')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

describeBrowser('sessions', (stage) => {
  it('lists every login and every failure, and opens one', async () => {
    const { page, faults } = await openRead(stage, '/sessions');
    const told = sessions();
    const logins = told.filter((one) => !one.failed);
    const table = page.getByRole('table', { name: 'Sessions, newest first' });
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(logins.length);
    const failures = told.filter((one) => one.failed);
    await page.getByRole('heading', { name: `Failed logins (${failures.length})` }).waitFor();
    const groups = new Set(failures.map(({ account, address }) => JSON.stringify([account, address])));
    const failed = page.getByRole('table', { name: 'Failed logins by account and address' });
    expect(await failed.locator('tbody tr').count()).toBe(groups.size);
    await expectAccessible(page);
    await screenshot(page, 'sessions');
    const busy = logins.find(({ session }) => session === 26)!;
    await table.getByRole('link', { name: 'session 26' }).click();
    await page.waitForURL(/\/sessions\/26$/);
    const commands = page.getByRole('table', { name: 'Commands in order of time' });
    await commands.waitFor();
    expect(await commands.locator('tbody tr').count()).toBe(busy.commands.length);
    await page.getByText('127.0.0.1').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Process tree' }).click();
    await page.waitForURL(/\/processes\?session=26/);
    await page.getByRole('treegrid').waitFor();
    await page.goBack();
    await commands.waitFor();
    await page.goBack();
    await table.waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('finds the sessions of one user by name', async () => {
    const { page, faults } = await openRead(stage, '/sessions');
    await page.getByRole('textbox', { name: 'Login' }).fill('bob');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/who=bob/);
    const logins = page.getByRole('table', { name: 'Sessions, newest first' }).locator('tbody tr');
    const told = sessions().filter((one) => !one.failed && one.user === 'bob');
    expect(told.length).toBeGreaterThan(0);
    await expect.poll(() => logins.count(), { timeout: 30_000 }).toBe(told.length);
    expect(await logins.filter({ hasText: 'bob' }).count()).toBe(told.length);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('says so when there is no such session, and fits a phone in the dark', async () => {
    const { page, faults } = await openRead(stage, '/sessions/99999', { ...PHONE, ...DARK });
    await page.getByText('No such session in this stretch of time').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'See all sessions' }).click();
    await page.getByRole('table', { name: 'Sessions, newest first' }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();
const EVIL = '<img src=x onerror="document.title=1">\u202egnp.exe\u001b[2J';

/** A session of an account whose every name is markup: it runs a program and is killed. */
function hostileTrail(): string {
  const at = (serial: number) => `msg=audit(1795234667.${100 + serial}:${serial})`;
  const who = 'uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0';
  const of = (pid: number) =>
    `items=1 ppid=1 pid=${pid} auid=1001 ${who} tty=(none) ses=7 comm=${hex('<b>c</b>')} exe=${hex(EVIL)} key=${hex('<i>k</i>')}`;
  return [
    `type=USER_LOGIN ${at(1)}: pid=9 uid=0 auid=1001 ses=7 msg='op=login acct=${hex(EVIL)} exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=failed'`,
    `type=SYSCALL ${at(2)}: arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 ${of(50)}`,
    `type=EXECVE ${at(2)}: argc=2 a0=${hex(EVIL)} a1=${hex('</script><script>alert(1)</script>')}`,
    `type=CWD ${at(2)}: cwd="/tmp"`,
    `type=PATH ${at(2)}: item=0 name=${hex(EVIL)} inode=5 dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
    `type=PROCTITLE ${at(2)}: proctitle=${hex(EVIL)}`,
    `type=SYSCALL ${at(3)}: arch=c000003e syscall=62 success=yes exit=0 a0=32 a1=9 a2=0 a3=0 ${of(51).replace('items=1', 'items=0')}`,
    `type=OBJ_PID ${at(3)}: opid=50 oauid=1001 ouid=0 oses=7 ocomm=${hex('<b>c</b>')}`,
    `type=PROCTITLE ${at(3)}: proctitle=${hex('<u>killer</u>')}`,
    '',
  ].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'auspex-hostile-'));
writeFileSync(join(folder, 'audit.log'), hostileTrail());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeBrowser(
  'hostile text',
  (stage) => {
    it('is text in every view', async () => {
      const { page, faults } = await stage.open('/processes');
      page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
      for (const path of [
        '/processes?session=7',
        '/sessions',
        '/sessions/7',
        '/answers/who-killed',
        '/answers/summary?about=session&of=7',
        `/answers/who-touched?${new URLSearchParams({ path: `/tmp/${EVIL}` })}`,
      ]) {
        await visit(page, stage.server.origin + path);
        await page.locator('main').getByText('<img src=x onerror=', { exact: false }).first().waitFor();
        expect(await page.locator('main :is(img, script, b b, u, i i)').count(), path).toBe(0);
        expect(await page.locator('main').textContent()).not.toMatch(/[\u202e\u001b]/);
        expect(await page.title()).not.toBe('1');
      }
      expect(faults).toEqual([]);
      await page.context().close();
    });
  },
  ['-i', join(folder, 'audit.log')],
);
