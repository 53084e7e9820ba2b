// The door under attack, over real sockets: addresses that can be read two ways, requests of other pages, a cookie that
// another port was sent, streams that end in every way, clients that squat, break off or talk rubbish.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get as httpGet, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseExpression } from '../query/index.ts';
import { memoryStore } from '../store/index.ts';
import { eventsOf, HOST, json, request, SAMPLE, secretsOf, type TestConsole, testConsole } from './app.fixture.ts';
import type { ApiFault } from './contract.ts';
import { type Listening, type ListenOptions, listen } from './listen.ts';

const events = eventsOf(SAMPLE).slice(0, 20);

interface Open extends TestConsole {
  readonly port: number;
  readonly secrets: Record<string, string>;
  readonly server: Listening;
}
const opened: Open[] = [];
afterAll(async () => {
  for (const { server } of opened) await server.close();
});

/** A console behind a socket, signed in. */
async function open(changes: Parameters<typeof testConsole>[1] = {}, more: Partial<ListenOptions> = {}): Promise<Open> {
  let welcomed: (env: unknown) => void = () => {};
  const page = await testConsole(events, { ...changes, welcome: (env) => welcomed(env) });
  const secrets = await secretsOf(await page.app(request('/api/login', json({ token: page.sessions.token }))));
  const server = await listen({ address: '127.0.0.1', port: 0, ...more }, (_port, welcome) => {
    welcomed = (env) => env && (env as { incoming?: unknown }).incoming && welcome(env);
    return page.app;
  });
  const one = { ...page, port: server.port, secrets, server };
  opened.push(one);
  return one;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

async function ask(page: Open, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const asked = httpRequest({
    port: page.port,
    path,
    method,
    headers: { host: HOST, ...page.secrets, ...headers },
    agent: false,
  });
  asked.end();
  const [reply] = await once(asked, 'response');
  let text = '';
  for await (const chunk of reply) text += chunk;
  return { status: reply.statusCode, headers: reply.headers, text };
}

const head = (page: Open, target: string, more: readonly string[] = [], method = 'GET'): string =>
  `${[`${method} ${target} HTTP/1.1`, `Host: ${HOST}`, ...secretLines(page), ...more, 'Connection: close'].join('\r\n')}\r\n\r\n`;
const secretLines = ({ secrets }: Open): string[] =>
  Object.entries(secrets).map(([name, value]) => `${name}: ${value}`);

/** Sends bytes as they are; all that comes back until the end. */
async function raw(page: Open, bytes: string): Promise<string> {
  const socket = connect(page.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk)).on('error', () => {});
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return text;
}
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);

const until = async (test: () => boolean): Promise<void> => {
  while (!test()) await turn();
};

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

