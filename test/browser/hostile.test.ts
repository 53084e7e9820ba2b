// A trail written by an attacker: markup, script, control and bidi characters in every field a program may choose. All of it
// is text on the page, none of it is run, drawn or turned around.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeBrowser, expectAccessible } from './browser.fixture.ts';

const SCRIPT = '<script>window.owned=1</script>';
const IMAGE = '<img src=x onerror="window.owned=2">';
const BIDI = 'gpj.\u202eexe\u2066\u200b';
const CONTROL = '\u001b]0;owned\u0007\u001b[31mred\n\t';

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex').toUpperCase();

function event(serial: number, hostile: string): string {
  const head = `msg=audit(1795234700.${String(serial).padStart(3, '0')}:${serial})`;
  const h = hex(hostile);
  return [
    `type=SYSCALL ${head}: arch=c000003e syscall=257 success=no exit=-2 a0=ffffff9c a1=1 a2=0 a3=0 items=1 ppid=1 pid=${serial} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm=${h} exe=${h} key=${h}`,
    `type=CWD ${head}: cwd=${h}`,
    `type=PATH ${head}: item=0 name=${h} nametype=UNKNOWN`,
    `type=PROCTITLE ${head}: proctitle=${h}`,
    `type=EOE ${head}: `,
    `type=USER_LOGIN msg=audit(1795234701.${String(serial).padStart(3, '0')}:${serial + 100}): pid=${serial} uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=${h} exe="/usr/sbin/sshd" hostname=${SCRIPT.replaceAll(' ', '')} addr=1.2.3.4 terminal=ssh res=failed'`,
  ].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'auspex-hostile-'));
const trail = join(folder, 'audit.log');
const all = [SCRIPT, IMAGE, BIDI, CONTROL];
writeFileSync(trail, `${all.map((text, i) => event(i + 1, text)).join('\n')}\n`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

describeBrowser(
  'A hostile trail',
  (stage) => {
    it.each([
      '/',
      '/events?cols=time,sentence,comm,exe,object,key',
      '/processes',
      '/answers/who-touched?path=/etc/passwd',
      '/sessions',
      '/reports/exe',
    ])('is text on %s', async (path) => {
      const { page, faults } = await stage.open(path);
      await page.waitForLoadState('networkidle').catch(() => {}); // a live line may keep it open
      expect(await page.evaluate('window.owned')).toBeUndefined();
      expect(await page.locator('img[src=x], main script').count()).toBe(0);
      expect(await page.locator('body').textContent()).not.toMatch(UNSEEN);
      expect(await page.title()).not.toMatch(/owned/);
      expect(faults.filter((fault) => !fault.includes('status of 404'))).toEqual([]);
    });

    it('is text in each of its events, unseen characters as escapes', async () => {
      const { page, faults } = await stage.open('/events?type=SYSCALL');
      const rows = page.locator('.event-rows [aria-rowindex]');
      await rows.nth(3).getByRole('link').waitFor();
      const seen: string[] = [];
      for (let i = 0; i < 4; i++) {
        await rows.nth(i).getByRole('link').click();
        await page.locator('.event-records td').first().waitFor();
        const text = (await page.locator('main').textContent())!;
        expect(text).not.toMatch(UNSEEN);
        seen.push(text);
        expect(await page.evaluate('window.owned')).toBeUndefined();
        await page.goBack();
        await rows.nth(3).getByRole('link').waitFor();
      }
      const told = seen.join('\n');
      for (const part of [SCRIPT, IMAGE, '\\u202e', '\\u2066', '\\u200b', '\\u001b', '\\u0007'])
        expect(told).toContain(part);
      await expectAccessible(page);
      expect(faults).toEqual([]);
    });

    it('may stand in the address', async () => {
      const q = new URLSearchParams({ q: `comm i= "${SCRIPT}"`, comm: IMAGE, key: BIDI });
      const { page } = await stage.open(`/events?${q}`);
      await page
        .getByRole('button', { name: /^Remove the filter/ })
        .first()
        .waitFor();
      expect(await page.evaluate('window.owned')).toBeUndefined();
      expect(await page.locator('.chips').textContent()).toContain('gpj.\\u202eexe\\u2066\\u200b');
    });
  },
  ['-i', trail],
);
