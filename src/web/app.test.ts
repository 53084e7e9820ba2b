// Who is let in, and what is refused: sessions, Host and Origin, limits, faults; every route of the OpenAPI document.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventsOf, HOST, json, request, SAMPLE, testConsole } from './app.fixture.ts';
import type { ApiFault } from './contract.ts';
import { passwordLine, readPasswords } from './sessions.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const events = eventsOf(SAMPLE).slice(0, 50);
const fault = async (reply: Response): Promise<ApiFault['error']> => ((await reply.json()) as ApiFault).error;

describe('without a session', () => {
  it('answers 401 on every route of its own document, on unknown ones, and to the document', async () => {
    const { json: read, app } = await testConsole(events);
    const { paths, openapi } = await read<Document>('/api/openapi.json');
    expect(openapi).toBe('3.1.0');
    let asked = 0;
    for (const [path, methods] of Object.entries({ ...paths, '/api/nothing': { get: {} }, '/api': { get: {} } }))
      for (const method of Object.keys(methods)) {
        if (path === '/api/login') continue;
        const init = method === 'post' ? json({}) : {};
        const reply = await app(request(path.replace(/\{\w+\}/g, '1'), init));
        expect([path, method, reply.status]).toEqual([path, method, 401]);
        expect((await fault(reply)).code).toBe('no-session');
        asked++;
      }
    expect(asked).toBeGreaterThan(10);
    for (const cookie of ['auspex8437=x', 'auspex8437=', 'auspex8437', '=', ';;;'])
      expect((await app(request('/api/health', { headers: { cookie } }))).status).toBe(401);
    for (const path of ['/anything.json', '/api.js', '/assets/../../etc/passwd'])
      expect((await app(request(path))).status).toBe(401);
  });

  it('is described route by route in docs/serve.md', async () => {
    const { json: read } = await testConsole();
    const doc = readFileSync(new URL('../../docs/serve.md', import.meta.url), 'utf8');
    for (const path of Object.keys((await read<Document>('/api/openapi.json')).paths)) expect(doc).toContain(path);
  });

  it('takes the token once, and shows who came in the audit trail', async () => {
    const { app, sessions, audited } = await testConsole();
    const { token } = sessions;
    const wrong = await app(request('/api/login', json({ token: 'x'.repeat(32) })));
    expect([wrong.status, (await fault(wrong)).code]).toEqual([401, 'wrong-token']);
    const first = await app(request('/api/login', json({ token })));
    expect(await first.json()).toEqual({ viewer: 'token', key: expect.stringMatching(/^[\w-]{32}$/) });
    expect(first.headers.get('set-cookie')).toMatch(/^auspex8437=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await app(request('/api/login', json({ token })))).status).toBe(401);
    expect(sessions.token).not.toBe(token);
    expect(audited.map((line) => line.replace(/ exe=.*res=/, ' res='))).toEqual([
      '1112 op=login acct="token" res=failed',
      '1112 op=login acct="token" res=success',
      '1112 op=login acct="token" res=failed',
    ]);
  });

  it('takes a password of the file, and no other', async () => {
    const passwords = readPasswords(`# ours\n${await passwordLine('alice', 'grüße')}\n`);
    const { app } = await testConsole([], { passwords });
    const login = (body: object) => app(request('/api/login', json(body)));
    expect((await login({ name: 'alice', password: 'grüße' })).status).toBe(200);
    for (const body of [{ name: 'alice', password: 'x' }, { name: 'bob', password: 'grüße' }, { name: 'alice' }, {}])
      expect((await login(body)).status).toBe(401);
    expect(() => readPasswords('alice:plain')).toThrow(/line 1/);
  });

  it('slows guesses down', async () => {
    let now = 1e12;
    const { app } = await testConsole([], { console: { now: () => now } });
    const guess = () => app(request('/api/login', json({ token: 'wrong' })));
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const refused = await guess();
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    now += 60_000;
    expect((await guess()).status).toBe(401);
  });

  it('ends a session when it is signed out, and after half a day', async () => {
    let now = 1e12;
    const one = await testConsole([], { console: { now: () => now } });
    expect((await one.ask('/api/health')).status).toBe(200);
    now += 11 * 3600_000;
    expect((await one.ask('/api/health')).status).toBe(200);
    now += 13 * 3600_000;
    expect((await one.ask('/api/health')).status).toBe(401);
    const two = await testConsole();
    expect((await two.post('/api/logout', {})).status).toBe(200);
    expect((await two.ask('/api/health')).status).toBe(401);
  });
});

describe('requests that others make', () => {
  it('refuses names that are not its own', async () => {
    const { app } = await testConsole();
    for (const host of ['evil.example', `evil.example:8437`, '127.0.0.1', '127.0.0.1:80', ''])
      expect((await app(request('/', { headers: { host } }))).status).toBe(421);
  });

  it('refuses pages of other sites, for questions as for changes', async () => {
    const { ask } = await testConsole();
    const statusOf = async (headers: Record<string, string>, method = 'GET') =>
      (await ask(method === 'GET' ? '/api/health' : '/api/logout', { method, headers })).status;
    expect(await statusOf({ origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf({ origin: 'null' }, 'POST')).toBe(403);
    expect(await statusOf({ origin: `https://${HOST}` }, 'POST')).toBe(403);
    expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf({ 'sec-fetch-site': 'same-site' }, 'POST')).toBe(403); // another port of this machine
    expect(await statusOf({ 'sec-fetch-site': 'same-origin', origin: `http://${HOST}` })).toBe(200);
    expect(await statusOf({ 'sec-fetch-site': 'same-origin', origin: `http://${HOST}` }, 'POST')).toBe(200);
  });

  it('takes JSON only, and not too much of it', async () => {
    const { app } = await testConsole();
    const post = (headers: Record<string, string>, body: string) =>
      app(request('/api/login', { method: 'POST', headers, body }));
    expect((await post({ 'content-type': 'text/plain' }, '{}')).status).toBe(415);
    for (const body of ['', '{', '[]', '"x"', 'null'])
      expect((await post({ 'content-type': 'application/json' }, body)).status).toBe(400);
    expect(
      (await post({ 'content-type': 'application/json' }, JSON.stringify({ token: 'x'.repeat(20_000) }))).status,
    ).toBe(413);
    expect((await fault(await post({ 'content-type': 'application/json' }, '{"user":1}'))).parameter).toBe('user');
  });

  it('puts its policy on every reply', async () => {
    const { app, ask } = await testConsole();
    for (const reply of [await ask('/api/health'), await app(request('/')), await app(request('/api/x'))]) {
      const policy = reply.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain("frame-ancestors 'none'");
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
      expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });
});
