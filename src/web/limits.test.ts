// What a console refuses because it is too much: questions at once, time, streams; and that a question nobody waits for
// any more is withdrawn from the store.

import { get as httpGet } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import { memoryStore, type Store } from '../store/index.ts';
import { cancelled } from '../store/watchers.ts';
import { HOST, json, request, secretsOf, testConsole } from './app.fixture.ts';
import type { ApiFault } from './contract.ts';
import { listen } from './listen.ts';
import { Desk } from './questions/desk.ts';

/** A store whose counts wait until they are withdrawn, or let go. */
function slowStore() {
  const waiting: { readonly signal: AbortSignal; readonly go: () => void }[] = [];
  let withdrawn = 0;
  const store: Store = {
    ...memoryStore(),
    count: (_selection, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ signal: signal!, go: () => resolve(1) });
        signal!.addEventListener('abort', () => {
          withdrawn++;
          reject(cancelled(signal!));
        });
      }),
  };
  return { store, waiting, withdrawn: () => withdrawn };
}

describe('limits', () => {
  it('withdraws a question from the store when its client goes away', async () => {
    const slow = slowStore();
    const page = await testConsole([], { console: { store: slow.store } });
    const client = new AbortController();
    const reply = page.ask('/api/events/count', { signal: client.signal });
    await until(() => slow.waiting.length === 1);
    client.abort();
    expect((await reply).status).toBe(408);
    expect(slow.withdrawn()).toBe(1);
  });

  it('does so over a real socket, also for a stream', async () => {
    const slow = slowStore();
    const page = await testConsole([], { console: { store: slow.store } });
    const secrets = await secretsOf(await page.app(request('/api/login', json({ token: page.sessions.token }))));
    const server = await listen({ address: '127.0.0.1', port: 0 }, () => page.app);
    const headers = { host: HOST, ...secrets };
    const ask = (path: string) => httpGet({ port: server.port, path, headers, agent: false }).on('error', () => {});
    const asked = ask('/api/events/count');
    await until(() => slow.waiting.length === 1);
    asked.destroy();
    await until(() => slow.withdrawn() === 1);
    const stream = ask('/api/live');
    await until(() => page.console.hub.watchers === 1);
    stream.destroy();
    await until(() => page.console.hub.watchers === 0);
    await server.close();
  });

  it('ends a question that takes too long with 408', async () => {
    const slow = slowStore();
    const page = await testConsole([], { console: { store: slow.store }, limits: { seconds: 0.05 } });
    const reply = await page.ask('/api/events/count');
    expect(reply.status).toBe(408);
    expect(((await reply.json()) as ApiFault).error.code).toBe('timeout');
    expect(slow.withdrawn()).toBe(1);
  });

  it('runs so many at once, lets so many wait, and refuses the rest with Retry-After', async () => {
    const slow = slowStore();
    const limits = { running: 2, waiting: 2, perViewer: 100 };
    const page = await testConsole([], { console: { store: slow.store }, limits });
    await page.ask('/api/health');
    const replies = Array.from({ length: 5 }, () => page.ask('/api/events/count'));
    const refused = await Promise.race(replies);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(slow.waiting.length).toBe(2);
    for (let done = 0; done < 4; done++) {
      await until(() => slow.waiting.length > done);
      slow.waiting[done]!.go();
    }
    const statuses = (await Promise.all(replies)).map((one) => one.status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 503]);
    expect((await page.ask('/api/health')).status).toBe(200);
  });

  it('keeps nobody waiting for those that read the whole trail', async () => {
    const store = memoryStore();
    let letGo: () => void = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let reading = 0;
    const texts: Store['texts'] = async function* (selection) {
      reading++;
      await held;
      yield* store.texts(selection);
    };
    const page = await testConsole([], { console: { store: { ...store, texts } }, limits: { running: 1, long: 1 } });
    await page.ask('/api/health');
    const long = [1, 2, 3].map(() => page.ask('/api/answers/summary'));
    await until(() => reading === 1);
    for (let i = 0; i < 5; i++) expect((await page.ask('/api/events/count')).status).toBe(200);
    expect(reading).toBe(1);
    letGo();
    expect((await Promise.all(long)).map((one) => one.status)).toEqual([200, 200, 200]);
  });

  it('keeps nobody waiting for rules', async () => {
    let asked = 0;
    const desk = new Desk(() => {
      asked++;
      return new Promise(() => {});
    });
    const page = await testConsole([], { console: { desk }, limits: { running: 1, rules: 1 } });
    await page.ask('/api/health');
    const client = new AbortController();
    const rules = [1, 2].map(() => page.ask('/api/rules', { signal: client.signal }));
    await until(() => asked === 1);
    expect((await page.ask('/api/events/count')).status).toBe(200);
    expect(asked).toBe(1);
    client.abort();
    await Promise.all(rules);
  });

  it('refuses one viewer who asks for everything at once with 429', async () => {
    const slow = slowStore();
    const page = await testConsole([], { console: { store: slow.store }, limits: { perViewer: 2 } });
    await page.ask('/api/health');
    const replies = Array.from({ length: 3 }, () => page.ask('/api/events/count'));
    expect((await Promise.race(replies)).status).toBe(429);
    for (const one of slow.waiting) one.go();
    await Promise.all(replies);
  });

  it('gives the slot of a waiting question back when its client goes away', async () => {
    const slow = slowStore();
    const page = await testConsole([], { console: { store: slow.store }, limits: { running: 1, waiting: 1 } });
    await page.ask('/api/health');
    const first = page.ask('/api/events/count');
    await until(() => slow.waiting.length === 1);
    const client = new AbortController();
    const second = page.ask('/api/events/count', { signal: client.signal });
    await turn();
    client.abort();
    expect((await second).status).toBe(408);
    slow.waiting[0]!.go();
    expect((await first).status).toBe(200);
    expect((await page.ask('/api/health')).status).toBe(200);
  });

  it('opens so many streams, and a closed one makes room', async () => {
    const page = await testConsole([], { limits: { streams: 1 } });
    const first = await page.ask('/api/live');
    expect((await page.ask('/api/live')).status).toBe(503);
    await first.body!.cancel();
    await until(() => page.console.hub.watchers === 0);
    expect((await page.ask('/api/live')).status).toBe(200);
  });
});
