// Rules changed from the page, on the live kernel: what was planned is what the kernel has afterwards; where another changed
// its rules since the plan nothing is done until there is a new plan; the trail tells of each change. The rules are scoped to
// login uids nobody has.
import { describe, expect, it } from 'vitest';
import { describeKernel, rawRule } from '../kernel/kernel.fixture.ts';
import { answered, openLoggedIn, reasonToSkip, startBrowser, startServer } from './browser.fixture.ts';

const OURS = 7312;
const ANOTHERS = 7313;
const KILL = 62;
const AUID = 9;
const RULE = `-a always,exit -F arch=b64 -S kill -F auid=${OURS} -F key=from-the-page`;

const reason = reasonToSkip();
describe.skipIf(reason)(reason ? `Rules on the page (skipped: ${reason})` : 'Rules on the page', () => {
  describeKernel('and in the kernel', (kernel) => {
    it('are planned, loaded, not loaded over those of another, and deleted', async () => {
      const [server, browser] = await Promise.all([
        startServer(['--source', 'live', '--allow-changes']),
        startBrowser(),
      ]);
      try {
        const { page, faults } = await openLoggedIn(server, browser, '/rules/edit');
        const text = page.getByRole('textbox', { name: 'Rules, one a line' });
        const plan = async (rules: string) => {
          await text.fill(rules);
          await page.getByRole('button', { name: 'Plan', exact: true }).click();
        };
        const change = async () => {
          await page.getByRole('button', { name: "Change the kernel's rules …" }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Change the rules' }).click();
        };

        await plan(`${RULE}\n`);
        await page.getByText('1 to add, 0 to delete, 0 to move').first().waitFor();
        expect(kernel().listRules().length).toBe(0);
        await change();
        await page.getByText('Done: 1 change made, 0 rules kept.').waitFor();
        const [loaded, ...more] = kernel().listRules();
        expect(more).toEqual([]);
        expect(Buffer.from(loaded!).toString('latin1')).toContain('from-the-page');
        await page.getByRole('link', { name: 'The set' }).click();
        await page.getByRole('heading', { name: 'In the kernel: 1 rule' }).waitFor();
        await page.getByRole('link', { name: 'Edit' }).click();

        await plan('-D\n');
        await page.getByText('0 to add, 1 to delete, 0 to move').first().waitFor();
        kernel().addRule(rawRule([KILL], [[AUID, ANOTHERS]]));
        await change();
        const alert = page.getByRole('alert');
        await alert.getByText(/no longer those of the plan/).waitFor();
        expect(kernel().listRules().length).toBe(2);
        await alert.getByRole('button', { name: 'Try again' }).click();
        await page.getByText('0 to add, 2 to delete, 0 to move').first().waitFor();
        await change();
        await page.getByText('Done: 2 changes made, 0 rules kept.').waitFor();
        expect(kernel().listRules()).toEqual([]);

        const told = async () => await answered(page, '/api/events/count?type=USYS_CONFIG');
        await expect.poll(told, { timeout: 20_000 }).toMatchObject({ count: 2 });
        expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
      } finally {
        await browser.close();
        await server.stop();
      }
    }, 120_000);
  });
});
