// The views Overview, Events and Event in a real browser, on the lab's trail (else the sample). What they must show is counted
// here from the log itself, not asked of Auspex.
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  DARK,
  describeBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  PHONE,
  screenshot,
  TRAIL,
} from './browser.fixture.ts';

const lines = readFileSync(TRAIL, 'latin1').split('\n').filter(Boolean);
const idOf = (line: string): string => /msg=audit\(([\d.]+:\d+)\)/.exec(line)![1]!;

/** Events of the log with a record that `test` likes. */
const eventsWith = (test: RegExp): Set<string> => new Set(lines.filter((line) => test.test(line)).map(idOf));

const shownCount = (page: Page): Locator => page.locator('.events-status > span').first();
const counted = (n: number): string => `${n.toLocaleString('en-US')} event${n === 1 ? '' : 's'}`;
const rows = (page: Page): Locator => page.locator('.event-rows [aria-rowindex]');
const query = (page: Page): Locator => page.getByRole('combobox', { name: 'Expression' });

async function waitForText(locator: Locator, text: string): Promise<void> {
  await locator.filter({ hasText: text }).waitFor();
}

async function search(page: Page, q: string): Promise<void> {
  await query(page).fill(q);
  await query(page).press('Enter');
}

describeBrowser('Overview', (stage) => {
  it('shows the trail; its numbers lead to the events behind them', async () => {
    const { page, faults } = await stage.open('/');
    const failed = page.locator('.figure-link', { hasText: /^[\d,]+failed$/ });
    await failed.waitFor();
    const all = new Set(lines.map(idOf)).size;
    await waitForText(page.locator('.figures'), `${all.toLocaleString('en-US')}events`);
    await expectAccessible(page);
    await screenshot(page, 'overview');
    const number = (await failed.locator('b').textContent())!;
    await failed.click();
    await waitForText(shownCount(page), `${number} events`);
    expect(new URL(page.url()).searchParams.get('outcome')).toBe('failed');
    expect(faults).toEqual([]);
  });

  it('is readable in the dark and on a phone', async () => {
    const dark = await stage.open('/', DARK);
    await dark.page.locator('.figures').waitFor();
    await expectAccessible(dark.page);
    await screenshot(dark.page, 'overview-dark');
    const phone = await stage.open('/', PHONE);
    await phone.page.locator('.figures').waitFor();
    await expectNoSidewaysScroll(phone.page);
    await expectAccessible(phone.page);
    await screenshot(phone.page, 'overview-phone');
    expect([...dark.faults, ...phone.faults]).toEqual([]);
  });

  it('a drag over a time shows its events', async () => {
    const { page, faults } = await stage.open('/');
    const chart = (await page.locator('.chart .u-over').boundingBox())!;
    await page.mouse.move(chart.x + chart.width * 0.25, chart.y + 40);
    await page.mouse.down();
    await page.mouse.move(chart.x + chart.width * 0.75, chart.y + 50, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/\/events\?since=[\d.]+&until=[\d.]+/);
    const { searchParams } = new URL(page.url());
    const inside = lines.filter((line) => {
      const at = Number.parseFloat(idOf(line));
      return at >= Number(searchParams.get('since')) && at < Number(searchParams.get('until'));
    });
    await waitForText(shownCount(page), counted(new Set(inside.map(idOf)).size));
    expect(faults).toEqual([]);
  });
});

