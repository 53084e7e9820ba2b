// Who may look: without a token nothing of the trail is on the page; a token lets one browser in; after a log-out nothing is
// shown any more.
import { expect, it } from 'vitest';
import { describeBrowser, expectAccessible, PHONE, watch } from './browser.fixture.ts';

describeBrowser('Log-in', (stage) => {
  it('asks who comes without a token, refuses a wrong one, and takes a right one', async () => {
    const { page } = watch(await (await stage.browser.newContext(PHONE)).newPage());
    await page.goto(`${stage.server.origin}/events`);
    const field = page.getByLabel('Token or address');
    await field.waitFor();
    await expectAccessible(page);
    await field.fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.getByRole('alert').waitFor();
    await field.fill(`${stage.server.origin}/#token=${await stage.server.token()}`);
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.locator('.event-rows [role=row]').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/events');
  });

  it('takes the token out of the address', async () => {
    const { page } = await stage.open('/events?outcome=failed');
    expect(page.url()).toBe(`${stage.server.origin}/events?outcome=failed`);
  });

  it('forgets the viewer who logs out', async () => {
    const { page } = await stage.open('/');
    await page.locator('summary[aria-label=Menu]').click();
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await page.getByLabel('Token or address').waitFor();
    expect(await page.locator('.figures').count()).toBe(0);
  });
});
