// Checkpoints in ausearch’s form, and searches that go on from them: each event once, across rotation.
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuditError } from '../base/error.ts';
import { rotatedSet } from '../logs/files.ts';
import { textOf } from '../record/record.ts';
import { type Checkpoint, checkpointText, loadCheckpoint, parseCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { resumeSearch } from './resume.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));
const log = join(folder, 'audit.log');

const line = (type: string, sec: number, serial: number): string =>
  `type=${type} msg=audit(${sec}.000:${serial}): a=1\n`;

/** One call of the tool: what it hands out, and the checkpoint it leaves. */
async function call(checkpoint: Checkpoint | undefined, now: number, paths = [log]) {
  const out: string[] = [];
  const result = await resumeSearch({
    paths,
    checkpoint,
    matches: () => true,
    found: (event) => {
      out.push(event.records.map(textOf).join('\n'));
      return true;
    },
    now,
  });
  return { out, checkpoint: result.checkpoint ?? checkpoint };
}

describe('checkpoints', () => {
  it('are written and read in the form of ausearch', () => {
    const text = 'dev=0xFE00\ninode=5374030\noutput=- 101.000:2 0x458\n';
    const checkpoint = parseCheckpoint(text, 'f');
    expect(checkpoint).toEqual({
      dev: 0xfe00,
      inode: 5374030,
      event: { node: '', sec: 101, ms: 0, serial: 2, type: 1112 },
    });
    expect(checkpointText(checkpoint)).toBe(text);
    expect(parseCheckpoint('dev=0xFE00\ninode=5\noutput=- 0.000:0 0x0\n', 'f').event).toBeUndefined();
  });

  it.each(['', 'garbage', 'dev=zz\ninode=1', 'dev=1', 'dev=1\ninode=1\noutput=zz', 'dev=1\ninode=1\noutput=- 1.0:1'])(
    'are refused when they are %j',
    (text) => {
      expect(() => parseCheckpoint(text, 'f')).toThrow(expect.objectContaining({ code: 'checkpoint-data' }));
    },
  );

  it('are saved whole, and missing ones are none', () => {
    const file = join(folder, 'cp');
    expect(loadCheckpoint(file)).toBeUndefined();
    saveCheckpoint(file, { dev: 1, inode: 2, event: undefined });
    expect(readFileSync(file, 'latin1')).toBe('dev=0x1\ninode=2\noutput=- 0.000:0 0x0\n');
    expect(() => saveCheckpoint(join(folder, 'no/cp'), { dev: 1, inode: 2, event: undefined })).toThrow(
      expect.objectContaining({ code: 'checkpoint' }),
    );
  });
});

describe('resumeSearch', () => {
  it('hands out each event once and whole, however the log grows between calls', async () => {
    // Three events at a time, their records mixed; serials and times ascend from group to group.
    const shuffled = fc.array(fc.nat(99), { minLength: 9, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(shuffled, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat(150)),
        async (groups, cuts) => {
          let text = '';
          const want: string[] = [];
          groups.forEach((order, g) => {
            const parts = [0, 1, 2].map((e) =>
              ['SYSCALL', 'CWD', 'PROCTITLE'].map((type) => line(type, 100 + 5 * g + (e >> 1), 3 * g + e + 1)),
            );
            want.push(...parts.map((p) => p.join('').trimEnd()));
            for (const pick of order) {
              const left = parts.filter((p) => p.length > 0);
              text += left[pick % left.length]!.shift()!;
            }
          });
          writeFileSync(log, '');
          let checkpoint: Checkpoint | undefined;
          const got: string[] = [];
          for (let at = 0; at < text.length; ) {
            const cut = cuts.next().value! + 1;
            appendFileSync(log, text.slice(at, at + cut));
            at += cut;
            const result = await call(checkpoint, 0);
            got.push(...result.out);
            checkpoint = result.checkpoint;
          }
          got.push(...(await call(checkpoint, 1_000_000)).out);
          expect(got).toEqual(want);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not read again what it read', async () => {
    const old = Array.from({ length: 2000 }, (_, i) => line('USER_LOGIN', 100 + i, i + 1)).join('');
    writeFileSync(log, old);
    const first = await call(undefined, 0);
    expect(first.out).toHaveLength(2000);
    expect(first.checkpoint!.event!.offset).toBe(old.length - line('USER_LOGIN', 2099, 2000).length);
    const damaged = Buffer.from(readFileSync(log));
    damaged.fill(88, 0, first.checkpoint!.event!.offset! - 1);
    writeFileSync(log, damaged);
    appendFileSync(log, line('USER_LOGIN', 3000, 3000));
    expect((await call(first.checkpoint, 0)).out).toEqual([line('USER_LOGIN', 3000, 3000).trimEnd()]);
  });

  it('follows a log that was rotated in between', async () => {
    writeFileSync(log, line('USER_LOGIN', 100, 1) + line('SYSCALL', 101, 2));
    const first = await call(undefined, 0);
    expect(first.out).toHaveLength(1);
    appendFileSync(log, line('PROCTITLE', 101, 2));
    renameSync(log, `${log}.1`);
    writeFileSync(log, line('USER_LOGIN', 110, 3) + line('USER_LOGIN', 111, 4));
    const second = await call(first.checkpoint, 0, rotatedSet(log));
    expect(second.out.map((text) => text.split('\n').length)).toEqual([2, 1, 1]);
    expect((await call(second.checkpoint, 0, rotatedSet(log))).out).toEqual([]);
    rmSync(`${log}.1`);
  });

  it('says when the event is not where it was, and when the file is gone', async () => {
    writeFileSync(log, line('USER_LOGIN', 100, 1));
    const { checkpoint } = await call(undefined, 0);
    writeFileSync(log, line('USER_LOGIN', 200, 9));
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => '',
        (e: AuditError) => e.code,
      );
    expect(await code(call(checkpoint, 0))).toBe('checkpoint-event');
    writeFileSync(`${log}.1`, '');
    expect(await code(call({ ...checkpoint!, inode: 1 }, 0, rotatedSet(log)))).toBe('checkpoint-data');
  });
});
