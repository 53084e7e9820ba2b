// The view of reports in a browser, against `auspex report` on the same trail: chart, table, CSV; and the page for an auditor,
// saved and opened from disk, where it needs nothing but itself.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import {
  DARK,
  describeBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  PHONE,
  screenshot,
  watch,
} from './browser.fixture.ts';
import { cli, openRead } from './read.fixture.ts';

interface Told {
  readonly report: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

const report = (...words: string[]): Told => JSON.parse(cli('report', ...words, '--json', '--top', '10000')) as Told;

const folder = mkdtempSync(join(tmpdir(), 'auspex-reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Clicks and keeps what is saved; its path. */
async function saved(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('link', { name, exact: true })
      .or(page.getByRole('button', { name, exact: true }))
      .click(),
  ]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

const cells = (page: Page, name: string): Promise<string[][]> =>
  page
    .getByRole('table', { name })
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));

describeBrowser('reports', (stage) => {
  it('shows each report as the command tells it, as chart and as table', async () => {
    const { page, faults } = await openRead(stage, '/reports');
    await page.getByRole('heading', { name: 'How much of everything', level: 1 }).waitFor();
    expect(await cells(page, 'How much of everything')).toEqual(
      report().rows.map(({ what, count }) => [what, Number(count).toLocaleString('en-US')]),
    );
    await expectAccessible(page);
    await page.getByRole('navigation', { name: 'Reports' }).getByRole('link', { name: 'executable' }).click();
    await page.waitForURL(/\/reports\/executable$/);
    const told = report('executable');
    await page.getByRole('heading', { name: told.report, level: 1 }).waitFor();
    expect((await cells(page, told.report)).map(([file]) => file).sort()).toEqual(
      told.rows.map((row) => row.file).sort(),
    );
    const bars = page.getByRole('list', { name: told.report });
    await bars
      .getByRole('listitem')
      .first()
      .filter({ hasText: String(told.rows[0]!.file) })
      .waitFor();
    await expectAccessible(page);
    await screenshot(page, 'reports');
    await bars.getByRole('link').first().click();
    await page.waitForURL(/\/events\?q=exe/);
    await page.goBack();
    await bars.waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('is shaped by choices that stand in the address', async () => {
    const { page, faults } = await openRead(stage, '/reports/login');
    await page.getByLabel('Show').selectOption('rows');
    await page.waitForURL(/rows=true/);
    const rows = report('login', '--rows');
    await page.getByRole('heading', { name: rows.report, level: 1, exact: true }).waitFor();
    expect((await cells(page, rows.report)).map((row) => row.at(-1))).toEqual(rows.rows.map((row) => row.event));
    await page.getByLabel('Outcome').selectOption('success');
    await page.waitForURL(/success=true/);
    await page.getByText('Nothing to report').waitFor();
    expect(report('login', '--rows', '--failed').rows.length).toBe(rows.rows.length);
    await page.goBack();
    await page.getByRole('table', { name: rows.report }).waitFor();
    await page.getByLabel('Show').selectOption('user');
    await page.waitForURL(/by=user/);
    await page.reload();
    const byUser = report('login', '--by', 'user');
    await page.getByRole('heading', { name: byUser.report, level: 1 }).waitFor();
    expect(await page.getByLabel('Show').inputValue()).toBe('user');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('saves every row as CSV', async () => {
    const { page, faults } = await openRead(stage, '/reports/key?top=10');
    await page.getByRole('table').waitFor();
    await page.getByLabel('At most').selectOption('');
    const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\r\n').slice(1).filter(Boolean).sort();
    await page.waitForURL((url) => !url.searchParams.has('top'));
    const theirs = cli('report', 'key', '--csv', '--top', '10000').split('\r\n').slice(1).filter(Boolean).sort();
    expect(lines(await saved(page, 'CSV'))).toEqual(theirs);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('saves a page for an auditor that opens from disk with its charts and tables', async () => {
    const { page, faults } = await openRead(stage, '/reports/login?rows=true');
    await page.getByRole('table').waitFor();
    const one = await saved(page, 'This report as a page');
    const all = await saved(page, 'All for an auditor');
    await page.context().close();
    const context = await stage.browser.newContext({ offline: true, javaScriptEnabled: true });
    const disk = watch(await context.newPage());
    for (const [path, tables] of [
      [one, 1],
      [all, 10],
    ] as const) {
      await disk.page.goto(pathToFileURL(path).href);
      await disk.page.getByRole('heading', { level: 1 }).waitFor();
      expect(await disk.page.locator('svg').count(), path).toBeGreaterThan(0);
      expect(await disk.page.locator('svg :is(rect, path, polyline)').count(), path).toBeGreaterThan(1);
      expect(await disk.page.locator('table').count(), path).toBeGreaterThanOrEqual(tables);
      expect(await disk.page.locator('script, link, img, iframe').count(), path).toBe(0);
      await disk.page.getByText('977427').or(disk.page.getByText('/usr/sbin/sshd')).first().waitFor();
      await expectAccessible(disk.page);
    }
    // A file has no host: every other request would be told as foreign.
    expect([...faults, ...disk.faults.filter((fault) => !fault.startsWith('foreign request: file:'))]).toEqual([]);
    await context.close();
  });

  it('fits a phone, in the dark', async () => {
    const { page, faults } = await openRead(stage, '/reports/key', { ...PHONE, ...DARK });
    await page.getByRole('table').waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.getByRole('combobox', { name: 'Report' }).selectOption('executable');
    await page.waitForURL(/\/reports\/executable/);
    await page.getByRole('list', { name: 'Executable Summary Report' }).waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
