// The life of a file by device and inode, in made-up trails and in the lab’s.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { Folders, normalizePath, readPath, resolvePath } from '../paths/index.ts';
import { LineSplitter, parseRecord } from '../record/index.ts';
import { ProcessFeed } from './feed.ts';
import { ProcessHistory } from './history.ts';
import type { TouchQuery } from './touch.ts';
import { InodeFinder, TouchCollector } from './touched.ts';
import { TrailWriter } from './trail.fixture.ts';

function livesIn(bytes: Uint8Array, query: TouchQuery) {
  const finder = new InodeFinder(query);
  const lines = new LineSplitter((chunk, start, end) => {
    const record = parseRecord(chunk, start, end);
    if (record?.type === 1302) finder.path(readPath(record));
  });
  lines.push(bytes);
  lines.end();
  const folders = new Folders();
  for (const event of readEvents([bytes])) folders.learn(event);
  const touches = new TouchCollector(query, finder.files, folders);
  const feed = new ProcessFeed(new ProcessHistory(), {
    fork: (parent, child) => touches.fork(parent, child),
    call: (life, call, view, event) => touches.call(life, call, view, event),
  });
  for (const event of readEvents([bytes])) feed.push(event);
  return touches.lives().map((life) => ({
    file: life.file,
    deeds: life.touches.map(
      (t) => `${t.deed}${t.error ? ` ${t.error}` : ''} ${t.path}${t.other ? ` > ${t.other}` : ''}`,
    ),
    touches: life.touches,
  }));
}

const sh = { pid: 10, ppid: 1, comm: 'sh' };
const path = (i: number, name: string, inode: number, nametype: string, mode = '0100644') =>
  `type=PATH item=${i} name="${name}" inode=${inode} dev=08:01 mode=${mode} ouid=0 ogid=0 rdev=00:00 nametype=${nametype}`;
const cwd = 'type=CWD cwd="/home/a"';
const AT_FDCWD = 0xffffff9c;