describeBrowser('Events', (stage) => {
  const SUDO = eventsWith(/\bcomm="sudo"/).size > 0 ? 'sudo' : 'bash';
  const hits = eventsWith(new RegExp(`\\bcomm="${SUDO}"`));

  it('a search is typed, a facet clicked, an event opened, and back works', async () => {
    const { page, faults } = await stage.open('/events');
    await rows(page).first().waitFor();
    await waitForText(shownCount(page), counted(new Set(lines.map(idOf)).size));
    await search(page, `comm i= "${SUDO}"`);
    await waitForText(shownCount(page), counted(hits.size));

    const facet = page.getByRole('button', { pressed: false }).filter({ hasText: /^failed/ });
    await page.locator('.facet-panel .stale').waitFor({ state: 'detached' });
    const number = Number((await facet.locator('.facet-count').textContent())!.replaceAll(',', ''));
    await facet.click();
    await waitForText(shownCount(page), counted(number));
    await page.getByRole('button', { name: 'Remove the filter Outcome failed' }).waitFor();
    await page.locator('.events .stale').first().waitFor({ state: 'detached' });
    await screenshot(page, 'events');

    const link = rows(page).first().getByRole('link');
    const sentence = (await link.textContent())!;
    await link.click();
    await page.waitForURL(/\/events\/\d+/);
    await waitForText(page.locator('.event-sentence'), sentence);
    const id = (await page.locator('h1 .mono').textContent())!;
    expect(hits).toContain(id);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    const shown = (await page.getByRole('region', { name: 'The lines of the trail' }).textContent())!;
    expect(shown.split('\n').map((l) => l.split('\\u001d')[0])).toEqual(
      lines.filter((l) => idOf(l) === id).map((l) => l.split('\x1d')[0]),
    );
    await expectAccessible(page);

    await page.goBack();
    await waitForText(shownCount(page), counted(number));
    await page.goBack();
    await waitForText(shownCount(page), counted(hits.size));
    await page.goBack();
    await waitForText(shownCount(page), counted(new Set(lines.map(idOf)).size));
    expect(await query(page).inputValue()).toBe('');
    expect(faults).toEqual([]);
  });

  it('a kill leads to who was killed, its process and its session', async () => {
    const { page, faults } = await stage.open('/events?action=killed-pid');
    await rows(page).first().getByRole('link').click();
    const killed = page.getByRole('link', { name: /^Who killed \d+/ });
    await killed.waitFor();
    await page.locator('.event-side li', { hasText: 'Same process' }).waitFor();
    await page.getByRole('link', { name: 'Older' }).waitFor();
    await screenshot(page, 'event');
    const pid = /\d+/.exec((await killed.textContent())!)![0];
    await page.getByRole('radio', { name: 'Bytes' }).check();
    await waitForText(page.getByRole('region', { name: 'The bytes of the trail' }), '000000  74 79 70 65 3d');
    await killed.click();
    await page.waitForURL(new RegExp(`/answers/who-killed\\?pid=${pid}$`));
    expect(faults).toEqual([]);
  });

  it('a link is the search: another viewer sees the same', async () => {
    const first = await stage.open('/events');
    await search(first.page, `comm i= "${SUDO}" && success i= no`);
    await first.page.waitForURL(/q=/);
    await rows(first.page).first().waitFor();
    const want = (await shownCount(first.page).textContent())!;
    const url = new URL(first.page.url());
    const second = await stage.open(url.pathname + url.search);
    await rows(second.page).first().waitFor();
    await waitForText(shownCount(second.page), (await shownCount(first.page).textContent())!);
    expect(want).not.toBe('');
    expect(await query(second.page).inputValue()).toBe(`comm i= "${SUDO}" && success i= no`);
    const link = (page: Page) => rows(page).first().getByRole('link').textContent();
    expect(await link(second.page)).toBe(await link(first.page));
    expect([...first.faults, ...second.faults]).toEqual([]);
  });

  it('says where an expression is wrong', async () => {
    const { page } = await stage.open('/events');
    await search(page, 'comm = sshd');
    await waitForText(page.locator('#query-fault'), 'column 6');
    expect(await page.locator('.underline mark').textContent()).toBe('=');
    expect(await query(page).getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await search(page, `comm i= "${SUDO}"`);
    await waitForText(shownCount(page), counted(hits.size));
    expect(await page.locator('#query-fault').count()).toBe(0);
  });

  it('completes what is typed', async () => {
    const { page, faults } = await stage.open('/events');
    await rows(page).first().waitFor();
    await query(page).pressSequentially('com');
    await page
      .getByRole('option', { name: /^comm\b/ })
      .first()
      .waitFor();
    await query(page).fill(`comm i= "${SUDO.slice(0, 3)}`);
    await page
      .getByRole('option', { name: new RegExp(`^"?${SUDO}"?\\b`) })
      .first()
      .waitFor();
    await query(page).press('ArrowDown');
    await screenshot(page, 'completion');
    await expectAccessible(page);
    await query(page).press('Enter');
    await query(page).press('Enter');
    await page.waitForURL(/q=comm/);
    await waitForText(shownCount(page), counted(hits.size));
    expect(faults).toEqual([]);
  });

  it('has keys for everything', async () => {
    const { page, faults } = await stage.open('/events');
    await rows(page).nth(3).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await rows(page).nth(1).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('k');
    const sentence = (await rows(page).first().getByRole('link').textContent())!;
    await page.keyboard.press('Enter');
    await waitForText(page.locator('.event-sentence'), sentence);
    await page.getByRole('link', { name: 'Older' }).waitFor();
    const newest = page.url();
    await page.keyboard.press('p');
    await page.waitForURL((url) => url.href !== newest);
    await page.getByRole('link', { name: 'Newer' }).waitFor();
    await page.keyboard.press('n');
    await page.waitForURL(newest);
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/events$/);
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('combobox');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('scrolls through the whole trail with few rows on the page', async () => {
    const { page, faults } = await stage.open('/events?cols=id');
    await rows(page).first().waitFor();
    const oldest = lines.map(idOf).reduce((a, b) => (Number.parseFloat(a) <= Number.parseFloat(b) ? a : b));
    const last = rows(page).filter({ hasText: oldest.split(':')[0]! });
    while ((await last.count()) === 0) {
      await page.evaluate(`{ const e = document.querySelector('[role=grid]'); e.scrollTop = e.scrollHeight; }`);
      await page.evaluate('new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))');
      expect(await rows(page).count()).toBeLessThan(80);
    }
    await last.first().waitFor();
    expect(faults).toEqual([]);
  });

  it('keeps the columns that were chosen', async () => {
    const { page, faults } = await stage.open('/events');
    await page.locator('summary', { hasText: 'Columns' }).click();
    await page.getByLabel('System call').check();
    await page.getByRole('columnheader', { name: 'System call' }).waitFor();
    expect(new URL(page.url()).searchParams.get('cols')).toContain('syscall');
    await page.goto(`${stage.server.origin}/events`);
    await page.getByRole('columnheader', { name: 'System call' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('tells times in the viewer’s zone and in UTC', async () => {
    const { page, faults } = await stage.open('/events');
    const time = rows(page).first().locator('time');
    await time.waitFor();
    const utc = (await time.getAttribute('datetime'))!;
    const local = (await time.textContent())!;
    await page.getByRole('radio', { name: 'UTC', exact: true }).check();
    await waitForText(time, utc.replace('T', ' ').replace('Z', ''));
    const hour = (text: string) => Number(text.slice(11, 13));
    expect((hour(local) - hour(utc) + 24) % 24).toBe(new Date(utc) > new Date('2026-10-25') ? 1 : 2);
    expect(faults).toEqual([]);
  });

  it('is readable in the dark and on a phone', async () => {
    const dark = await stage.open('/events', DARK);
    await rows(dark.page).first().waitFor();
    await dark.page.locator('.facet').first().waitFor();
    await expectAccessible(dark.page);
    await screenshot(dark.page, 'events-dark');
    const phone = await stage.open('/events', PHONE);
    await rows(phone.page).first().waitFor();
    await expectNoSidewaysScroll(phone.page);
    await expectAccessible(phone.page);
    await screenshot(phone.page, 'events-phone');
    await phone.page.getByText('Filters').click();
    await phone.page.locator('.facet').first().waitFor();
    await expectNoSidewaysScroll(phone.page);
    await rows(phone.page).first().getByRole('link').click();
    await phone.page.locator('.event-sentence').waitFor();
    await expectNoSidewaysScroll(phone.page);
    await expectAccessible(phone.page);
    expect([...dark.faults, ...phone.faults]).toEqual([]);
  });

  it('an empty result says what to do', async () => {
    const { page, faults } = await stage.open('/events?comm=no-such-command');
    await page.getByText('No event matches').waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });
});
