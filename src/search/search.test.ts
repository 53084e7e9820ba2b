// A search by bytes finds what a search of everything finds, in the same order; rotated, compressed and huge input.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuditError } from '../base/error.ts';
import { rotatedSet } from '../logs/files.ts';
import { readLog } from '../logs/read.ts';
import { matcher } from '../query/matcher.ts';
import { needlesOf } from '../query/needles.ts';
import type { Predicate } from '../query/predicate.ts';
import { textOf } from '../record/record.ts';
import { UnreadTally } from '../record/unread.ts';
import { search, type Trail } from './search.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-search-'));
afterAll(() => rmSync(folder, { recursive: true }));

const trail = (path: string): Trail => ({ name: path, path, chunks: (buffers) => readLog(path, 0, buffers) });

async function found(
  paths: readonly string[],
  predicate: Predicate,
  needles?: readonly string[],
  order: 'time' | 'ending' = 'time',
): Promise<string[]> {
  const out: string[] = [];
  await search(paths.map(trail), {
    order,
    matches: matcher(predicate),
    ...(needles && { needles }),
    found: (event) => {
      out.push(event.records.map(textOf).join('\n'));
      return true;
    },
  });
  return out;
}

const BODY: Record<string, string> = {
  SYSCALL: 'arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 pid=2 auid=3 uid=4 ',
  PATH: 'item=0 name="/etc/x" inode=1 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL',
  PROCTITLE: 'proctitle=6C73',
  EOE: '',
  USER_LOGIN: "pid=1 uid=0 auid=1 ses=2 msg='op=login res=success'",
};
const line = (type: string, sec: number, serial: number, more = ''): string =>
  `type=${type} msg=audit(${sec}.000:${serial}): ${BODY[type]}${more}\n`;