describe('who-touched', () => {
  it('follows a file by device and inode through its names', () => {
    const trail = new TrailWriter()
      .call(0, sh, 257, [AT_FDCWD, 0, 0x241], 3, [
        cwd,
        path(0, '/home/a', 1, 'PARENT', '040755'),
        path(1, 'draft', 77, 'CREATE'),
      ])
      .call(10, sh, 91, [3, 0o600], 0, [
        'type=PATH item=0 name=(null) inode=77 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL',
      ])
      .call(20, sh, 82, [0, 0], 0, [
        cwd,
        path(0, '/home/a', 1, 'PARENT', '040755'),
        path(1, '/home/b/', 2, 'PARENT', '040755'),
        path(2, 'draft', 77, 'DELETE'),
        path(3, '/home/b/final', 77, 'CREATE'),
      ])
      .call(30, sh, 257, [AT_FDCWD, 0, 0], -13, [cwd, path(0, '../b/final', 77, 'NORMAL')])
      .call(40, sh, 87, [0], 0, [
        cwd,
        path(0, '/home/b', 2, 'PARENT', '040755'),
        path(1, '/home/b/final', 77, 'DELETE'),
      ])
      .call(50, sh, 257, [AT_FDCWD, 0, 0x241], 3, [cwd, path(0, '/home/a/other', 77, 'CREATE')]);
    const [life, ...rest] = livesIn(trail.bytes, { path: '/home/b/final' });
    expect(rest).toEqual([]);
    expect(life!.deeds).toEqual([
      'created /home/a/draft',
      'permissions changed undefined',
      'renamed /home/a/draft > /home/b/final',
      'opened to read -13 /home/b/final',
      'deleted /home/b/final',
    ]);
    expect(life!.touches[1]).toMatchObject({ named: 'none', to: '0600' });
  });

  it('resolves names against descriptors, in children too, and says when it cannot', () => {
    const child = { pid: 11, ppid: 10, comm: 'sh' };
    const trail = new TrailWriter()
      .call(0, sh, 257, [AT_FDCWD, 0, 0x10000], 5, [cwd, path(0, '/srv/www', 9, 'NORMAL', '040755')])
      .fork(1, sh, 11)
      .call(2, child, 257, [5, 0, 1], 6, [cwd, path(0, 'index', 70, 'NORMAL')])
      .call(3, child, 257, [8, 0, 1], 7, [cwd, path(0, 'index', 70, 'NORMAL')])
      .call(4, child, 257, [8, 0, 1], 7, [cwd, path(0, 'link', 70, 'NORMAL')]);
    const [life] = livesIn(trail.bytes, { path: '/srv/www/index' });
    expect(life!.touches.map((t) => [t.path, t.named])).toEqual([
      ['/srv/www/index', 'known'],
      ['index', 'relative'],
      ['link', 'relative'],
    ]);
  });

  it('does not mix up files of one name in two folders', () => {
    const trail = new TrailWriter()
      .call(0, sh, 2, [0, 0], 3, [cwd, path(0, '/a/x', 1, 'NORMAL')])
      .call(1, sh, 2, [0, 0], 3, [cwd, path(0, '/b/x', 2, 'NORMAL')]);
    expect(livesIn(trail.bytes, { path: '/a/x' }).map((life) => life.file)).toEqual(['08:01 1']);
    expect(livesIn(trail.bytes, { path: '/a', below: true }).map((life) => life.file)).toEqual(['08:01 1']);
  });

  it('tells what a program did to a file by every odd way to name one, as kernel 6.18 recorded it', () => {
    // created in d1, opened by openat2 below a descriptor, moved to d2 by renameat2 of two descriptors, linked by
    // AT_EMPTY_PATH and by /proc/self/fd, read by a symbolic link, emptied below another working directory, exchanged
    // with another file; then d2 becomes d3, and the file is written by its path and by the old descriptor.
    const [life, ...rest] = livesIn(readFileSync(new URL('../../test/explain/at-calls.log', import.meta.url)), {
      path: '/run/at/d1/target',
    });
    expect(rest).toEqual([]);
    expect(life!.deeds).toEqual([
      'created /run/at/d1/target',
      'permissions changed undefined',
      'owner changed undefined',
      'opened to write /run/at/d1/target',
      'renamed /run/at/d1/target > /run/at/d2/moved',
      'looked at /run/at/d2/moved',
      'linked undefined > /run/at/hard',
      'permissions changed undefined',
      'owner changed undefined',
      'linked /proc/self/fd/5 > /run/at/hard2',
      'opened to read /run/at/sym',
      'emptied /run/at/d2/moved',
      'opened to read /run/at/d2/moved',
      'attributes changed /run/at/d2/moved',
      'attributes changed undefined',
      'size changed /run/at/d2/moved',
      'renamed /run/at/hard > /run/at/other',
      'opened to write /run/at/d3/moved',
      'deleted /run/at/d3/moved',
      'deleted /run/at/hard2',
      'deleted /run/at/other',
    ]);
    expect(life!.touches.find((t) => t.path === '/run/at/d3/moved')!.count).toBe(2);
  });

  const lab = new URL('../../../shared/corpus/lab/raw.log', import.meta.url);
  it.skipIf(!existsSync(lab))('tells how /etc/shadow was replaced four times [needs ../shared/corpus]', () => {
    const lives = livesIn(readFileSync(lab), { path: '/etc/shadow' });
    const renames = lives.flatMap((life) => life.deeds.filter((deed) => deed.startsWith('renamed')));
    expect(renames).toEqual([
      'renamed /etc/shadow+ > /etc/shadow',
      'renamed /etc/nshadow > /etc/shadow',
      'renamed /etc/shadow+ > /etc/shadow',
      'renamed /etc/shadow+ > /etc/shadow',
    ]);
    const denied = lives.flatMap((life) => life.touches).filter((t) => t.error === -13);
    expect(new Set(denied.map((t) => t.life!.auid))).toEqual(new Set([1001]));
  });
});

describe('paths', () => {
  it('are normalised as text', () => {
    expect(normalizePath('/a//b/./../c/')).toBe('/a/c');
    expect(normalizePath('/../..')).toBe('/');
    expect(normalizePath('../x')).toBe('../x');
    expect(resolvePath('x', undefined)).toBeUndefined();
    expect(resolvePath('./x', '/')).toBe('/x');
  });
});