describe('a live stream gives its slot back', () => {
  const TIMES = 200;

  it('when it is asked for by HEAD', async () => {
    const page = await open();
    for (let i = 0; i < TIMES; i++) expect((await ask(page, '/api/live', {}, 'HEAD')).status).toBe(200);
    await served(page);
  });

  it('when the client leaves before the first byte, or after it', async () => {
    const page = await open();
    const headers = { host: HOST, ...page.secrets };
    for (let i = 0; i < TIMES; i++) {
      const asked = httpGet({ port: page.port, path: '/api/live', headers, agent: false }).on('error', () => {});
      if (i % 2 === 0) {
        const [reply] = await once(asked, 'response');
        reply.on('error', () => {});
      } else await once(asked, 'finish');
      asked.destroy();
      if (i % 16 === 15) await until(() => page.console.hub.watchers === 0);
    }
    await served(page);
  });

  it('when many are asked for in one connection, which then breaks', async () => {
    const page = await open();
    const one = head(page, '/api/live').replace('Connection: close\r\n', '');
    for (let i = 0; i < 20; i++) {
      const socket = connect(page.port, '127.0.0.1').on('error', () => {});
      socket.write(one.repeat(10));
      await until(() => page.console.hub.watchers === 10);
      socket.resetAndDestroy();
      await until(() => page.console.hub.watchers === 0);
    }
    await served(page);
  });

  it('when its filter or the store fails, and neither the store nor another viewer hears of it', async () => {
    const store = memoryStore();
    let broken = true;
    const page = await open({
      console: {
        store: {
          ...store,
          query: (r, s) => (broken && r.after === 1 ? Promise.reject(new Error('torn')) : store.query(r, s)),
        },
      },
    });
    for (let i = 0; i < 40; i++) expect((await ask(page, '/api/live?after=1')).text).toBe('');
    expect(page.logged.every((line) => line.startsWith('fault: Error: torn'))).toBe(true);
    broken = false;
    const { hub } = page.console;
    let woken = 0;
    const interpret = () => {
      throw new Error('a filter');
    };
    const bad = hub.watch({ predicate: parseExpression('pid i= "x"') }, { interpret }, () => woken++);
    const good = hub.watch({}, { interpret }, () => {});
    await page.console.store.append(events.slice(0, 2));
    expect([good.take().events.length, woken, hub.watchers]).toEqual([2, 1, 1]);
    expect(() => bad.take()).toThrow('a filter');
    good.end();
    await served(page);
  });

  it('when its session is signed out, replaced, or unused for too long', async () => {
    let now = 1e12;
    const page = await open({ console: { now: () => now } });
    const ends: Promise<string>[] = [];
    const watch = async (secrets: Record<string, string>) => {
      const reply = await page.app(request('/api/live', { headers: secrets }));
      expect(reply.status).toBe(200);
      ends.push(reply.text());
    };
    const enter = async () => secretsOf(await page.app(request('/api/login', json({ token: page.sessions.token }))));
    for (let i = 0; i < 40; i++) {
      const secrets = await enter();
      await watch(secrets);
      await page.app(
        request('/api/logout', { ...json({}), headers: { 'content-type': 'application/json', ...secrets } }),
      );
    }
    await watch(await enter());
    now += 13 * 3600_000;
    await Promise.all(ends);
    expect(page.console.hub.watchers).toBe(0);
  });

  /** Every slot is free: as many true streams as there may be are served. */
  async function served(page: Open): Promise<void> {
    await until(() => page.console.hub.watchers === 0);
    const streams = await Promise.all(
      Array.from({ length: 32 }, async () => {
        const asked = httpGet({
          port: page.port,
          path: '/api/live',
          headers: { host: HOST, ...page.secrets },
          agent: false,
        });
        const [reply] = await once(
          asked.on('error', () => {}),
          'response',
        );
        return { asked, status: reply.statusCode as number };
      }),
    );
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    for (const { asked } of streams) asked.destroy();
    await until(() => page.console.hub.watchers === 0);
  }
});

