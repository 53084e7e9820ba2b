// What a viewer is told when there is nothing to show: an address that has no page, an event that is not there, a list that
// could not be read, a server that went away and came back, an empty trail. Each state says what to do, and none offers a try
// that cannot help.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import {
  describeBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  startServer,
  TRAIL,
  watch,
} from './browser.fixture.ts';

const REFUSED = /status of (4|5)\d\d|ERR_FAILED|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;

describeBrowser('States of a page', (stage) => {
  it.each(['/nowhere', '/events/abc', '/answers/nope', '/rules/nope'])(
    'has no page at %s, and says so',
    async (path) => {
      const { page, faults } = await stage.open(path);
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      await page.getByText(`Nothing is at ${path}`).waitFor();
      expect(await page.title()).toBe('No such page · Auspex');
      await expectAccessible(page);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  it('tells of an event that is not there, without offering to try again', async () => {
    const { page } = await stage.open('/events/999999999');
    const alert = page.getByRole('alert');
    await alert.getByText('Cannot find event 999999999').waitFor();
    expect(await alert.getByRole('button').count()).toBe(0);
    await page.getByRole('link', { name: 'All events' }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('tells of a list that could not be read, and reads it when asked again', async () => {
    const { page } = await stage.open('/');
    const lists = /\/api\/events\?/;
    const error = { code: 'store', message: 'Cannot read the store: `no memory`', remedy: 'Ask for less' };
    await page.route(lists, (route) => route.fulfill({ status: 503, json: { error } }));
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Ask for less').waitFor();
    expect(await alert.locator('code').textContent()).toBe('no memory');
    await page.unroute(lists);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.event-rows [role=row] a').first().waitFor();
    expect(await alert.count()).toBe(0);
    await page.context().close();
  });

  it('says everywhere that the server does not answer, and goes on by itself when it does', async () => {
    const { page, faults } = await stage.open('/sessions');
    await page.getByRole('table', { name: /^Sessions/ }).waitFor();
    await page.route('**/api/**', (route) => route.abort('failed'));
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    const banner = page.getByRole('banner');
    await banner.getByText('The server does not answer').waitFor();
    await page.getByRole('alert').getByText('The server does not answer').first().waitFor();
    await page.unroute('**/api/**');
    await page.locator('.event-rows [role=row] a').first().waitFor();
    await banner.getByText('The server does not answer').waitFor({ state: 'hidden' });
    expect(faults.filter((fault) => !REFUSED.test(fault))).toEqual([]);
    await page.context().close();
  });

  it.each([
    '/',
    '/events',
    '/events/1',
    '/processes',
    '/answers/who-killed',
    '/sessions',
    '/reports/file',
    '/rules/edit',
  ])('shows %s without a sideways scroll at every width, also enlarged to twice its size', async (path) => {
    const { page, faults } = await stage.open(path);
    for (const [width, height] of [
      [320, 568],
      [640, 400],
      [768, 1024],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expectNoSidewaysScroll(page);
      if (path !== '/events') continue;
      const sentence = page.locator('.event-rows [role=row] a').first();
      await sentence.waitFor();
      expect((await sentence.boundingBox())!.width).toBeGreaterThan(100);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('asks for a new sign-in after the server was started anew, and then shows what was looked at', async () => {
    const first = await startServer(['-i', TRAIL]);
    onTestFinished(() => first.stop());
    const context = await stage.browser.newContext();
    context.setDefaultTimeout(60_000);
    const { page } = watch(await context.newPage());
    await page.goto(`${first.origin}/events#token=${await first.token()}`);
    // Opened while the trail was still being read: what is read shows by itself
    await page.locator('.event-rows [role=row] a').first().waitFor();
    await first.stop();
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByRole('banner').getByText('The server does not answer').waitFor();
    const second = await startServer(['-i', TRAIL, '-p', new URL(first.origin).port]);
    try {
      await page.getByText('You are signed in no more').waitFor();
      await expectAccessible(page);
      await page.getByLabel('Token or address').fill(await second.token());
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sessions' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/sessions');
    } finally {
      await second.stop();
      await context.close();
    }
  });
});

const folder = mkdtempSync(join(tmpdir(), 'auspex-empty-'));
const empty = join(folder, 'audit.log');
writeFileSync(empty, '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeBrowser(
  'An empty trail',
  (stage) => {
    it.each([
      ['/', 'Nothing is recorded yet'],
      ['/events', 'Nothing is recorded yet'],
      ['/processes', 'No process in the trail'],
      ['/answers/who-killed', 'Nobody was killed, as far as this trail tells'],
      ['/sessions', 'No login in the trail'],
    ])('says at %s: %s', async (path, told) => {
      const { page, faults } = await stage.open(path);
      await page.getByText(told).waitFor();
      // Nothing narrows the question: no word of taking less or longer
      expect(await page.locator('main').textContent()).not.toMatch(/longer|filter away|leave the victim/);
      await expectAccessible(page);
      expect(faults).toEqual([]);
      await page.context().close();
    });
  },
  ['-i', empty],
);
