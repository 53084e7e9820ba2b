// The door: addresses that can be read two ways, requests that other pages make, and a cookie that another port was sent.

import { beforeAll, describe, expect, it } from 'vitest';
import { HOST, json, request, secretsOf, testConsole } from './app.fixture.ts';
import { ask, head, type Open, open, raw, secretLines, statusOf } from './door.fixture.ts';

const FOREIGN = ['Origin: http://127.0.0.1:9999', 'Sec-Fetch-Site: same-site'];

describe('an address that can be read two ways', () => {
  let page: Open;
  beforeAll(async () => {
    page = await open();
  });

  it.each([
    '/%61pi/events',
    '/%61%70%69/events',
    '/ap%69/health',
    '/%2561pi/events',
    '/x/../api/events',
    '/x/%2e%2e/api/events',
    '/x/.%2E/api/events',
    '/./api/events',
    '//api/events',
    '//evil.example/api/events',
    '/\\api/events',
    '\\api\\events',
    '/api%2fevents',
    '/api%2Fevents',
    '/api%5cevents',
    '/api;x=1/events',
    '/api/events%00',
    '/api/events%0a',
    '/api/events#x',
    '/%c0%afapi/events',
    '/api/%',
    '/api/%zz',
    '/%E9',
    `http://${HOST}/api/events`,
    'http://evil.example/api/events',
    'https://127.0.0.1/api/events',
    'api/events',
    '*',
  ])('is refused, whoever asks: %s', async (target) => {
    for (const more of [[], FOREIGN, ['X-HTTP-Method-Override: POST', 'X-Original-URL: /api/health']]) {
      const text = await raw(page, head(page, target, more));
      expect([target, statusOf(text)]).toEqual([target, 400]);
      expect(text).not.toContain('"events"');
    }
  });

  it('is none where it is plain, or must be encoded', async () => {
    for (const path of [
      '/api/health',
      '/api/reports/login',
      '/api/events?q=%5crecord_type%20%3d%3d%20PATH&x'.slice(0, -2),
    ])
      expect([path, (await ask(page, path)).status]).toEqual([path, 200]);
    for (const path of ['/api/reports/no%20such', '/api/reports/gr%C3%BC%C3%9Fe', '/api/nothing/'])
      expect([path, (await ask(page, path)).status]).toEqual([path, 404]);
  });
});

