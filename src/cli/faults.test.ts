// A command that meets a fault of ours at one event shows all others, tells of that one, and does not end as if all were well.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { AuditEvent } from '../event/event.ts';
import type * as normalized from '../normalize/index.ts';
import { columnsOf, eventOf, memoryStore } from '../store/index.ts';
import { testConsole } from '../web/app.fixture.ts';
import { run } from './auspex.ts';

const shown: number[] = [];
const fail = ({ serial }: { readonly serial: number }): void => {
  if (serial === 2) throw new RangeError('Maximum call stack size exceeded');
};
vi.mock('./search-print.ts', () => ({
  printerOf: async () => (event: AuditEvent) => {
    fail(event);
    shown.push(event.serial);
    return '';
  },
}));
vi.mock('../explain/feed.ts', () => ({
  ProcessFeed: class {
    readonly names = new Map();
    push(event: AuditEvent): void {
      fail(event);
      shown.push(event.serial);
    }
  },
}));
vi.mock('../normalize/index.ts', async (original) => {
  const all = await original<typeof normalized>();
  return {
    ...all,
    normalize: (event: AuditEvent, options: object) => {
      fail(event);
      return all.normalize(event, options);
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'auspex-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));
const log = join(folder, 'audit.log');
const lines = [1, 2, 3].map((n) => `type=USER_CMD msg=audit(1700000000.000:${n}): pid=1 msg='cmd="x" res=success'`);
writeFileSync(log, `${lines.join('\n')}\n`);

const told: string[] = [];
vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
const io = { out: () => {}, err: (text: string) => told.push(text) };

test.each([
  ['search', log],
  ['search', '--type', 'USER_CMD', log],
  ['who-killed', '--all', '-i', log],
  ['tree', '-i', log],
  ['sessions', '-i', log],
  ['who-touched', '/x', '-i', log],
])('%s', async (...argv) => {
  shown.splice(0);
  expect(await run(argv, io as never)).toBe(1);
  expect([...new Set(shown)].sort()).toEqual([1, 3]);
});

test('a store keeps the records of such an event, and the console shows it and its neighbours', async () => {
  const events = lines.map(eventOf);
  expect(columnsOf(events[1]!).type).toBe('');
  const store = memoryStore();
  await store.append(events);
  expect(await store.count()).toBe(3);
  const web = await testConsole([], { console: { store } });
  const reply = await web.ask('/api/events?limit=10');
  expect(reply.status).toBe(200);
  const { events: rows } = (await reply.json()) as { events: { id: string; sentence: string }[] };
  expect(rows.map(({ id }) => id.split(':')[1]).sort()).toEqual(['1', '2', '3']);
  expect(rows.find(({ id }) => id.endsWith(':2'))!.sentence).toBe('could not be read');
});
