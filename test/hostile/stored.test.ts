// A stored event can always be read again: whatever a store takes in, in any envelope, comes back by page, by number, as
// text, as JSON and from the console, byte for byte.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { auditLines } from '../../src/logs/journal.ts';
import { parseLine } from '../../src/record/index.ts';
import { duckStore, eventOf, eventsIn, memoryStore, rawOf, type Store } from '../../src/store/index.ts';
import { testConsole } from '../../src/web/app.fixture.ts';
import { badLine, bytesOfLines, GOOD } from './lines.fixture.ts';
import { eventsOf } from './readers.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-stored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const number = fc.oneof(fc.constantFrom('0', '1', '1700000000', '99999999999'), fc.nat().map(String));
/** A record's head as the kernel's log has it. */
const kernelHead = fc
  .tuple(fc.constantFrom('1400', '1300', 'SYSCALL', 'UNKNOWN[9]', 'x'), number, fc.constantFrom('000', '999'), number)
  .map(([type, sec, ms, serial]) => `type=${type} audit(${sec}.${ms}:${serial})`);
const inner = fc.oneof(
  badLine,
  fc.constantFrom(...GOOD.flat()),
  fc
    .tuple(kernelHead, fc.constantFrom('', ':', ': ', ': a=b', ':a=b c: type=1300 audit(2.000:6): d', ': x\0y \xff'))
    .map((two) => two.join('')),
  kernelHead.map((head) => head.replace(' audit(', ' msg=audit(').concat(': ')),
);
const envelope = fc.constantFrom<(line: string) => string>(
  (line) => line,
  (line) => `kernel: audit: ${line}`,
  (line) => `[   12.345678] audit: ${line}`,
  (line) => `Jan  2 03:04:05 host kernel: audit: ${line}`,
  (line) => `<13>Jan  2 03:04:05 host audispd: ${line}`,
  (line) => `node=h ${line}`,
  (line) => `x: node=h ${line}`,
  (line) => `${line}\r`,
  (line) => ` ${line}`,
  (line) => `----\n${line}`,
);
const wrapped = fc.tuple(envelope, inner).map(([put, line]) => put(line));

test('a line is the same record without what stood before it', () => {
  fc.assert(
    fc.property(wrapped, (text) => {
      for (const line of text.split('\n')) {
        const record = parseLine(line);
        if (record) expect(parseLine(record.text!)).toEqual({ ...record, start: 0, end: record.text!.length });
      }
    }),
    { numRuns: 3000 },
  );
});

async function comesBack(store: Store, log: Uint8Array): Promise<void> {
  const events = eventsOf(log);
  const wanted = events.map(rawOf).sort();
  await store.append(events);
  const { events: page } = await store.query({ limit: 1e6 });
  expect(page.map(({ event }) => rawOf(event)).sort()).toEqual(wanted);
  const texts: string[] = [];
  for await (const text of store.texts({})) for (const event of eventsIn(text)) texts.push(rawOf(event));
  expect(texts.sort()).toEqual(wanted);
  const web = await testConsole([], { console: { store } });
  expect((await web.ask('/api/events?limit=1000')).status).toBe(200);
  for (const { seq, event } of page) {
    expect(rawOf((await store.event(seq))!.event)).toBe(rawOf(event));
    const reply = await web.ask(`/api/events/${seq}`);
    expect(reply.status, rawOf(event)).toBe(200);
    const { bytes } = (await reply.json()) as { bytes: string[] };
    expect(bytes.map((one) => Buffer.from(one, 'base64').toString('latin1')).join('\n')).toBe(rawOf(event));
  }
}

const trail = fc.array(wrapped, { minLength: 1, maxLength: 8 }).map((lines) => bytesOfLines(lines));
const THE_ONE = bytesOfLines(['kernel: audit: type=1400 audit(1.000:5)', 'x: type=1400 audit(2.000:6):y']);

test('from memory', async () => {
  await comesBack(memoryStore(), THE_ONE);
  await fc.assert(
    fc.asyncProperty(trail, (log) => comesBack(memoryStore(), log)),
    { numRuns: 40 },
  );
});

test('from the database on disk', async () => {
  let count = 0;
  const inAnew = async (log: Uint8Array): Promise<void> => {
    const store = await duckStore(join(folder, `${count++}.db`));
    try {
      await comesBack(store, log);
    } finally {
      await store.close();
    }
  };
  await inAnew(THE_ONE);
  await fc.assert(fc.asyncProperty(trail, inAnew), { numRuns: 15 });
});

test('an event that is no record to us any more is told all the same, and no other takes its place', async () => {
  const [event] = eventsOf(bytesOfLines(GOOD[3]!));
  const text = Buffer.from(`no record\n\n${rawOf(event!)}\n\n\xe9\nsecond line`, 'latin1').toString('latin1');
  expect([...eventsIn(Buffer.from(text, 'utf8'))].map(rawOf)).toEqual(text.split('\n\n'));
  expect(rawOf(eventOf('no record'))).toBe('no record');
});

test('a message of the journal of any length, bytes and all', async () => {
  const message = `audit: type=1400 audit(1.000:5): ${'\xff'.repeat(100_000)}`;
  const entry = JSON.stringify({ MESSAGE: [...Buffer.from(message, 'latin1')] });
  const lines: Uint8Array[] = [];
  for await (const chunk of auditLines(
    (async function* () {
      yield Buffer.from(`${entry}\n`);
    })(),
  ))
    lines.push(chunk);
  expect(Buffer.concat(lines).toString('latin1')).toBe(`${message}\n`);
});
