// Names resolved over random histories of a made-up file system, written down as the kernel does: each resolved path is the
// true one, or none is given.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { TrailWriter } from '../explain/trail.fixture.ts';
import { directoryArgument } from './descriptor.ts';
import { Folders } from './folders.ts';

const AT_FDCWD = 0xffffff9c;
const [MKDIRAT, UNLINKAT, RENAMEAT2, OPENAT] = [258, 263, 316, 257];
const actor = { pid: 10, ppid: 1, comm: 'x' };

/** A folder or file of the made-up file system. */
interface Thing {
  readonly inode: number;
  readonly folder: boolean;
  parent: Thing | undefined;
  name: string;
}

/** A file system whose every change is written down. */
class Disk {
  readonly trail = new TrailWriter();
  /** The true path of each file of each event, in the order of its PATH records without PARENT. */
  readonly truth: string[][] = [];
  readonly root: Thing = { inode: 2, folder: true, parent: undefined, name: '' };
  readonly things: Thing[] = [this.root];
  readonly cwd: Thing;
  private readonly free: number[] = [];
  private next = 3;
  private at = 0;

  constructor() {
    const home = this.add(this.root, 'home', true);
    this.cwd = this.add(home, 'u', true);
  }

  add(parent: Thing, name: string, folder: boolean): Thing {
    // A number that came free is taken first, as ext4 does.
    const thing = { inode: this.free.pop() ?? this.next++, folder, parent, name };
    this.things.push(thing);
    return thing;
  }

  pathOf = (thing: Thing): string =>
    thing.parent === undefined ? '/' : `${thing.parent === this.root ? '' : this.pathOf(thing.parent)}/${thing.name}`;

  child = (parent: Thing, name: string): Thing | undefined =>
    this.things.find((thing) => thing.parent === parent && thing.name === name);

  isAbove(one: Thing, other: Thing): boolean {
    for (let at: Thing | undefined = other; at; at = at.parent) if (at === one) return true;
    return false;
  }

  /** How the program names `name` in `parent`: absolute, below the working directory, or below a descriptor. */
  private named(parent: Thing, name: string, way: number): { fd: number; name: string; parent: string } {
    const folder = this.pathOf(parent);
    const cwd = this.pathOf(this.cwd);
    if (way === 1 && parent === this.cwd) return { fd: AT_FDCWD, name, parent: cwd };
    if (way === 1 && folder.startsWith(`${cwd}/`)) {
      const below = folder.slice(cwd.length + 1);
      return { fd: AT_FDCWD, name: `${below}/${name}`, parent: `${below}/` };
    }
    if (way === 2) return { fd: 7, name, parent: cwd };
    const prefix = folder === '/' ? '/' : `${folder}/`;
    return { fd: AT_FDCWD, name: prefix + name, parent: prefix };
  }

  private path(item: number, name: string, { inode, folder }: Thing, nametype: string): string {
    return `type=PATH item=${item} name="${name}" inode=${inode} dev=08:01 mode=${folder ? '040755' : '0100644'} ouid=0 ogid=0 rdev=00:00 nametype=${nametype}`;
  }

  private write(syscall: number, args: number[], paths: string[], truth: string[]): void {
    this.at += this.at % 3 === 0 ? 0 : 5; // some share a millisecond
    this.trail.call(this.at++, actor, syscall, args, 0, [`type=CWD cwd="${this.pathOf(this.cwd)}"`, ...paths]);
    this.truth.push(truth);
  }

  make(parent: Thing, name: string, folder: boolean, way: number): void {
    if (this.child(parent, name)) return;
    const how = this.named(parent, name, way);
    const thing = this.add(parent, name, folder);
    this.write(
      folder ? MKDIRAT! : OPENAT!,
      [how.fd, 0, 0x241],
      [this.path(0, how.parent, parent, 'PARENT'), this.path(1, how.name, thing, 'CREATE')],
      [this.pathOf(thing)],
    );
  }

  remove(thing: Thing, way: number): void {
    if (!thing.parent || this.isAbove(thing, this.cwd) || this.things.some(({ parent }) => parent === thing)) return;
    const how = this.named(thing.parent, thing.name, way);
    this.write(
      UNLINKAT!,
      [how.fd, 0, thing.folder ? 0x200 : 0],
      [this.path(0, how.parent, thing.parent, 'PARENT'), this.path(1, how.name, thing, 'DELETE')],
      [this.pathOf(thing)],
    );
    this.things.splice(this.things.indexOf(thing), 1);
    this.free.push(thing.inode);
  }

