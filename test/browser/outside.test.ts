// What an address from outside may not do: run its question before the viewer said so, hand the token on; and what the
// session is bound to: this page's origin, port and all. Links, reloads, new tabs and further tabs work without asking again.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeBrowser, watch } from './browser.fixture.ts';

const Q = 'comm i= "cat"';
const path = `/events?${new URLSearchParams({ q: Q })}`;

/** The questions of the API that a page asks with a parameter, from now on. */
function asked(page: Page, parameter: string): string[] {
  const all: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith('/api/') && url.searchParams.has(parameter)) all.push(url.pathname);
  });
  return all;
}
const rows = (page: Page) => page.locator('.event-rows [role=row] a');
const field = (page: Page) => page.getByRole('combobox', { name: 'Expression' });

describeBrowser('Addresses from outside', (stage) => {
  it('fills in an expression and asks it only after Enter; what the page made itself runs at once', async () => {
    const { page, faults } = await stage.open('/');
    const questions = asked(page, 'q');
    await page.goto(stage.server.origin + path);
    await page.getByText('Nothing was asked yet').waitFor();
    await page.waitForTimeout(1000); // nothing shall come
    expect([await field(page).inputValue(), questions, await rows(page).count()]).toEqual([Q, [], 0]);
    await page.reload();
    await page.getByText('Nothing was asked yet').waitFor();
    expect(questions).toEqual([]);
    await page.keyboard.press('Enter');
    await rows(page).first().waitFor();
    expect(new Set(questions)).toContain('/api/events');
    await page.reload();
    await rows(page).first().waitFor();
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    await page.goBack();
    await rows(page).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('does so for every other question, and not for times and columns', async () => {
    const { page, faults } = await stage.open('/');
    const questions = asked(page, 'path');
    await page.goto(`${stage.server.origin}/answers/who-touched?path=/etc/shadow`);
    await page.getByText('Nothing was asked yet').waitFor();
    expect(await page.locator('.held').textContent()).toContain('/etc/shadow');
    expect(questions).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByLabel('File or folder').waitFor();
    await expect.poll(() => questions.length).toBeGreaterThan(0);
    await page.goto(`${stage.server.origin}/events?outcome=failed&since=2000-01-01T00:00:00Z`);
    await page.getByRole('button', { name: /^Remove the filter/ }).waitFor();
    await expect.poll(() => page.locator('.held').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('asks at once in a tab that the page’s own link opened, and waits in a copy of its address', async () => {
    const { page, context } = await stage.open('/');
    await page.goto(stage.server.origin + path);
    await page.getByText('Nothing was asked yet').waitFor();
    await page.keyboard.press('Enter');
    await rows(page).first().waitFor();
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      rows(page)
        .first()
        .click({ modifiers: ['ControlOrMeta'] }),
    ]);
    await tab.locator('.event-records td').first().waitFor();
    const copy = await context.newPage();
    await copy.goto(tab.url());
    await copy.getByText('Nothing was asked yet').waitFor();
  });
});

/** What a page on another port tries. */
const ATTACK = `async (origin) => {
  const tries = [];
  for (const target of ['/api/health', '/%61pi/health', '//api/health', '/api/live'])
    for (const init of [{}, { mode: 'no-cors' }, { method: 'POST', mode: 'no-cors', body: '{}' }])
      tries.push(fetch(origin + target, { credentials: 'include', ...init }));
  const done = await Promise.allSettled(tries);
  const frame = document.createElement('iframe');
  frame.src = origin + '/';
  document.body.append(frame);
  await new Promise((resolve) => (frame.onload = resolve));
  let read = 'nothing';
  try {
    read = frame.contentWindow.localStorage.getItem('auspex.key') ?? 'nothing';
  } catch {}
  return { read, seen: done.filter((one) => one.status === 'fulfilled' && one.value.type !== 'opaque').length };
}`;

describeBrowser('The session', (stage) => {
  it('goes to no other port: what is sent there opens nothing, and a page there can ask nothing', async () => {
    const { page, context } = await stage.open('/');
    const got: IncomingMessage['headers'][] = [];
    const thief = createServer((request, reply) => {
      got.push(request.headers);
      reply.setHeader('Content-Type', 'text/html');
      reply.setHeader('Set-Cookie', `auspex${new URL(stage.server.origin).port}=planted; Path=/api`);
      reply.end('<!doctype html><title>another port</title>');
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => thief.close(() => resolve())));
    const other = watch(await context.newPage());
    await other.page.goto(`http://127.0.0.1:${(thief.address() as AddressInfo).port}/`);
    const cookie = got[0]!.cookie!;
    expect(cookie).toMatch(/auspex\d+=/); // this is why the cookie alone must open nothing
    expect(got.flatMap((headers) => Object.keys(headers))).not.toContain('auspex-key');
    const stolen = await fetch(`${stage.server.origin}/api/health`, { headers: { cookie } });
    expect(stolen.status).toBe(401);
    const outcome = await other.page.evaluate(`(${ATTACK})('${stage.server.origin}')`);
    expect(outcome).toEqual({ read: 'nothing', seen: 0 });
    // The planted cookie does not sign the viewer out either.
    await page.reload();
    await page.locator('.figures').waitFor();
  });

  it('is shared by the tabs of a browser, and ends in all of them', async () => {
    const { page, context, faults } = await stage.open('/');
    const second = await context.newPage();
    await second.goto(`${stage.server.origin}/sessions`);
    await second.getByRole('table', { name: /^Sessions/ }).waitFor();
    await second.locator('summary[aria-label=Menu]').click();
    await second.getByRole('button', { name: /^Sign out/ }).click();
    await second.getByLabel('Token or address').waitFor();
    expect(await second.evaluate(`Object.keys(localStorage).filter((name) => name.includes('key'))`)).toEqual([]);
    await page.getByLabel('Token or address').waitFor(); // its live stream ends with the session
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
  });

  it('leaves no token in the address, in the history or in what is sent', async () => {
    const context = await stage.browser.newContext();
    const { page } = watch(await context.newPage());
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${JSON.stringify(request.headers())}`));
    const token = await stage.server.token();
    await page.goto(`${stage.server.origin}/#token=${token}`);
    await page.locator('.figures').waitFor();
    // What Chromium tells of a document has its fragment; the server is sent none
    expect(
      sent.filter((one) => one.split('#')[0]!.includes(token) || one.split(' ').slice(1).join(' ').includes(token)),
    ).toEqual([]);
    expect(page.url()).toBe(`${stage.server.origin}/`);
    const left = 'JSON.stringify([history.state, document.referrer, { ...localStorage }, { ...sessionStorage }])';
    expect(await page.evaluate(left)).not.toContain(token);
    await context.close();
  });
});
