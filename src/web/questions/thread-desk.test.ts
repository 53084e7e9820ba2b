// Questions on threads (built files): the same answers as on this thread, withdrawn ones end, an ended desk says so.

import { afterAll, describe, expect, it } from 'vitest';
import { systemAccounts } from '../../host/index.ts';
import { machinePolicy } from '../../policy/index.ts';
import { reports } from '../../report/index.ts';
import { memoryStore, type Store } from '../../store/index.ts';
import { cancelled } from '../../store/watchers.ts';
import { eventsOf, SAMPLE } from '../app.fixture.ts';
import { plainDesk } from './desk.ts';
import type { Question } from './question.ts';
import { ThreadDesk } from './thread-desk.ts';

const accounts = systemAccounts();
const text = '-a always,exit -F arch=b64 -S kill -k a\n-a always,exit -F arch=b64 -S execve -k b\n-a bogus\n';
const [readable] = text.split('-a bogus') as [string];
const range = {};
const wishes = reports.map(({ name }) => ({ report: name, rows: name === 'login', by: undefined, most: 50 }));
const questions: readonly Question[] = [
  {
    kind: 'kills',
    range,
    victim: {},
    all: true,
    clock: { boot: 1e12, year: 2026, offset: 0 },
    kernelLog: ['x'],
    unread: [],
  },
  {
    kind: 'touches',
    range,
    file: { path: '/etc/shadow', below: false },
    wish: { all: true, changes: false },
    unread: [],
  },
  {
    kind: 'touches',
    range,
    file: { path: '/etc', below: true },
    wish: { all: false, changes: false, since: 0 },
    unread: [],
  },
  { kind: 'summary', range, of: { auid: 1001 }, top: 20, unread: [] },
  { kind: 'tree', range, query: {}, limit: 50, unread: [] },
  { kind: 'sessions', range, period: {}, auid: undefined, who: undefined, unread: [] },
  { kind: 'tables', range, wishes: [{ report: undefined, rows: false, by: 'user' }, ...wishes], outcome: 'yes' },
  { kind: 'cost', range, text: readable },
  { kind: 'check', text },
];
const forever = new AbortController().signal;

const store = memoryStore();
const desk = new ThreadDesk(store);
afterAll(() => desk.close());

/** A store whose text has no end: pieces come until the question is withdrawn. */
function endless(asked: () => void): Store {
  const texts = async function* (_: unknown, signal?: AbortSignal) {
    for await (const text of store.texts())
      for (;;) {
        if (signal?.aborted) throw cancelled(signal);
        yield Uint8Array.from(text);
        asked();
      }
  };
  return { ...store, texts };
}

describe('questions on threads', () => {
  it('are answered as on this thread', async () => {
    await store.append(eventsOf(SAMPLE));
    const plain = plainDesk(store, accounts, machinePolicy());
    for (const question of questions) {
      const answer = JSON.stringify(await desk.ask(question, forever));
      expect(answer.length, question.kind).toBeGreaterThan(200);
      expect(answer, question.kind).toBe(JSON.stringify(await plain.ask(question, forever)));
    }
  });

  it('are answered side by side', async () => {
    const answers = await Promise.all(questions.map((question) => desk.ask(question, forever)));
    expect(answers.length).toBe(questions.length);
    const again = await desk.ask(questions[3]!, forever);
    expect(again).toEqual(answers[3]);
  });

  it('end when they are withdrawn, and the thread takes the next', async () => {
    const withdrawn = new AbortController();
    let pieces = 0;
    const slow = new ThreadDesk(endless(() => ++pieces === 5 && withdrawn.abort()));
    await expect(slow.ask(questions[3]!, withdrawn.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const second = new AbortController();
    const asked = slow.ask(questions[4]!, second.signal);
    second.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await slow.close();
  });

  it('end with the console', async () => {
    let closed: Promise<void> | undefined;
    let pieces = 0;
    const slow: ThreadDesk = new ThreadDesk(endless(() => ++pieces === 3 && (closed = slow.close())));
    await expect(slow.ask(questions[3]!, forever)).rejects.toMatchObject({ code: 'cancelled' });
    await closed;
  });

  it('say what went wrong', async () => {
    const broken = new ThreadDesk({
      ...store,
      texts: () => {
        throw new TypeError('no text today');
      },
    });
    await expect(broken.ask(questions[3]!, forever)).rejects.toThrow('no text today');
    await expect(broken.ask({ kind: 'nothing' } as never, forever)).rejects.toThrow(/not a function/);
    await expect(broken.ask({ kind: 'cost', range, text }, forever)).rejects.toMatchObject({ code: 'rule' });
    await broken.close();
  });
});