describe('search', () => {
  it('finds by bytes what it finds by reading everything, in the same events and order', async () => {
    // Long stretches of other events between a few interleaved ones, so that whole blocks are passed over.
    const padding = (sec: number, n: number): string =>
      Array.from({ length: n }, (_, i) => line('USER_LOGIN', sec, 10_000 + i, ` ${'x'.repeat(4000)}`)).join('');
    const part = fc.record({
      type: fc.constantFrom('SYSCALL', 'SYSCALL', 'PATH', 'PROCTITLE', 'EOE', 'USER_LOGIN'),
      late: fc.integer({ min: -3, max: 3 }),
      serial: fc.integer({ min: 1, max: 5 }),
      key: fc.constantFrom('', '', '', 'key="wanted"', 'key="other"', 'key=77616E746564'),
    });
    const block = fc.record({
      parts: fc.array(part, { minLength: 1, maxLength: 12 }),
      pad: fc.constantFrom(0, 0, 40, 130),
    });
    const file = join(folder, 'skim.log');
    const predicate: Predicate = { kind: 'string', item: 'key', value: 'wanted', word: true };
    const needles = needlesOf(predicate)!.any;
    let some = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(block, { minLength: 2, maxLength: 6 }), async (blocks) => {
        let text = '';
        let sec = 1000;
        for (const { parts, pad } of blocks) {
          for (const p of parts) text += line(p.type, sec + p.late, p.serial, p.key);
          sec += 10;
          text += padding(sec, pad);
          sec += pad > 0 ? 10 : 1;
        }
        writeFileSync(file, text, 'latin1');
        const whole = await found([file], predicate);
        expect(await found([file], predicate, needles)).toEqual(whole);
        const live = await found([file], predicate, undefined, 'ending');
        expect(await found([file], predicate, needles, 'ending')).toEqual(live);
        if (whole.length > 0) some++;
      }),
      { numRuns: 150 },
    );
    expect(some).toBeGreaterThan(20);
  });

  it('gives events of one record in the order they have among all, those of no interest too', async () => {
    const file = join(folder, 'order.log');
    const predicate: Predicate = { kind: 'string', item: 'comm', value: 'wanted', word: true };
    const needles = needlesOf(predicate)!.any;
    const part = fc.record({
      type: fc.constantFrom('SYSCALL', 'USER_LOGIN', 'USER_LOGIN', 'PROCTITLE', 'EOE'),
      sec: fc.integer({ min: 0, max: 4 }),
      serial: fc.integer({ min: 1, max: 9 }),
      wanted: fc.boolean(),
    });
    let disordered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 4, maxLength: 20 }), async (parts) => {
        const serial = ({ type, serial: n }: (typeof parts)[number]) => (type === 'USER_LOGIN' ? 2 * n : 2 * n + 1);
        const key = ({ type, wanted }: (typeof parts)[number]) =>
          wanted && type !== 'SYSCALL' ? ' comm="wanted"' : '';
        const text = parts.map((p) => line(p.type, 1000 + p.sec, serial(p), key(p))).join('');
        writeFileSync(file, text, 'latin1');
        const whole = await found([file], predicate);
        expect(await found([file], predicate, needles)).toEqual(whole);
        const inLog = text.split('\n').filter((l) => l.includes('wanted'));
        if (whole.length > 1 && whole.join() !== inLog.join()) disordered++;
      }),
      { numRuns: 600 },
    );
    expect(disordered).toBeGreaterThan(30);
  });

  it('reads a rotated set as one trail: an event may begin in one file and end in the next', async () => {
    const log = join(folder, 'audit.log');
    writeFileSync(`${log}.2`, line('USER_LOGIN', 100, 1));
    writeFileSync(`${log}.1`, line('USER_LOGIN', 101, 2) + line('SYSCALL', 102, 3, 'key="k1"'));
    writeFileSync(log, line('PROCTITLE', 102, 3) + line('USER_LOGIN', 110, 4));
    const predicate: Predicate = { kind: 'serial', serial: 3 };
    const whole = await found(rotatedSet(log), predicate);
    expect(whole).toHaveLength(1);
    expect(whole[0]!.split('\n')).toHaveLength(2);
    const key: Predicate = { kind: 'string', item: 'key', value: 'k1', word: false };
    expect(await found(rotatedSet(log), key, needlesOf(key)!.any)).toEqual(whole);
    expect(await found(rotatedSet(log), { kind: 'true' })).toHaveLength(4);
  });

  it('tells what could not be read, also where needles spare the reading, and whatever file it stands in', async () => {
    const torn = 'type=SYSCALL msg=audit(\n';
    const [old, log] = [join(folder, 'torn.log.1'), join(folder, 'torn.log')];
    writeFileSync(old, line('USER_LOGIN', 100, 1));
    writeFileSync(log, line('USER_LOGIN', 101, 2) + torn + line('USER_LOGIN', 102, 3));
    for (const needles of [undefined, ['k2']]) {
      const unread = new UnreadTally();
      const options = { matches: () => false, found: () => true, unread, ...(needles && { needles }) };
      await search([trail(old), trail(log)], options);
      const first = { trail: log, line: 2, text: torn.trimEnd() };
      expect(unread.list()).toMatchObject([{ kind: 'cut', lines: 1, first }]);
    }
  });

  it('reads compressed files as they are, and what a cut one still holds', async () => {
    const text = Array.from({ length: 3000 }, (_, i) => line('USER_LOGIN', 100 + i, i + 1)).join('');
    const plain = join(folder, 'plain.log');
    writeFileSync(plain, text);
    const all = await found([plain], { kind: 'true' });
    expect(all).toHaveLength(3000);
    const packed = join(folder, 'packed.log');
    writeFileSync(packed, gzipSync(text));
    expect(await found([packed], { kind: 'true' })).toEqual(all);
    for (const program of ['xz', 'zstd']) {
      const made = spawnSync(program, ['-c', plain], { maxBuffer: 1 << 28 });
      if (made.status !== 0) continue;
      writeFileSync(packed, made.stdout);
      expect(await found([packed], { kind: 'true' })).toEqual(all);
    }
    const gz = gzipSync(text);
    writeFileSync(packed, gz.subarray(0, gz.length >> 1));
    const errors: AuditError[] = [];
    let events = 0;
    await search([trail(packed), trail(join(folder, 'missing.log')), trail(plain)], {
      matches: () => true,
      found: () => ++events > 0,
      failed: (error) => errors.push(error),
    });
    expect(errors.map((e) => e.code)).toEqual(['read', 'no-log']);
    expect(events).toBeGreaterThanOrEqual(3000);
  });

  it('takes a line of 30 MB, NULs and any bytes, and finds the rest', async () => {
    const file = join(folder, 'hostile.log');
    const good = line('USER_LOGIN', 5, 77);
    writeFileSync(file, Buffer.concat([Buffer.alloc(30 << 20, 65), Buffer.from(`\n\0\0\0\n${good}`, 'latin1')]));
    expect(await found([file], { kind: 'serial', serial: 77 })).toEqual([good.trimEnd()]);
    expect(await found([file], { kind: 'serial', serial: 77 }, [':77'])).toEqual([good.trimEnd()]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        writeFileSync(file, Buffer.concat([bytes, Buffer.from(`\n${good}`, 'latin1')]));
        expect((await found([file], { kind: 'serial', serial: 77 })).at(-1)).toBe(good.trimEnd());
      }),
      { numRuns: 60 },
    );
  });
});
