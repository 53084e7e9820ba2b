// The queue on disk: what was put in comes out, also after a torn end or a kill; no more than its depth.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QueueFile } from './queue-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-queue-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('QueueFile', () => {
  it('holds what was put in, across closing', () => {
    const path = join(folder, 'q');
    const queue = new QueueFile(path, 100);
    for (let i = 0; i < 3; i++) queue.append(bytes(`record ${i}`));
    queue.drop();
    queue.close();
    const again = new QueueFile(path, 100);
    expect([again.length, again.peek()?.toString()]).toEqual([2, 'record 1']);
    again.drop();
    again.drop();
    expect([again.length, again.peek()]).toEqual([0, undefined]);
    again.append(bytes('after'));
    expect(again.peek()?.toString()).toBe('after');
    again.close();
  });

  it('cuts off a torn tail wherever the file was cut, and goes on behind what is whole', () => {
    const path = join(folder, 'q');
    const queue = new QueueFile(path, 100);
    const ends = [16];
    for (let i = 0; i < 3; i++) {
      queue.append(bytes(`record ${i}`));
      ends.push(statSync(path).size);
    }
    queue.close();
    const whole = readFileSync(path);
    for (let cut = 16; cut <= whole.length; cut++) {
      writeFileSync(path, whole.subarray(0, cut));
      const again = new QueueFile(path, 100);
      const kept = ends.filter((end) => end <= cut).length - 1;
      expect([cut, again.length, again.cut]).toEqual([cut, kept, cut - ends[kept]!]);
      again.append(bytes('after'));
      for (let i = 0; i < kept; i++) again.drop();
      expect(again.peek()?.toString()).toBe('after');
      again.close();
    }
  });

  it('holds after kill -9 what it had said it holds, also while it copies itself', async () => {
    const path = join(folder, 'q');
    // 60 kB a record, forgotten in part: the file is copied to a smaller one every twenty or so.
    const script = `
      const { QueueFile } = await import(${JSON.stringify(new URL('../../dist/remote/queue-file.js', import.meta.url).href)});
      const queue = new QueueFile(process.argv[1], 1e6);
      const { writeSync } = await import('node:fs');
      for (let n = 0; ; n++) {
        queue.append(Buffer.from(n + ' ' + 'x'.repeat(60000)));
        if (n >= 3) queue.drop();
        writeSync(1, n + ' ');
      }`;
    for (let round = 0; round < 5; round++) {
      rmSync(path, { force: true });
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (data) => {
        said += data;
        if (said.length > 100 + round * 77) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const last = Number(/(\d+) $/.exec(said)![1]);
      const again = new QueueFile(path, 1e6);
      const held: number[] = [];
      for (; again.length > 0; again.drop()) held.push(Number.parseInt(again.peek()!.toString('latin1', 0, 12), 10));
      expect(held[0]).toBeLessThanOrEqual(Math.max(0, last - 2));
      expect(held).toEqual(held.map((_, i) => held[0]! + i));
      expect(held.at(-1)).toBeGreaterThanOrEqual(last);
      again.close();
      expect(readdirSync(folder)).toEqual(['q']); // nothing of an unfinished copy stays
    }
  });

  it('refuses beyond its depth, and a file that is something else', () => {
    const queue = new QueueFile(join(folder, 'q'), 2);
    expect([1, 2, 3].map((n) => queue.append(bytes(`${n}`)))).toEqual([true, true, false]);
    queue.close();
    writeFileSync(join(folder, 'other'), 'something else altogether');
    expect(() => new QueueFile(join(folder, 'other'), 2)).toThrow(/not a queue of this program/);
  });
});
