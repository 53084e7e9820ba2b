// The queue on disk: what was put in comes out, also after a torn end; no more than its depth.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  it('holds what was put in, across closing, and cuts off a torn tail wherever the file was cut', () => {
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

  it('refuses beyond its depth, and a file that is something else', () => {
    const queue = new QueueFile(join(folder, 'q'), 2);
    expect([1, 2, 3].map((n) => queue.append(bytes(`${n}`)))).toEqual([true, true, false]);
    queue.close();
    writeFileSync(join(folder, 'other'), 'something else altogether');
    expect(() => new QueueFile(join(folder, 'other'), 2)).toThrow(/not a queue of this program/);
  });
});
