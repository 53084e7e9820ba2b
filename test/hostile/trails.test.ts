// Whole trails that cost more than their length if they are read without care: times that run backwards, a thousand rotated
// files, checkpoints, directories renamed without end, children of other pid namespaces.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BinaryReader, encodeBinary } from '../../src/dispatch/wire.ts';
import { askTouches, askTree, walkTrees } from '../../src/explain/index.ts';
import { rotatedSet } from '../../src/logs/index.ts';
import { resumeSearch } from '../../src/search/resume.ts';
import { fileTrail, search } from '../../src/search/search.ts';
import { expectLinear } from '../growth.fixture.ts';
import { bytesOfLines } from './lines.fixture.ts';
import { eventsOf } from './readers.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-trails-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fileOf = (lines: readonly string[]): string => {
  const path = join(folder, `${files++}.log`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

const stamp = (serial: number, type: string, sec = 1_700_000_000 + (serial >> 10)): string =>
  `type=${type} msg=audit(${sec}.${String(serial % 1000).padStart(3, '0')}:${serial}): `;
const call = (serial: number, nr: number, args: string, pid: number, ppid = 1, exit = 0, sec?: number): string =>
  `${stamp(serial, 'SYSCALL', sec)}arch=c000003e syscall=${nr} success=yes exit=${exit} ${args} items=0 ppid=${ppid} pid=${pid} auid=1000 uid=0 gid=0 euid=0 tty=pts0 ses=5 comm="c" exe="/c" key="k"`;
const ARGS = 'a0=0 a1=0 a2=0 a3=0';
const directory = (serial: number, item: number, name: string, inode: number, nametype: string): string =>
  `${stamp(serial, 'PATH')}item=${item} name="${name}" inode=${inode} dev=08:01 mode=040755 nametype=${nametype}`;
const times = (n: number, make: (i: number) => string | readonly string[]): string[] =>
  Array.from({ length: n }, (_, i) => make(i)).flat();

const backwards = (n: number): string[] => [
  `${call(1, 2, ARGS, 9, 1, 0, 1_900_000_000)} wanted`,
  ...times(n, (i) => [
    call(2 * i, 2, ARGS, 9, 1, 0, 1_800_000_000 - i),
    `${stamp(2 * i, 'CWD', 1_800_000_000 - i)}cwd="/"`,
  ]),
  `${call(1, 2, ARGS, 9, 1, 0, 1_700_000_000)} wanted`,
];

test.each(['time', 'ending'] as const)('a search for bytes where time runs backwards, by %s', async (order) => {
  await expectLinear(
    'a search',
    async (path: string) => {
      const tally = await search([fileTrail(path)], {
        order,
        needles: ['wanted'],
        matches: (event) => event.records.some(({ bytes }) => bytes !== undefined),
        found: () => true,
      });
      expect(tally.found).toBe(2);
    },
    { n: 4000, make: (n) => fileOf(backwards(n)), runs: 1 },
  );
});

test('a thousand rotated files are one trail, whose events may begin in one and end in the next', async () => {
  const set = join(folder, 'set');
  mkdirSync(set);
  for (let i = 0; i < 1000; i++)
    writeFileSync(
      join(set, i === 999 ? 'audit.log' : `audit.log.${999 - i}`),
      `${i > 0 ? `${stamp(i - 1, 'PROCTITLE')}proctitle="x"\n` : ''}${call(i, 2, ARGS, 9)}\n`,
    );
  const trails = rotatedSet(join(set, 'audit.log')).map(fileTrail);
  expect(trails.length).toBe(1000);
  for (const needles of [undefined, ['type=SYSCALL']]) {
    const sizes: number[] = [];
    const found = (event: { readonly records: readonly unknown[] }): boolean => sizes.push(event.records.length) > 0;
    await search(trails, { ...(needles && { needles }), matches: () => true, found });
    expect(sizes).toEqual([...times(999, () => '2').map(Number), 1]);
  }
});

test('a search that goes on from a checkpoint, and writes the next', async () => {
  await expectLinear(
    'to go on',
    async (path: string) => {
      const { dev, ino, size } = statSync(path);
      const event = { node: '', sec: 1_700_000_000, ms: 0, serial: 0, type: 1300, offset: size - 10 };
      const { found } = await resumeSearch({
        paths: [path],
        checkpoint: { dev, inode: ino, event },
        matches: () => true,
        found: () => true,
        now: 1_700_000_000,
      });
      expect(found).toBeGreaterThan(0);
    },
    {
      n: 1000,
      make: (n) => fileOf(times(n, (i) => call(i, 2, ARGS, 9, 1, 0, 1_700_000_000 + (i >> 6)))),
      runs: 1,
    },
  );
});

test('directories renamed again and again, with many others below', async () => {
  const lines = (n: number): string[] => [
    ...times(n, (i) => [call(i, 83, ARGS, 9), directory(i, 0, `/d0/${i}`, 100 + i, 'CREATE'), stamp(i, 'EOE')]),
    ...times(n, (i) => [
      call(n + i, 82, ARGS, 9),
      directory(n + i, 0, `/d${i}`, 10, 'DELETE'),
      directory(n + i, 1, `/d${i + 1}`, 10, 'CREATE'),
      stamp(n + i, 'EOE'),
    ]),
  ];
  const ask = (events: ReturnType<typeof eventsOf>) =>
    askTouches(async ({ event }) => events.forEach(event), { path: '/x' }, new Set(), { all: true, changes: false });
  await expectLinear('to follow the renames', ask, { n: 1000, make: (n) => eventsOf(bytesOfLines(lines(n))), runs: 1 });
});

test('children that hold their parent’s descriptors until they close one', async () => {
  const lines = (n: number): string[] => [
    ...times(1000, (i) => [
      call(i, 2, ARGS, 5, 1, i + 3),
      directory(i, 0, `/d/${i}`, 100 + i, 'NORMAL'),
      stamp(i, 'EOE'),
    ]),
    ...times(n, (i) => [
      call(1000 + 2 * i, 56, 'a0=11 a1=0 a2=0 a3=0', 5, 1, 5000 + i),
      stamp(1000 + 2 * i, 'EOE'),
      call(1001 + 2 * i, 3, 'a0=3 a1=0 a2=0 a3=0', 5000 + i, 5),
      stamp(1001 + 2 * i, 'EOE'),
    ]),
  ];
  const ask = (events: ReturnType<typeof eventsOf>) =>
    askTouches(async ({ event }) => events.forEach(event), { path: '/x' }, new Set(), { all: true, changes: false });
  await expectLinear('to follow the forks', ask, { n: 2000, make: (n) => eventsOf(bytesOfLines(lines(n))), runs: 1 });
});

test('children of another pid namespace, behind forks that are still to come', async () => {
  const lines = (n: number): string[] => [
    ...times(Math.min(n, 4000), (i) => [
      call(i, 56, 'a0=11 a1=0 a2=0 a3=0', 5, 1, i + 10, 1_900_000_000),
      stamp(i, 'EOE', 1_900_000_000),
    ]),
    ...times(n, (i) => [call(n + i, 2, ARGS, 10_000_000 + i, 5), stamp(n + i, 'EOE')]),
  ];
  const ask = async (events: ReturnType<typeof eventsOf>) => {
    const { trees } = await askTree(async ({ event }) => events.forEach(event), {});
    expect([...walkTrees(trees)].length).toBeGreaterThan(1);
  };
  await expectLinear('to find whose they are', ask, {
    n: 1000,
    make: (n) => eventsOf(bytesOfLines(lines(n))),
    runs: 1,
  });
});

test('binary records in pieces of any size', async () => {
  const record = (n: number) => encodeBinary({ version: 1, type: 1300, text: new Uint8Array(n).fill(65) });
  await expectLinear(
    'to put them together',
    (n) => {
      const reader = new BinaryReader();
      const bytes = Buffer.concat([record(60_000), ...Array.from({ length: n }, () => record(300))]);
      let heard = 0;
      for (let at = 0; at < bytes.length; at += 512) for (const _ of reader.push(bytes.subarray(at, at + 512))) heard++;
      expect(heard).toBe(n + 1);
    },
    { n: 1000 },
  );
});
