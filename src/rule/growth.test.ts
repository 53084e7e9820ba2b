// Reading, checking, planning, merging and explaining rules takes work that grows with their text: whatever the line, and
// however many rules. The shapes are those that once were compared each with each.
import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../test/growth.fixture.ts';
import { suggestion } from '../base/index.ts';
import {
  checkRules,
  encodeRule,
  explainRule,
  planRules,
  type RuleContext,
  readRules,
  ruleSet,
  simulateCall,
} from './index.ts';
import { wordsOf } from './words.ts';

const accounts = { userId: () => undefined, groupId: () => undefined };
const context: RuleContext = { host: 'x86_64', accounts, isDirectory: () => false };

const lines = (n: number, line: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n');
const CALL = '-a always,exit -F arch=b64 -S openat';

/** Sets of n rules; each took the square of their number when every rule was compared with every one before it. */
const SETS: Readonly<Record<string, (i: number) => string>> = {
  'one user each': (i) => `${CALL} -F auid=${i} -k k`,
  'ranges of users': (i) => `${CALL} -F auid>=${i} -k k`,
  'one path each': (i) => `-a always,exit -F path=/home/${i}/x -F perm=wa -k k${i}`,
  watches: (i) => `-w /home/${i} -p wa`,
  'ranges beside the same user': (i) => `${CALL} -F uid=5 -F auid>=${i}`,
  'deep directories': (i) => `-a always,exit -F arch=b64 -F dir=/${'d/'.repeat(i % 200)}x${i} -F perm=wa`,
  'rules put first': (i) => `-A always,exit -F arch=b64 -S kill -F auid=${i}`,
  'exclusions among rules': (i) => (i % 2 ? `-a never,exclude -F auid=${i}` : `${CALL} -F auid=${i}`),
  'pairs of both ABIs': (i) => `-a always,exit -F arch=b${i % 2 ? 32 : 64} -S openat -F auid=${i >> 1}`,
};

describe('work grows with the text', () => {
  it.each(Object.entries(SETS))('of a set: %s', async (name, line) => {
    const work = (text: string) =>
      checkRules([{ file: 'f', lines: readRules(text, 'f', context) }], { host: 'x86_64' });
    await expectLinear(name, work, { n: 150, make: (n) => lines(n, line), runs: 2 });
  });

  it.each([
    ['one word', (n: number) => 'x'.repeat(n)],
    ['a word of equals signs and quotes', (n: number) => '="'.repeat(n)],
    ['a word of backslashes', (n: number) => '\\ '.repeat(n)],
    ['quotes that do not close', (n: number) => '"a= '.repeat(n)],
    ['options', (n: number) => '-k '.repeat(n)],
  ] as const)('of a line: %s', async (name, make) => {
    await expectLinear(name, wordsOf, { n: 5000, make });
    await expectLinear(`${name}, read`, (text: string) => readRules(text, 'f', context), { n: 5000, make });
  });

  it('of a plan, and what rules mean', async () => {
    const rules = (n: number) =>
      ruleSet([{ file: 'f', lines: readRules(lines(n, SETS['one user each']!), 'f', context) }]).rules.map(
        (r) => r.rule,
      );
    await expectLinear('plan', (some: ReturnType<typeof rules>) => planRules(some.toReversed().map(encodeRule), some), {
      n: 100,
      make: rules,
    });
    const explain = (some: ReturnType<typeof rules>) => some.map((rule) => explainRule(rule, { host: 'x86_64' }));
    await expectLinear('explain', explain, { n: 100, make: rules });
  });

  it('of a word that is like none', async () => {
    const words = ['always', 'never', 'exit'];
    await expectLinear('suggestion', (word: string) => suggestion(word, words), {
      n: 100_000,
      make: (n) => 'x'.repeat(n),
    });
    const alike = (n: number): string[] => Array.from({ length: 50 }, (_, i) => 'x'.repeat(n + i));
    await expectLinear('alike', (some: string[]) => suggestion(`${some[0]}y`, some), { n: 200, make: alike });
  });

  it('finds what it found: a covered rule among thousands, by any kind of condition', () => {
    const text = `${lines(300, SETS['one path each']!)}\n${CALL} -F auid>=1000\n${lines(300, SETS['one user each']!)}
${CALL} -F auid=5000\n-a always,exit -F path=/home/7/x -F perm=w\n-a always,exit -F path=/home/7/x -F perm=r -F uid=0`;
    const found = checkRules([{ file: 'f', lines: readRules(text, 'f', context) }], { host: 'x86_64' });
    expect(found.filter(({ code }) => code === 'shadowed').map(({ line, message }) => [line, message])).toEqual([
      [602, expect.stringContaining('f:301')],
      [603, expect.stringContaining('f:8')],
    ]);
  });
});

it('says from which rule on not all were compared', () => {
  const found = (n: number) =>
    checkRules(
      [
        {
          file: 'f',
          lines: readRules(
            lines(n, (i) => `${CALL} -F auid>=${n - i}`),
            'f',
            context,
          ),
        },
      ],
      {
        host: 'x86_64',
      },
    ).filter(({ code }) => code === 'not-compared');
  expect(found(128)).toEqual([]);
  expect(found(300)).toMatchObject([{ line: 129, severity: 'hint' }]);
});

describe('what the kernel does not take is said', () => {
  it.each([
    [`-w /${'x'.repeat(5000)} -p wa`, 'the kernel takes 4096'],
    [`${CALL} -F exe=/${'x'.repeat(5000)}`, 'the kernel takes 4096'],
    [`${CALL} -k ${'x'.repeat(257)}`, 'more than 256 bytes'],
    [`${CALL}${' -k abcdefgh'.repeat(40)}`, 'more than 256 bytes'],
    [`${CALL}${' -F auid!=1'.repeat(70)}`, 'more than 64 conditions'],
    [`${CALL} -F auid=${'1'.repeat(70_000)}`, 'no rule has more than 65536'],
    ['x'.repeat(490_000), 'no rule has more than 65536'],
    ['-w /a\0b -p wa', 'a NUL byte'],
    ['\0'.repeat(3000), 'a NUL byte'],
  ])('%#', (line, message) => {
    const [read] = readRules(line, 'f', context);
    expect(read!.error!.message).toContain(message);
    expect(read!.error!.message.length).toBeLessThan(1200);
  });

  it('but a comment or blanks may be of any length', () => {
    expect(readRules(`#${'x'.repeat(70_000)}\n${' '.repeat(70_000)}\n`, 'f', context)).toEqual([]);
  });

  it('keys of 256 bytes and paths of 4096 are taken', () => {
    const text = `${CALL} -k ${'x'.repeat(256)}\n-w /${'x'.repeat(4095)}`;
    expect(readRules(text, 'f', context).map(({ error }) => error)).toEqual([undefined, undefined]);
  });
});

it('a call is held against the rules that can take it', async () => {
  const call = { arch: 0xc000003e, syscall: 62, exit: 0, args: [], ids: { auid: 7 }, paths: [] };
  const rules = ruleSet([{ file: 'f', lines: readRules(lines(2000, SETS['one user each']!), 'f', context) }]).rules;
  expect(simulateCall(rules, call).outcome).toBe('unmatched');
  // The verdicts are not kept: with a quarter of a million of them it is the collector that is measured.
  const work = (n: number): void => {
    for (let i = 0; i < n; i++) simulateCall(rules, call);
  };
  await expectLinear('calls', work, { n: 1000 });
});
