// The view of processes in a browser, against what `auspex tree` prints of the same trail: every process is a row, the
// keyboard works as ARIA's treegrid says, and what is folded, zoomed and chosen stands in the address.
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

/** Processes of a JSON tree, counted by their pids. */
const count = (json: string): number => json.match(/"images":/g)!.length;

describeBrowser('processes', (stage) => {
  it('shows every process of the trail, as a tree with bars', async () => {
    const { page, faults } = await openRead(stage, '/processes');
    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(count(cli('tree', '--json')) + 1));
    await page.getByRole('row', { name: /^auditctl -b 16384/ }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('is asked by a form, and back asks what was asked before', async () => {
    const { page, faults } = await openRead(stage, '/processes');
    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    await page.getByLabel('Session', { exact: true }).fill('22');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/session=22/);
    await page.getByText(/^5 processes in 1 tree/).waitFor();
    expect(count(cli('tree', '--session', '22', '--json'))).toBe(5);
    await page.getByRole('row', { name: /findpid \(fork\).*SIGKILL/ }).waitFor();
    await page.goBack();
    await page.getByText(/ in \d\d+ trees/).waitFor();
    expect(await page.getByLabel('Session', { exact: true }).inputValue()).toBe('');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('works by keyboard, and keeps its state in the address', async () => {
    const { page, faults } = await openRead(stage, '/processes?session=22');
    const grid = page.getByRole('treegrid');
    await grid.focus();
    const chosen = page.locator('[role=row][aria-selected=true]');
    const press = async (key: string, row: RegExp) => {
      await grid.press(key);
      await chosen.filter({ hasText: row }).waitFor();
      expect(await grid.getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));
    };
    expect(await chosen.count()).toBe(0);
    await press('ArrowDown', /roxen/);
    expect(await chosen.getAttribute('aria-level')).toBe('1');
    await press('ArrowRight', /findpid/);
    expect(await chosen.getAttribute('aria-level')).toBe('2');
    await press('ArrowDown', /findpid.*SIGKILL/);
    await press('End', /pgrep/);
    await press('Home', /roxen/);
    await grid.press('ArrowLeft');
    await page.locator('[role=row][aria-expanded=false]').waitFor();
    await page.locator('[role=treegrid][aria-rowcount="2"]').waitFor();
    await grid.press('+');
    await page.waitForURL(/zoom=\d+-\d+/);
    await page.waitForURL(/fold=6013\./);
    await page.waitForURL(/at=6013\./);
    await page.reload();
    await page.locator('[role=row][aria-expanded=false]').filter({ hasText: 'roxen' }).waitFor();
    await chosen.filter({ hasText: 'roxen' }).waitFor();
    await grid.focus();
    await grid.press('0');
    await page.waitForURL((url) => !url.searchParams.has('zoom'));
    await grid.press('ArrowRight');
    await page.locator('[role=treegrid][aria-rowcount="6"]').waitFor();
    await grid.press('Enter');
    await page.locator('.process-detail a:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[role=treegrid]:focus').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'processes');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('zooms by wheel and by dragging, leads from a bar to its killer, and finds by name', async () => {
    const { page, faults } = await openRead(stage, '/processes?session=22');
    const axis = page.locator('.axis');
    const box = (await axis.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/zoom=/);
    const before = page.url();
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await page.waitForURL((url) => url.href !== before);
    await page.getByRole('button', { name: 'Whole time' }).click();
    await page.waitForURL((url) => !url.searchParams.has('zoom'));
    await page.getByLabel('Find in the tree').fill('pgrep');
    await page.getByText(/1 match$/).waitFor();
    await page.getByLabel('Find in the tree').press('Enter');
    await page.locator('.process-detail h2', { hasText: 'pgrep' }).waitFor();
    await page.getByRole('row', { name: /SIGKILL/ }).click();
    await page.getByRole('link', { name: 'Who killed it?' }).click();
    await page.getByRole('heading', { name: 'findpid (pid 6016) was killed by roxen (pike)' }).waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('follows a key that repeats faster than the history may change', async () => {
    const { page, faults } = await openRead(stage, '/processes');
    const grid = page.getByRole('treegrid');
    await grid.focus();
    // Dispatched in the page, without a round trip each: Chromium allows 200 changes of the history in 10 s.
    await page.evaluate(`(async () => {
      const grid = document.querySelector('[role=treegrid]');
      const press = async (key) => {
        grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        await null; // React draws
      };
      for (let i = 0; i < 150; i++) await press('ArrowDown');
      for (let i = 0; i < 300; i++) await press(i % 2 ? '+' : '-');
      await press('End');
    })()`);
    const last = page.locator(`[role=row][aria-rowindex="${await grid.getAttribute('aria-rowcount')}"]`);
    await last.and(page.locator('[aria-selected=true]')).waitFor();
    const id = (await last.getAttribute('id'))!.replace('process-', '');
    await page.waitForURL((url) => url.searchParams.get('at') === id);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('fits a phone, in the dark', async () => {
    const { page, faults } = await openRead(stage, '/processes?session=22', { ...PHONE, ...DARK });
    await page.getByRole('row', { name: /SIGKILL/ }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await screenshot(page, 'processes-phone');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('says what to do when there is no such process', async () => {
    const { page, faults } = await openRead(stage, '/processes?pid=1');
    await page.getByText('No such process in the trail').waitFor();
    await page.getByRole('button', { name: 'Copy' }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
