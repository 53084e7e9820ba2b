// Real child processes, small shell scripts. Root only: a plugin must belong to root.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import type { RecordBatch } from './batch.ts';
import { Dispatcher } from './dispatcher.ts';
import { BinaryReader } from './wire.ts';

let folder: string;
let told: string[];
let overflowed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-dispatch-'));
  mkdirSync(join(folder, 'plugins.d'));
  told = [];
  overflowed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function plugin(name: string, script: string, more = ''): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o750);
  writeFileSync(join(folder, 'plugins.d', `${name}.conf`), `active = yes\npath = ${path}\nargs = ${folder}\n${more}`);
}

function batchOf(from: number, count: number): RecordBatch {
  const lines = Array.from({ length: count }, (_, i) => `type=USER msg=audit(1.000:${from + i}): x\n`);
  return { lines: Buffer.from(lines.join('')), records: count };
}

const dispatcher = (depth = 2000, maxRestarts = 3) => {
  const d = new Dispatcher(
    { folder: join(folder, 'plugins.d'), depth, maxRestarts },
    { tell: (text) => told.push(text), overflow: (name) => overflowed.push(name) },
  );
  d.start();
  return d;
};
const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'latin1') : '');

describe.skipIf(process.getuid?.() !== 0)('Dispatcher (needs root: plugins must belong to root)', () => {
  it('gives every record to each plugin, as text and as binary, and what waits at the end too', async () => {
    plugin('text', 'exec cat > $1/text.out');
    plugin('bin', 'exec cat > $1/bin.out', 'format = binary\n');
    const d = dispatcher();
    const batches = [batchOf(0, 3), batchOf(3, 500)];
    for (const batch of batches) d.push(batch);
    await d.stop();
    const want = Buffer.concat(batches.map((b) => b.lines)).toString('latin1');
    expect(read('text.out')).toBe(want);
    const records = [...new BinaryReader().push(Buffer.from(read('bin.out'), 'latin1'))];
    expect(records.map((r) => `${Buffer.from(r.text).toString('latin1')}\n`).join('')).toBe(want);
    expect(d.state().every((s) => s.lost === 0 && s.highWater >= 500)).toBe(true);
  });

  it('lets a hung plugin lose only its own records, counted, and ends it', async () => {
    plugin('hung', 'trap "" TERM; exec sleep 600 < /dev/null');
    plugin('well', 'exec cat > $1/well.out');
    const d = dispatcher(5000);
    let pushed = 0;
    for (let i = 0; i < 40; i++) {
      d.push(batchOf(pushed, 1000));
      pushed += 1000;
      await until(() => d.state().find((s) => s.name === 'well')!.depth === 0);
    }
    const hung = d.state().find((s) => s.name === 'hung')!;
    expect(hung.lost).toBeGreaterThan(10_000);
    expect(hung.highWater).toBeLessThanOrEqual(5000);
    expect(overflowed).toEqual(['hung']);
    await d.stop();
    expect(read('well.out').split('\n').length - 1).toBe(pushed);
    expect(d.state().find((s) => s.name === 'well')!.lost).toBe(0);
  });

  it('starts a crashing plugin again as often as it may, then gives it up', async () => {
    plugin('crash', 'echo x >> $1/starts; exit 3');
    const d = dispatcher(10, 2);
    await until(() => d.state()[0]!.status === 'given up');
    expect(read('starts')).toBe('x\nx\nx\n');
    expect(told.at(-1)).toContain('ended with status 3; it was restarted 2 times and is given up');
    d.push(batchOf(0, 7));
    expect(d.state()[0]!.lost).toBe(7);
    await d.stop();
  });

  it('passes SIGHUP on, starts what is new and stops what is gone', async () => {
    plugin('a', 'trap "echo hup >> $1/hups" HUP; echo up > $1/a.up; while :; do sleep 0.05; done');
    plugin('b', 'echo up > $1/b.up; exec cat > $1/b.out');
    const d = dispatcher();
    await until(() => read('a.up') !== '' && read('b.up') !== '');
    rmSync(join(folder, 'plugins.d', 'b.conf'));
    plugin('c', 'exec cat > $1/c.out');
    await d.reload({ folder: join(folder, 'plugins.d'), depth: 10, maxRestarts: 1 });
    expect(d.state().map((s) => s.name)).toEqual(['a', 'c']);
    await until(() => read('hups') === 'hup\n');
    d.push(batchOf(0, 1));
    await d.stop();
    expect([read('b.out'), read('c.out')]).toEqual(['', 'type=USER msg=audit(1.000:0): x\n']);
  });

  it('refuses a program others may write to, and says what to do', () => {
    plugin('open', 'exit 0');
    chmodSync(join(folder, 'open'), 0o777);
    const d = dispatcher();
    expect(d.active).toBe(0);
    expect(told[0]).toMatch(/open\.conf: .*chmod go-w/);
  });
});
