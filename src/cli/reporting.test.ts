// A trail read by several threads says what it says read by one: for every report, wherever the trail is cut, however its
// events interleave and its times jump. The oracle is the plain path.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FileSpan } from '../logs/span.ts';
import { UnreadTally } from '../record/unread.ts';
import { Gathering } from '../report/gather.ts';
import { overviewLines } from '../report/overview.ts';
import { reports } from '../report/registry.ts';
import { ranked } from '../report/tally.ts';
import type { Asked, Question } from '../reporting/question.ts';
import { type Range, rangesOf } from '../search/range.ts';
import { fileTrail } from '../search/search.ts';
import { type AskOptions, ask } from './reporting.ts';
import { type Helper, type HelperInput, HelperWork } from './reporting-helper.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-reporting-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One thread reads file after file. */
const PLAINLY = { flawed: () => {} };

const style = { interpret: false, escape: 'tty' } as const;
/** Every question there is: each report's rows and totals, the overview, groups, news, nothing. */
const ALL: readonly Asked[] = [
  { kind: 'nothing' },
  { kind: 'overview' },
  { kind: 'new', since: 1_700_000_002_000 },
  ...(['hour', 'user', 'host'] as const).map((by): Asked => ({ kind: 'by', by })),
  ...reports.flatMap(({ name: report, summary }): Asked[] => [
    { kind: 'rows', report, style },
    { kind: 'rows', report, style: 'modern' },
    ...(summary ? [{ kind: 'totals', report, style } as const] : []),
  ]),
];

/** The work of a thread, done here. */
function helperHere(input: HelperInput): Helper {
  const work = new HelperWork(input);
  const begun = Promise.resolve(structuredClone(work.begin()));
  return {
    begun,
    done: Promise.resolve(structuredClone(work.finish())),
    goOn: () => Promise.resolve(structuredClone(work.goOn())),
    stop: () => Promise.resolve(),
  };
}

/** All that is told of the files: rows, totals in their order, counts, times, errors. */
async function answer(files: readonly string[], question: Question, options: Partial<AskOptions>) {
  const rows: string[][] = [];
  const errors: string[] = [];
  const into = new Gathering((cells) => rows.push([...cells]));
  const unread = new UnreadTally();
  const seen = await ask(files.map(fileTrail), question, into, {
    failed: (error) => errors.push(error.message),
    unread,
    ...options,
  });
  const tallies = Array.from({ length: 8 }, (_, i) => ranked(into.tally(i)));
  return { rows, tallies, overview: overviewLines(into.overview), seen, errors, unread: unread.list() };
}

const BODIES: Readonly<Record<string, string>> = {
  SYSCALL: `arch=c000003e syscall=59 success=no exit=-13 a0=1 a1=2 a2=3 a3=4 items=2 ppid=7 pid=11 auid=33 uid=22 gid=23 euid=24 tty=tty1 ses=44 comm="c" exe="/e" subj=s:u:b key="k"`,
  CWD: 'cwd="/d"',
  PATH: 'item=0 name="./x" inode=1 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL',
  PROCTITLE: 'proctitle=61',
  EOE: '',
  USER_AUTH: `pid=11 uid=22 auid=33 ses=44 msg='op=x acct="bob" exe="/exe" hostname=host addr=1.2.3.4 terminal=t res=success'`,
  USER_LOGIN: `pid=11 uid=22 auid=33 ses=44 msg='op=login acct="bob" exe="/exe" hostname=? addr=1.2.3.4 terminal=t res=failed'`,
  AVC: `avc:  denied  { read } for  pid=11 comm="comm" path="/p" scontext=s:u:b:s0 tcontext=t:u:b:s0 tclass=file`,
  CONFIG_CHANGE: 'auid=33 ses=44 op=add_rule key="key" list=4 res=1',
  TTY: 'tty pid=11 uid=22 auid=33 ses=44 major=4 minor=5 comm="comm" data=6162',
};

/** Lines of events in any order; most times ascend slowly, some jump. */
const trail = fc
  .array(
    fc.record({
      type: fc.constantFrom(...Object.keys(BODIES), 'SYSCALL', 'PATH'),
      step: fc.constantFrom(0, 0, 0, 1, 1, 2, 5),
      jump: fc.constantFrom(...Array(40).fill(0), -3, -1, 1, 60),
      serial: fc.integer({ min: 1, max: 4 }),
      node: fc.constantFrom('', '', 'node=m '),
      broken: fc.constantFrom(false, false, false, false, false, true),
    }),
    { minLength: 1, maxLength: 60, size: 'max' },
  )
  .map((list) => {
    let sec = 1_700_000_000;
    return list.map(({ type, step, jump, serial, node, broken }) => {
      sec += step;
      const line = `${node}type=${type} msg=audit(${sec + jump}.000:${serial}): ${BODIES[type]}`;
      return `${broken ? line.slice(0, line.length >> 1) : line}\n`;
    });
  });

