// The view of answers in a browser, against what the commands tell of the same trail: each question asked by its form, each
// answer with an address that can be sent to somebody else.
import { expect, it } from 'vitest';
import {
  DARK,
  describeBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  PHONE,
  screenshot,
} from './browser.fixture.ts';
import { cli, openRead } from './read.fixture.ts';

const lines = (text: string): number => text.split('\n').filter(Boolean).length;
const HEADLINE = 'findpid (pid 6016) was killed by roxen (pike)';

describeBrowser('answers', (stage) => {
  it('tells who killed it, on a page whose link opens for somebody else', async () => {
    const { page, faults } = await openRead(stage, '/answers');
    await page.getByRole('heading', { name: 'Who killed it?' }).waitFor();
    await page.getByRole('textbox', { name: 'Victim' }).fill('findpid');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.waitForURL(/whom=findpid/);
    await page.getByRole('heading', { name: HEADLINE }).waitFor();
    for (const title of ['Why', 'Victim', 'Killer', 'From the login down', 'What happened', 'What to do next'])
      await page.getByRole('region', { name: title, exact: true }).waitFor();
    await page.getByText('Proven').waitFor();
    const moments = await page.locator('.moments li').allInnerTexts();
    expect(moments.map((text) => text.replace(/^[^−+0]*\d\d:\d\d:\d\d\.\d+\s*\S+( ms)?\s*/, '').trim())).toEqual([
      'findpid (pid 6016) started',
      'SIGKILL to pid 6016 by kill event 975608',
      'findpid (pid 6016) ended, by SIGKILL',
      expect.stringMatching(/^SIGKILL to pid 6016 by kill, 5 times, failed: ESRCH, until 05:17:47.215 event 975610$/),
      'roxen (pid 6013) ended, exit status 0',
    ]);
    await page.getByText('auspex who-killed --watch findpid').first().waitFor();
    await screenshot(page, 'answer-who-killed');
    await page.getByText('The story as text').click();
    const text = (await page.getByRole('region', { name: 'The story as text' }).textContent()) ?? '';
    expect(cli('who-killed', 'findpid').split('\n')[0]).toBe(HEADLINE);
    expect(text.split('\n')[0]).toBe(HEADLINE);
    await expectAccessible(page);
    const { pathname, search } = new URL(page.url());
    const other = await openRead(stage, pathname + search);
    await other.page.getByRole('heading', { name: HEADLINE }).waitFor();
    expect(await other.page.getByRole('textbox', { name: 'Victim' }).inputValue()).toBe('findpid');
    expect([...faults, ...other.faults]).toEqual([]);
    await other.context.close();
    await page.context().close();
  });

  it('lists every kill, each story at an address of its own', async () => {
    const { page, faults } = await openRead(stage, '/answers/who-killed');
    const list = page.getByRole('navigation', { name: 'Stories, newest first' });
    await list.waitFor();
    expect(await list.getByRole('link').count()).toBe(lines(cli('who-killed', '--json')));
    const first = (await page.locator('article h2').textContent()) ?? '';
    await list.getByRole('link', { name: HEADLINE }).click();
    await page.waitForURL(/story=/);
    await page.getByRole('heading', { name: HEADLINE }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: HEADLINE }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: first }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('says which rule is missing when nothing is found', async () => {
    const { page, faults } = await openRead(stage, '/answers/who-killed?whom=no-such-program');
    await page.getByText('Nobody was killed, as far as this trail tells').waitFor();
    await page
      .getByRole('region', { name: 'Rules to add' })
      .getByText(/^-a always,exit .*kill/)
      .waitFor();
    await page.getByRole('link', { name: 'Try it in the rules editor' }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('tells who touched a file', async () => {
    const { page, faults } = await openRead(stage, '/answers/who-touched');
    await page.getByLabel('File or folder').fill('/etc/shadow');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.waitForURL(/path=%2Fetc%2Fshadow/);
    await page
      .getByRole('heading', { name: /^\/etc\/shadow, inode/ })
      .first()
      .waitFor();
    expect(await page.locator('.file-life tbody tr').count()).toBe(lines(cli('who-touched', '--json', '/etc/shadow')));
    await page.getByLabel('changes only').check();
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.waitForURL(/changes=true/);
    const changes = lines(cli('who-touched', '--json', '--changes', '/etc/shadow'));
    await expect.poll(() => page.locator('.file-life tbody tr').count(), { timeout: 30_000 }).toBe(changes);
    await expectAccessible(page);
    await screenshot(page, 'answer-who-touched');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('sums up what a session did', async () => {
    const { page, faults } = await openRead(stage, '/answers/summary');
    await page.getByLabel('About', { exact: true }).selectOption('session');
    await page.getByLabel('Which').fill('22');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('article', { name: /session 22/ }).waitFor();
    const { events } = JSON.parse(cli('summary', '--session', '22', '--json')) as { events: number };
    await page
      .locator('.figure', { hasText: 'events' })
      .getByText(events.toLocaleString('en-US'), { exact: true })
      .waitFor();
    await page.getByText('roxen 6016 9 6').first().waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('fits a phone, in the dark', async () => {
    const { page, faults } = await openRead(stage, '/answers/who-killed?whom=findpid', { ...PHONE, ...DARK });
    await page.getByRole('heading', { name: HEADLINE }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await screenshot(page, 'answer-phone');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