describe('requests of others', () => {
  let page: Open;
  const file = { reply: () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }) };
  beforeAll(async () => {
    page = await open({ page: file });
  });

  it('are refused for everything, with whatever method', async () => {
    for (const path of ['/', '/index.html', '/assets/x.js', '/api/health', '/api/events', '/API/events', '/api'])
      for (const method of ['GET', 'HEAD', 'POST'])
        for (const headers of [
          { origin: 'http://127.0.0.1:9999' },
          { origin: 'null' },
          { origin: `http://x@${HOST}` },
          { origin: `http://${HOST}.evil.example` },
          { 'sec-fetch-site': 'cross-site' },
          { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
          { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
        ]) {
          const reply = await ask(page, path, headers, method);
          expect([path, method, headers, reply.status]).toEqual([path, method, headers, 403]);
          expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        }
  });

  it('may open the page by a link, and nothing of the API', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    for (const path of ['/', '/events?q=comm'])
      for (const site of ['cross-site', 'same-site', 'none'])
        expect((await ask(page, path, { ...link, 'sec-fetch-site': site })).status).toBe(200);
    expect((await ask(page, '/api/health', link)).status).toBe(403);
    expect((await ask(page, '/', link, 'POST')).status).toBe(403);
  });

  it('get 405 for methods that nothing has, without a word to other origins', async () => {
    for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
      const reply = await ask(page, '/api/health', { origin: 'http://evil.example' }, method);
      expect([method, reply.status, reply.headers.allow]).toEqual([method, 405, 'GET, HEAD, POST']);
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(await raw(page, `CONNECT ${HOST} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)).toBe('');
    const upgraded = await raw(page, head(page, '/api/health', ['Upgrade: websocket', 'Sec-WebSocket-Key: x']));
    expect(statusOf(upgraded)).toBe(200);
  });

  it('are refused where a header that decides stands twice, is missing or is not ours', async () => {
    const asked = (...lines: string[]): Promise<string> =>
      raw(
        page,
        `GET /api/health HTTP/1.1\r\n${[...lines, ...secretLines(page), 'Connection: close'].join('\r\n')}\r\n\r\n`,
      );
    expect(statusOf(await asked(`Host: ${HOST}`))).toBe(200);
    for (const lines of [
      [`Host: ${HOST}`, `Host: ${HOST}`],
      [`Host: ${HOST}`, 'Host: evil.example'],
      [`Host: ${HOST}`, `Origin: http://${HOST}`, 'Origin: http://evil.example'],
      [`Host: ${HOST}`, 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
      [`Host: ${HOST}`, 'Auspex-Key: x'],
      [],
    ])
      expect([lines, statusOf(await asked(...lines))]).toEqual([lines, 400]);
    for (const host of [
      `x@${HOST}`,
      'evil.example',
      `${HOST}.`,
      '127.0.0.1',
      `127.0.0.1:08437`,
      `[::ffff:7f00:1]:8437`,
      '2130706433:8437',
    ])
      expect([host, [400, 421].includes(statusOf(await asked(`Host: ${host}`)))]).toEqual([host, true]);
  });

  it('cannot hide one request in another', async () => {
    const post = ['Content-Type: application/json'];
    const both = await raw(
      page,
      `${head(page, '/api/logout', [...post, 'Content-Length: 5', 'Transfer-Encoding: chunked'], 'POST')}0\r\n\r\nGET /api/health HTTP/1.1\r\n\r\n`,
    );
    expect([statusOf(both), both.match(/HTTP\/1\.1/g)!.length]).toEqual([400, 1]);
    const twice = await raw(
      page,
      `${head(page, '/api/logout', [...post, 'Content-Length: 2', 'Content-Length: 3'], 'POST')}{}`,
    );
    expect(statusOf(twice)).toBe(400);
    const line = await raw(page, `GET /api/health HTTP/1.1\r\nHost: ${HOST}\nX: y\r\n\r\n`);
    expect(statusOf(line)).toBe(400);
  });

  it('are never answered with markup of theirs, and tell what every reply tells', async () => {
    const evil = '<script>alert(1)</script>';
    for (const path of [
      `/api/${encodeURIComponent('x')}<script>`,
      `/api/events?${encodeURIComponent(evil)}=1`,
      `/api/reports/x?since=${evil}`,
    ]) {
      const reply = await ask(page, path);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.headers).toMatchObject({
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    }
  });
});

describe('the cookie alone', () => {
  it('opens nothing: whoever listens on another port of this host is sent it too', async () => {
    const page = await open();
    const { cookie, 'auspex-key': key } = page.secrets as { cookie: string; 'auspex-key': string };
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await page.app(request('/api/health', { headers }))).status;
    expect(await status({ cookie })).toBe(401);
    expect(await status({ 'auspex-key': key })).toBe(401);
    expect(await status({ cookie, 'auspex-key': 'x'.repeat(32) })).toBe(401);
    expect(await status({ cookie, 'auspex-key': cookie.split('=')[1]! })).toBe(401);
    expect(await status({ cookie, 'auspex-key': key })).toBe(200);
  });

  it('cannot be planted: neither a session of another’s own nor a second cookie of the name changes who asks', async () => {
    const page = await open();
    const mine = page.secrets as { cookie: string; 'auspex-key': string };
    const theirs = await secretsOf(await page.app(request('/api/login', json({ token: page.sessions.token }))));
    const status = async (cookie: string, key: string): Promise<number> =>
      (await page.app(request('/api/health', { headers: { cookie, 'auspex-key': key } }))).status;
    expect(await status(theirs.cookie, mine['auspex-key'])).toBe(401);
    for (const cookie of [
      `${theirs.cookie}; ${mine.cookie}`,
      `${mine.cookie}; ${theirs.cookie}`,
      `auspex8437=x; ${mine.cookie}`,
    ])
      expect(await status(cookie, mine['auspex-key'])).toBe(200);
    // A log-in never takes over a session that the browser brings.
    const again = await page.app(
      request('/api/login', {
        ...json({ token: page.sessions.token }),
        headers: { 'content-type': 'application/json', cookie: 'auspex8437=planted' },
      }),
    );
    expect(again.headers.get('set-cookie')).not.toContain('planted');
  });

  it('is Secure and __Host- with TLS, and named by its port', async () => {
    const { app, sessions } = await testConsole([], { secure: true });
    const reply = await app(request('/api/login', json({ token: sessions.token })));
    expect(reply.headers.get('set-cookie')).toMatch(
      /^__Host-auspex8437=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('of many sessions is bounded: the one that was unused longest ends', async () => {
    let now = 1e12;
    const page = await testConsole([], { console: { now: () => now } });
    const all = [];
    for (let i = 0; i < 101; i++) {
      now += 7000;
      all.push(await secretsOf(await page.app(request('/api/login', json({ token: page.sessions.token })))));
    }
    const status = async (headers: Record<string, string>) =>
      (await page.app(request('/api/health', { headers }))).status;
    expect([await status(all[0]!), await status(all[1]!), await status(all[100]!)]).toEqual([401, 200, 200]);
  });
});