  move(thing: Thing, to: Thing, name: string, ways: [number, number], swapped: boolean): void {
    if (!thing.parent || this.isAbove(thing, to) || this.child(to, name)) return;
    const old = this.named(thing.parent, thing.name, ways[0]);
    const now = this.named(to, name, ways[1]);
    const parents = [
      [old.parent, thing.parent],
      [now.parent, to],
    ] as [string, Thing][];
    if (swapped) parents.reverse();
    const before = this.pathOf(thing);
    const [cwd, paths] = [
      this.pathOf(this.cwd),
      [
        ...parents.map(([text, parent], i) => this.path(i, text, parent, 'PARENT')),
        this.path(2, old.name, thing, 'DELETE'),
        this.path(3, now.name, thing, 'CREATE'),
      ],
    ];
    thing.parent = to;
    thing.name = name;
    this.at += 5;
    this.trail.call(this.at++, actor, RENAMEAT2!, [old.fd, 0, now.fd, 0], 0, [`type=CWD cwd="${cwd}"`, ...paths]);
    this.truth.push([before, this.pathOf(thing)]);
  }
}

const NAMES = ['a', 'b', 'c'];
const step = fc.record({
  kind: fc.constantFrom('make', 'make', 'file', 'remove', 'remove', 'move'),
  one: fc.nat(40),
  two: fc.nat(40),
  name: fc.constantFrom(...NAMES),
  ways: fc.tuple(fc.constantFrom(0, 1, 2, 2), fc.constantFrom(0, 1, 2, 2)),
  swapped: fc.boolean(),
});

describe('the paths of files named below descriptors', () => {
  it('are the true ones, or none, whatever was made, moved and deleted', () => {
    let known = 0;
    let below = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.boolean(), (steps, backwards) => {
        const disk = new Disk();
        for (const { kind, one, two, name, ways, swapped } of steps) {
          const thing = disk.things[one % disk.things.length]!;
          const folders = disk.things.filter(({ folder }) => folder);
          const folder = folders[two % folders.length]!;
          if (kind === 'make' || kind === 'file') disk.make(folder, name, kind === 'make', ways[0]);
          else if (kind === 'remove') disk.remove(thing, ways[0]);
          else disk.move(thing, folder, name, ways, swapped);
        }
        const events = [...readEvents([disk.trail.bytes])];
        const folders = new Folders();
        for (const event of backwards ? events.toReversed() : events) folders.learn(event);
        events.forEach((event, i) => {
          const files = folders.filesOf(event);
          expect(files).toHaveLength(disk.truth[i]!.length);
          files.forEach((file, k) => {
            if (typeof file.base === 'object') below++;
            if (file.path === undefined) {
              expect(typeof file.base).toBe('object');
              return;
            }
            if (typeof file.base === 'object') known++;
            const told = `event ${i}, file ${k} of\n${disk.trail.lines.filter((line) => !line.includes('type=EOE')).join('\n')}`;
            expect(file.path, told).toBe(disk.truth[i]![k]!);
          });
        });
      }),
      { numRuns: 1000 },
    );
    expect(known).toBeGreaterThan(below / 2); // most of them are found
  });
});

it('mv f dir/: of two folders the one that stands below the other is not it', () => {
  const path = (item: number, name: string, inode: number, type: string, mode = '040755') =>
    `type=PATH item=${item} name="${name}" inode=${inode} dev=08:01 mode=${mode} ouid=0 ogid=0 rdev=00:00 nametype=${type}`;
  for (const swapped of [false, true]) {
    const parents = [path(0, '/home/u', 11, 'PARENT'), path(1, '/home/u', 10, 'PARENT')];
    const trail = new TrailWriter()
      .call(0, actor, RENAMEAT2!, [AT_FDCWD, 0, 3, 0], 0, [
        'type=CWD cwd="/home/u"',
        ...(swapped ? parents.toReversed() : parents),
        path(2, 'f', 12, 'DELETE', '0100644'),
        path(3, 'f', 12, 'CREATE', '0100644'),
      ])
      .call(9, actor, OPENAT!, [AT_FDCWD, 0, 0], 3, ['type=CWD cwd="/home/u"', path(0, 'dir', 11, 'NORMAL')]);
    const events = [...readEvents([trail.bytes])];
    const folders = new Folders();
    for (const event of events) folders.learn(event);
    expect(folders.filesOf(events[0]!).map((file) => file.path)).toEqual(['/home/u/f', '/home/u/dir/f']);
  }
});

describe('which argument is the descriptor', () => {
  it.each([
    ['creat', undefined],
    ['newfstat', undefined],
    ['oldlstat', undefined],
    ['cachestat', undefined],
    ['fstatat64', 0],
    ['unlinkat', 0],
    ['symlinkat', 1],
    ['toString', undefined],
  ] as const)('of %s', (call, place) => {
    expect(directoryArgument(call, false)).toBe(place);
    expect(directoryArgument('linkat', true)).toBe(2);
  });
});
