// The live stream: every event once, whatever breaks and resumes in between; a viewer that does not read is told what it
// was not sent; a filter filters; the end of a session ends it.

import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, detachEvent, readEvents } from '../event/index.ts';
import { type TestConsole, testConsole } from './app.fixture.ts';
import type { EventRow } from './contract.ts';

let serial = 0;
const made = (count: number, comm = 'sh'): AuditEvent[] =>
  Array.from({ length: count }, () => {
    const [event] = [
      ...readEvents([
        Buffer.from(
          `type=USER_CMD msg=audit(1700000000.000:${++serial}): pid=1 uid=0 auid=0 ses=1 comm="${comm}" msg='cmd="x" res=success'\n`,
        ),
      ]),
    ];
    detachEvent(event!);
    return event!;
  });

interface Message {
  readonly id?: number;
  readonly event: string;
  readonly data: unknown;
}

/** Reads a stream message by message. */
class Viewer {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private text = '';
  private readonly ready: Message[] = [];

  constructor(reply: Response) {
    this.reader = reply.body!.getReader();
  }

  /** The next message that is no rate; undefined at the end. */
  async next(): Promise<Message | undefined> {
    for (;;) {
      const message = this.ready.shift();
      if (message && message.event !== 'rate') return message;
      if (message) continue;
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.text += Buffer.from(value).toString();
      const parts = this.text.split('\n\n');
      this.text = parts.pop()!;
      this.ready.push(...parts.map(messageOf));
    }
  }

  async rows(count: number): Promise<{ seqs: number[]; dropped: number }> {
    const seqs: number[] = [];
    let dropped = 0;
    while (seqs.length + dropped < count) {
      const message = await this.next();
      if (!message) break;
      if (message.event === 'row') {
        expect((message.data as EventRow).seq).toBe(message.id);
        seqs.push(message.id!);
      } else dropped += (message.data as { count: number }).count;
    }
    return { seqs, dropped };
  }

  stop(): Promise<void> {
    return this.reader.cancel();
  }
}

function messageOf(text: string): Message {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
  const id = field('id');
  return { ...(id !== undefined && { id: Number(id) }), event: field('event')!, data: JSON.parse(field('data')!) };
}

const watch = async (page: TestConsole, query = '', after?: number): Promise<Viewer> =>
  new Viewer(
    await page.ask(`/api/live${query}`, after === undefined ? {} : { headers: { 'last-event-id': String(after) } }),
  );

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the live stream', () => {
  it('sends what comes from now on, in order', async () => {
    const page = await testConsole(made(3));
    const viewer = await watch(page);
    await page.console.store.append(made(2));
    await page.console.store.append(made(2));
    expect((await viewer.rows(4)).seqs).toEqual([4, 5, 6, 7]);
    await viewer.stop();
    expect(page.console.hub.watchers).toBe(0);
  });

  it('loses and doubles nothing over breaks, while events go on coming', async () => {
    const page = await testConsole(made(10));
    const { store } = page.console;
    let stop = false;
    const seen: number[] = [];
    const feeding = (async () => {
      while (!stop) {
        // Never so many that a viewer who is connecting again is not sent some.
        if (page.console.hub.last < (seen.at(-1) ?? 0) + 300) await store.append(made(7));
        await turn();
      }
    })();
    for (let round = 0; round < 25; round++) {
      const viewer = await watch(page, '', seen.at(-1) ?? 0);
      for (let i = 0; i < 40; i++) {
        const message = await viewer.next();
        expect(message?.event).toBe('row');
        seen.push(message!.id!);
      }
      await viewer.stop();
    }
    stop = true;
    await feeding;
    expect(seen).toEqual(range(1, seen.length));
    expect(seen.length).toBe(1000);
  });

  it('resumes far behind, page by page', async () => {
    const page = await testConsole(made(1700));
    const viewer = await watch(page, '?after=100');
    await page.console.store.append(made(20));
    expect(await viewer.rows(1620)).toEqual({ seqs: range(101, 1720), dropped: 0 });
    await viewer.stop();
  });

  it('tells a viewer that does not read how many it was not sent, and keeps little for it', async () => {
    const page = await testConsole();
    const viewer = await watch(page);
    await page.console.store.append(made(1));
    await viewer.rows(1);
    for (let i = 0; i < 20; i++) await page.console.store.append(made(500));
    const { seqs, dropped } = await viewer.rows(10_000);
    expect(seqs.length + dropped).toBe(10_000);
    expect(dropped).toBeGreaterThan(8000);
    expect(seqs.slice(-400)).toEqual(range(9602, 10_001));
    expect(new Set(seqs).size).toBe(seqs.length);
    await viewer.stop();
  });

  it('filters by expression, column and time', async () => {
    const page = await testConsole();
    const viewers = await Promise.all([
      watch(page, `?q=${encodeURIComponent('comm i= cat')}`),
      watch(page, '?comm=cat&comm=dog'),
      watch(page, '?until=1600000000'),
    ]);
    for (const comm of ['sh', 'cat', 'dog', 'sh', 'cat']) await page.console.store.append(made(1, comm));
    expect((await viewers[0]!.rows(2)).seqs).toEqual([2, 5]);
    expect((await viewers[1]!.rows(3)).seqs).toEqual([2, 3, 5]);
    await viewers[2]!.stop();
    for (const viewer of viewers) await viewer.stop();
  });

  it('refuses a Last-Event-ID that is none, and ends when its viewer signs out', async () => {
    const page = await testConsole();
    expect((await page.ask('/api/live', { headers: { 'last-event-id': 'x' } })).status).toBe(400);
    const viewer = await watch(page);
    const end = viewer.next();
    await page.post('/api/logout', {});
    expect(await end).toBeUndefined();
    expect(page.console.hub.watchers).toBe(0);
  });
});
