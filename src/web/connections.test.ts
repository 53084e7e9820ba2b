// Connections: streams that end in every way, clients that squat, break off or talk rubbish, with TLS and without.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import { parseExpression } from '../query/index.ts';
import { memoryStore } from '../store/index.ts';
import { HOST, json, request, secretsOf } from './app.fixture.ts';
import type { ApiFault } from './contract.ts';
import { ask, closed, events, head, type Open, open, raw, statusOf } from './door.fixture.ts';

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
    await Promise.all(waiting.map(closed));
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
          await closed(socket);
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
