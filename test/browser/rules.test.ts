// The view of rules in a browser: a set that is checked while it is written, with a fault at its column; its cost on the
// trail; the plan, and what is done when the server refuses. The kernel is not touched: what it would answer to a plan and
// to its execution is put in its place.
import { expect, it } from 'vitest';
import type { RulePlanReply, RulesReply } from '../../src/web/contract.ts';
import {
  DARK,
  describeBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  PHONE,
  screenshot,
  type Watched,
} from './browser.fixture.ts';
import { openRead } from './read.fixture.ts';

const SET = `-D
-b 8192
-a always,exit -F arch=b64 -S kill -F key=kills
-a entry,always -S openat -k x
`;

const PLAN: RulePlanReply = {
  steps: [
    { op: 'delete', text: '-a always,exit -F arch=b64 -S open -F key=old', moved: false },
    { op: 'add', text: '-a always,exit -F arch=b64 -S kill -F key=kills', moved: false },
  ],
  kept: 1,
  settings: [{ name: 'backlogLimit', value: 8192 }],
  findings: [],
  plan: 'the plan',
};

/** Answers a POST of the page in the server's place. */
const answer = ({ page }: Watched, path: string, status: number, body: unknown) =>
  page.route(`**${path}`, (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status, json: body }) : route.continue(),
  );

/** A server that lets rules be changed, on a machine without any. */
const ALLOWING: RulesReply = { loaded: [], files: [], findings: [], allowChanges: true };
const allow = ({ page }: Watched) => page.route('**/api/rules', (route) => route.fulfill({ json: ALLOWING }));

describeBrowser('rules', (stage) => {
  it('shows the set, or says where to write one', async () => {
    const { page, faults } = await openRead(stage, '/rules');
    await page.getByRole('heading', { name: /^In the kernel/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'What it costs' }).click();
    await page.waitForURL(/\/rules\/cost/);
    await page.getByText(/^Estimated from|^No rules to price/).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('checks while typing: the fault at its line and column, with what to do', async () => {
    const { page, faults } = await openRead(stage, '/rules/edit');
    const text = page.getByRole('textbox', { name: 'Rules, one a line' });
    await text.fill(SET);
    const fault = page.getByRole('listitem').filter({ hasText: 'unreadable' });
    await fault.getByText('error', { exact: true }).waitFor();
    await fault.getByText(/there is no entry list any more/).waitFor();
    await page.getByRole('status').filter({ hasText: '1 error' }).waitFor();
    await fault.getByRole('button', { name: 'line 4, column 4' }).click();
    const chosen = await page.evaluate('getSelection().toString()');
    expect(chosen).toBe('entry,always');
    await page.locator('.rule-paper mark.error', { hasText: 'entry,always' }).waitFor();
    await expectAccessible(page);
    await screenshot(page, 'rules-edit');
    await text.fill(SET.replace('-a entry,always', '-a always,exit -F arch=b64'));
    await page.getByText(/there is no entry list any more/).waitFor({ state: 'detached' });
    await text.press('Control+Home');
    await text.press('ArrowDown');
    await text.press('ArrowDown');
    await page
      .getByRole('region', { name: 'Line 3' })
      .filter({ hasText: 'Record calls of kill of x86_64 programs' })
      .waitFor();
    await page.getByRole('link', { name: 'The set' }).click();
    await page.goBack();
    expect(await text.inputValue()).toContain('-S kill -F key=kills');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('prices the set on the trail', async () => {
    const { page, faults } = await openRead(stage, '/rules/edit');
    await page
      .getByRole('textbox', { name: 'Rules, one a line' })
      .fill('-a always,exit -F arch=b64 -S kill -F key=kills\n');
    await page.getByRole('button', { name: 'Try on the trail' }).click();
    const bars = page.getByRole('list', { name: 'Size a day by rule' });
    await bars.getByText('-a always,exit -F arch=b64 -S kill -F key=kills').waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('plans, asks before it changes anything, and says what to do when the server refuses', async () => {
    const watched = await openRead(stage, '/rules/edit');
    const { page } = watched;
    await answer(watched, '/api/rules/plan', 200, PLAN);
    await page
      .getByRole('textbox', { name: 'Rules, one a line' })
      .fill('-a always,exit -F arch=b64 -S kill -F key=kills\n');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByText('1 to add, 1 to delete, 0 to move; 1 stays as it is.').first().waitFor();
    await page.getByText('This console only shows rules.').waitFor();
    await expectAccessible(page);

    await allow(watched);
    await page.reload();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    const change = page.getByRole('button', { name: "Change the kernel's rules …" });
    await change.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('set backlogLimit to 8192').waitFor();
    await screenshot(page, 'rules-plan');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Leave them' }).click();
    await dialog.waitFor({ state: 'hidden' });

    const refused = { code: 'other-plan', message: 'Cannot apply: another set', remedy: 'Plan again' };
    await answer(watched, '/api/rules/apply', 409, { error: refused });
    await change.click();
    await dialog.getByRole('button', { name: 'Change the rules' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Cannot apply: another set').waitFor();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.unroute('**/api/rules/apply');
    await answer(watched, '/api/rules/apply', 200, { applied: 3, kept: 1 });
    await change.click();
    await dialog.getByRole('button', { name: 'Change the rules' }).click();
    await page.getByText('Done: 3 changes made, 1 rule kept.').waitFor();
    // The 409 is Chromium's own message; nothing else went wrong.
    expect(watched.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
    await page.context().close();
  });

  it('fits a phone, in the dark', async () => {
    const { page, faults } = await openRead(stage, '/rules/edit', { ...PHONE, ...DARK });
    await page.getByRole('textbox', { name: 'Rules, one a line' }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