const gate = fc.record(
  {
    from: fc.constant(1_700_000_002),
    to: fc.constant(1_700_000_006),
    nodes: fc.constant(['m']),
    outcome: fc.constantFrom('yes', 'no'),
    noConfig: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Ranges that begin at those lines, and whose silent beginning is so many lines before. */
function cutAt(lines: readonly string[], cuts: readonly (readonly [at: number, back: number])[]): readonly Range[] {
  const starts = lines.map((_, i) => lines.slice(0, i).join('').length);
  const size = lines.join('').length;
  const seams = [...new Map(cuts.map(([at, back]) => [at % lines.length, back]))]
    .filter(([at]) => at > 0)
    .sort(([a], [b]) => a - b);
  const begins = [{ from: 0, warm: 0 }].concat(
    seams.map(([at, back]) => ({ from: starts[at]!, warm: starts[Math.max(0, at - back)]! })),
  );
  return begins.map((begin, i) => ({ ...begin, to: begins[i + 1]?.from ?? size }));
}

function writeSet(lines: readonly string[], cuts: readonly number[]): string[] {
  const ends = [...new Set([...cuts.map((cut) => cut % lines.length), lines.length])].sort((a, b) => a - b);
  return ends.map((end, i) => {
    const file = join(folder, `part.${i}`);
    writeFileSync(file, lines.slice(ends[i - 1] ?? 0, end).join(''));
    return file;
  });
}

describe('a report of several threads', () => {
  it('is that of one, wherever files and ranges are cut', async () => {
    const cuts = fc.array(fc.nat(99), { minLength: 1, maxLength: 3 });
    const seams = fc.array(fc.tuple(fc.nat(99), fc.constantFrom(0, 2, 10, 20, 30)), { minLength: 2, maxLength: 4 });
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(trail, gate, cuts, seams, async (lines, asked, fileCuts, rangeCuts) => {
        const files = writeSet(lines, fileCuts);
        for (const one of ALL) {
          const question: Question = { asked: one, gate: asked };
          const plain = await answer(files, question, PLAINLY);
          const ranges = cutAt(lines, rangeCuts);
          if (ranges.length > 1) cut++;
          const together = { threads: 4, cut: () => ranges, helper: helperHere };
          expect(await answer(files, question, together)).toEqual(plain);
          expect(await answer(files, question, { threads: 1 })).toEqual(plain);
        }
      }),
      { numRuns: 6 },
    );
    expect(cut).toBeGreaterThan(50);
  });

  const sample = fileURLToPath(new URL('../../sample/audit.log', import.meta.url));
  const lines = readFileSync(sample, 'latin1').split(/(?<=\n)/);
  const third = Math.floor(lines.length / 3);

  it.each([
    ['where each knows what waits at its beginning', 600, 600],
    ['where none can know', 0, 0],
    ['where the last cannot know', 600, 0],
  ])('is that of one with real threads, %s', async (_, back, lastBack) => {
    const files = writeSet(lines, [third, 2 * third]);
    const ranges = cutAt(lines, [
      [third + 1, back],
      [2 * third + 1, lastBack],
    ]);
    for (const one of ALL.filter(({ kind }) => kind !== 'rows' && kind !== 'totals').concat(ALL.slice(-3))) {
      const question: Question = { asked: one, gate: {} };
      const together = await answer(files, question, { threads: 3, cut: () => ranges });
      expect(together).toEqual(await answer(files, question, PLAINLY));
    }
  });

  it('says so when a thread fails', async () => {
    const files = writeSet(lines, [third]);
    const helper = (): Helper => {
      const failed = Promise.reject(new Error('no memory'));
      failed.catch(() => {});
      return { begun: failed, done: failed, goOn: () => failed, stop: () => Promise.resolve() };
    };
    const together = { threads: 2, cut: () => cutAt(lines, [[third, 100]]), helper };
    await expect(answer(files, { asked: { kind: 'overview' }, gate: {} }, together)).rejects.toThrow('no memory');
  });
});

describe('rangesOf', () => {
  const file = join(folder, 'large');
  /** Lines a hundred to the second, or all in one second. */
  const write = (perSecond: number): FileSpan => {
    const body = `type=USER_AUTH msg=audit(0.000:1): ${'x'.repeat(1000)}\n`;
    const all = Array.from({ length: 42_000 }, (_, i) =>
      body.replace('(0.', `(${1_700_000_000 + Math.floor(i / perSecond)}.`),
    );
    writeFileSync(file, all.join(''));
    return FileSpan.open([file])!;
  };

  it('gives ranges that follow on and begin with lines, each with two seconds before it', () => {
    const span = write(100);
    const ranges = rangesOf(span, 3, 2, 8 << 20);
    expect(ranges.length).toBe(3);
    expect(ranges[0]).toMatchObject({ warm: 0, from: 0 });
    expect(ranges.at(-1)!.to).toBe(span.size);
    const bytes = Buffer.alloc(40);
    const secondAt = (at: number): number => {
      span.read(bytes, at);
      return Number(/^type=USER_AUTH msg=audit\((\d+)/.exec(bytes.toString())![1]);
    };
    for (const [i, { warm, from }] of ranges.entries()) {
      if (i === 0) continue;
      expect(from).toBe(ranges[i - 1]!.to);
      expect(secondAt(from) - secondAt(warm)).toBeGreaterThanOrEqual(2);
      expect(from - warm).toBeLessThan(2 << 20);
    }
    span.close();
  });

  it('leaves a trail whole that is small, or whose events are all of one moment', () => {
    const dense = write(1_000_000);
    expect(rangesOf(dense, 4, 2, 8 << 20)).toHaveLength(1);
    dense.close();
    writeFileSync(file, 'type=USER_AUTH msg=audit(1.000:1): x\n'.repeat(1000));
    const small = FileSpan.open([file])!;
    expect(rangesOf(small, 4)).toHaveLength(1);
    small.close();
  });
});
