// The folders that are found by bytes are those that all events of the trail tell; and a trail that can be read once only.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { FileSpan } from '../logs/index.ts';
import { Folders } from '../paths/index.ts';
import { filesOfTrails } from './files.ts';
import { foldersOf } from './folders.ts';
import { fileTrail, type Trail } from './search.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const AT_FDCWD = 'ffffff9c';

/** An event of a call with a folder and a file in it. */
function eventText(n: number, one: { call: number; fd: boolean; dir: number; name: string; type: string }): string {
  const stamp = `audit(1700000000.${String(n % 1000).padStart(3, '0')}:${n})`;
  const { call, fd, dir, name, type } = one;
  const parent = fd ? '/home/u' : `/d${dir}/`;
  const path = (item: number, text: string, inode: number, mode: string, nametype: string): string =>
    `type=PATH msg=${stamp}: item=${item} name="${text}" inode=${inode} dev=08:01 mode=${mode} ouid=0 ogid=0 rdev=00:00 nametype=${nametype}`;
  return [
    `type=SYSCALL msg=${stamp}: arch=c000003e syscall=${call} success=yes exit=0 a0=${fd ? '7' : AT_FDCWD} a1=0 a2=0 a3=0 items=2 ppid=1 pid=2 auid=0 uid=0 comm="x" exe="/x"`,
    `type=CWD msg=${stamp}: cwd="/home/u"`,
    path(0, parent, 100 + dir, '040755', 'PARENT'),
    path(1, fd ? name : `${parent}${name}`, 200 + name.charCodeAt(0), call === 258 ? '040755' : '0100644', type),
    `type=PROCTITLE msg=${stamp}: proctitle="x"`,
  ].join('\n');
}

const event = fc.record({
  call: fc.constantFrom(258, 263, 257),
  fd: fc.boolean(),
  dir: fc.nat(3),
  name: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom('CREATE', 'DELETE', 'NORMAL'),
});

it('folders found by their bytes are those of all events', () => {
  const file = join(folder, 'log');
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), (list) => {
      writeFileSync(file, `${list.map((one, i) => eventText(i + 1, one)).join('\n')}\n`);
      const events = [...readEvents([Buffer.from(list.map((one, i) => eventText(i + 1, one)).join('\n'))])];
      const all = new Folders();
      for (const one of events) all.learn(one);
      const span = FileSpan.open([file])!;
      const found = foldersOf(span);
      span.close();
      for (const one of events) {
        // Of files that are no folders only whole events tell.
        const paths = (folders: Folders) => folders.filesOf(one).map(({ path, folder }) => (folder ? path : undefined));
        expect(paths(found)).toEqual(paths(all));
      }
    }),
    { numRuns: 200 },
  );
});

const LINES = [
  { call: 263, fd: true, dir: 1, name: 'a', type: 'DELETE' },
  { call: 257, fd: false, dir: 1, name: 'b', type: 'CREATE' },
  { call: 263, fd: true, dir: 1, name: 'c', type: 'DELETE' },
].map((one, i) => eventText(i + 1, one));

it('a file is read for them; of a stream, what came before is known', () => {
  const bytes = Buffer.from(LINES.join('\n'));
  const events = [...readEvents([bytes])];
  const file = join(folder, 'log');
  writeFileSync(file, bytes);
  const stream: Trail = { name: 'standard input', async *chunks() {} };
  const told = (trail: Trail) => {
    const files = filesOfTrails([trail]);
    return events.map((one) => files(one)[0]!.path);
  };
  expect(told(fileTrail(file))).toEqual(['/d1/a', '/d1/b', '/d1/c']);
  expect(told(stream)).toEqual([undefined, '/d1/b', '/d1/c']);
});