describe('squatters', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  /** Opens connections that say only so much. */
  async function squat(page: Open, from: string, count: number, says = ''): Promise<readonly Socket[]> {
    const mine: Socket[] = [];
    for (let i = 0; i < count; i++) {
      const socket = connect({ port: page.port, host: '127.0.0.1', localAddress: from }).on('error', () => {});
      socket.resume();
      mine.push(socket);
      sockets.push(socket);
      await once(socket, 'connect');
      if (says !== '') socket.write(says);
    }
    return mine;
  }
  const PATIENT = { head: 3600_000, request: 3600_000, idle: 3600_000 }; // no deadline helps: the share alone does

  it.each([
    ['say nothing', ''],
    ['say half a request', `GET /api/health HTTP/1.1\r\nHost: ${HOST}\r\nX: `],
    [
      'say half a body',
      `POST /api/login HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ],
  ])('that %s keep nobody out, from whichever address they come', async (_, says) => {
    const page = await open({}, { patience: PATIENT });
    for (const from of ['127.0.0.2', '127.0.0.3', '127.0.0.1']) {
      await squat(page, from, 300, says);
      expect([from, (await ask(page, '/api/health')).status]).toEqual([from, 200]);
    }
    expect(page.logged).toEqual([]);
  });

  it('never take the place of one who is signed in and at work', async () => {
    const page = await open({}, { patience: PATIENT });
    const live = httpGet({
      port: page.port,
      path: '/api/live',
      headers: { host: HOST, ...page.secrets },
      agent: false,
    });
    await once(live, 'response');
    const idle = await squat(page, '127.0.0.1', 300);
    expect((await ask(page, '/api/health')).status).toBe(200);
    expect(page.console.hub.watchers).toBe(1);
    await until(() => idle.filter(({ destroyed }) => destroyed).length >= 170);
    live.destroy();
  });

  it('that never read what they asked for are cut', async () => {
    const large = { reply: () => new Response(new Uint8Array(64 << 20)) };
    const page = await open({ page: large }, { patience: { reading: 300 } });
    const socket = connect(page.port, '127.0.0.1').on('error', () => {});
    sockets.push(socket.pause());
    socket.write(head(page, '/large'));
    await until(() => page.server.connections() === 1);
    await until(() => page.server.connections() === 0);
    expect(page.logged).toEqual([]);
  });

  it('are cut after a while', async () => {
    const page = await open({}, { patience: { head: 50, request: 60, idle: 50 } });
    const waiting = await squat(page, '127.0.0.1', 5, 'GET / HTTP/1.1\r\nX: ');
    await Promise.all(waiting.map((socket) => once(socket, 'close')));
  });
});

const folder = mkdtempSync(join(tmpdir(), 'auspex-door-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const made = spawnSync('openssl', [
  ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost'.split(' '),
  ...['-keyout', key, '-out', cert],
]);
const noTls = made.status === 0 ? '' : ' (skipped: no openssl to make a certificate with)';

describe.skipIf(noTls)(`with TLS${noTls}`, () => {
  const askTls = async (page: Open): Promise<number> => {
    const headers = { host: HOST, ...page.secrets };
    const asked = tlsRequest({
      port: page.port,
      path: '/api/health',
      headers,
      agent: false,
      rejectUnauthorized: false,
    });
    const [reply] = await once(asked.end(), 'response');
    reply.resume();
    await once(reply, 'end');
    return reply.statusCode;
  };

  it('who never ends a handshake, or speaks no TLS, keeps nobody out and is cut', async () => {
    const tls = { cert: readFileSync(cert), key: readFileSync(key) };
    const page = await open({ secure: true }, { tls, patience: { handshake: 3600_000 } });
    for (const says of ['', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03']) {
      const squatters = [];
      for (let i = 0; i < 300; i++) {
        const socket = connect(page.port, '127.0.0.1').on('error', () => {});
        squatters.push(socket);
        await once(socket.resume(), 'connect');
        socket.write(says, 'latin1');
      }
      expect(await askTls(page)).toBe(200);
      for (const socket of squatters) socket.destroy();
    }
    expect(await raw(page, 'GET / HTTP/1.1\r\n\r\n')).not.toContain('HTTP/1.1 2');
    for (let i = 0; i < 5; i++) expect(await askTls(page)).toBe(200);
    await until(() => page.server.connections() === 0);
    expect(page.logged).toEqual([]);
    const hasty = await open({ secure: true }, { tls, patience: { handshake: 50 } });
    expect(await raw(hasty, '\x16')).toBe('');
  });
});

describe('a client that misbehaves', () => {
  it('gets an answer or none, and never a line of the log, an exception or the end of the process', async () => {
    const said = [
      vi.spyOn(console, 'error'),
      vi.spyOn(console, 'info'),
      vi.spyOn(console, 'warn'),
      vi.spyOn(console, 'log'),
    ];
    const thrown: unknown[] = [];
    const hear = (error: unknown) => void thrown.push(error);
    process.on('unhandledRejection', hear).on('uncaughtException', hear).on('warning', hear);
    try {
      const page = await open({}, { patience: { request: 200, head: 100, idle: 100 } });
      const post = (path: string, length: number): string =>
        head(page, path, ['Content-Type: application/json', `Content-Length: ${length}`], 'POST');
      for (const path of ['/api/login', '/api/rules/check', '/nothing', '/%61pi/login'])
        for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
          const socket = connect(page.port, '127.0.0.1').on('error', () => {});
          socket.resume().write(`${post(path, 1000)}{"token":`);
          await turn();
          await turn();
          socket[leave]();
          await once(socket, 'close');
        }
      for (const rubbish of [
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
        'GET\r\n\r\n',
        '\0\0\0\0\r\n\r\n',
        'GET / HTTP/9.9\r\n\r\n',
        `GET / HTTP/1.1\r\nHost: ${HOST}\r\nBad Header\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: \x01\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: ${HOST}\r\nExpect: miracles\r\n\r\n`,
        `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: ${'a'.repeat(1 << 20)}\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${'a:\r\n'.repeat(10_000)}\r\n`,
        `POST /api/login HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n`,
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        `GET /api/health HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`.repeat(1000),
      ])
        await raw(page, rubbish);
      expect((await ask(page, '/api/health')).status).toBe(200);
      expect(page.logged).toEqual([]);
      await turn();
      expect(thrown).toEqual([]);
      for (const one of said) expect(one.mock.calls).toEqual([]);
    } finally {
      process.off('unhandledRejection', hear).off('uncaughtException', hear).off('warning', hear);
      for (const one of said) one.mockRestore();
    }
  });

  it('is told 431 for too long a head, 400 for no HTTP', async () => {
    const page = await open();
    expect(statusOf(await raw(page, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`))).toBe(431);
    expect(statusOf(await raw(page, 'rubbish\r\n\r\n'))).toBe(400);
    const { text, status } = await ask(page, '/api/health', { expect: '100-continue' });
    expect([status, 'error' in (JSON.parse(text) as ApiFault)]).toEqual([200, false]);
  });
});
