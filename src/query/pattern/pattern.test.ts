// Patterns against JavaScript's own engine where that answers at once, and against GNU grep; and patterns that are made
// to take for ever.

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../base/bytes.ts';
import { Automaton } from './automaton.ts';
import { MOST_STEPS, PatternError, patternTest, readPattern } from './index.ts';

const finds = (source: string, text: string): boolean => patternTest(readPattern(source))(fromUtf8(text));

function fault(source: string, strict = false): PatternError {
  try {
    readPattern(source, { strict });
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
  throw new Error(`no error for ${source.slice(0, 80)}`);
}

/** A pattern as POSIX has it and as JavaScript has it. */
type Both = readonly [posix: string, javascript: string];
const same = (text: string): Both => [text, text];
const atom: fc.Arbitrary<Both> = fc.constantFrom<Both[]>(
  ...['a', 'b', '-', '.', '[ab]', '[^a]', '[^ab-]', '\\w', '\\W', '\\b', '\\B', '\\.', '^', '$'].map(same),
  ['\\<', '(?:\\b(?=\\w))'],
  ['\\>', '(?:\\b(?<=\\w))'],
  ['abc', 'abc'],
  ['\\s', '[ \\t-\\r]'],
  ['[[:alpha:]]', '[A-Za-z]'],
  ['[]a]', '[\\]a]'],
  ['é', '(?:\\xc3\\xa9)'],
  ['[é€b]', '(?:\\xc3\\xa9|\\xe2\\x82\\xac|b)'],
  ['[^é€b]', '(?:(?!\\xc3\\xa9|\\xe2\\x82\\xac)[^b])'],
);
const repeats = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,2}', '{2,}');
/** Repeats are not nested, so that JavaScript's engine has an answer soon. */
const piece: fc.Arbitrary<Both> = fc
  .tuple(fc.array(atom, { minLength: 1, maxLength: 3 }), fc.boolean(), repeats)
  .map(([atoms, group, repeat]) => {
    const joined = (side: 0 | 1): string => atoms.map((one) => one[side]).join('');
    if (group) return [`(${joined(0)}|b)${repeat}`, `(?:${joined(1)}|b)${repeat}`];
    return [`${joined(0)}(c)${repeat}`, `${joined(1)}(?:c)${repeat}`];
  });
const pattern: fc.Arbitrary<Both> = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map((pieces) => [pieces.map(([p]) => p).join(''), pieces.map(([, j]) => j).join('')]);
const text = fc
  .array(
    fc.constantFrom('a', 'b', 'c', '-', ' ', '_', '\n', '\xc3\xa9', '\xe2\x82\xac', '\xc3', '\xa9', '\xe2', '\x82'),
    {
      maxLength: 10,
    },
  )
  .map((parts) => parts.join(''));

describe('readPattern', () => {
  it("finds what JavaScript's engine finds", () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 20 }), ([posix, javascript], texts) => {
        const test = patternTest(readPattern(posix));
        const other = new RegExp(javascript, 's');
        for (const one of texts) expect([posix, one, test(one)]).toEqual([posix, one, other.test(one)]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds what grep -E finds', () => {
    const sources = [
      '(a|ab)(c|bcd)*d',
      'a{2,3}b?',
      '[[:digit:]]+\\.',
      '^(ab)*$',
      '\\<b',
      'b\\>',
      '(.)\\1',
      'x|^$',
      '[]a]b',
    ];
    const texts = [
      '',
      'abcd',
      'aab',
      'aaaab',
      '12.',
      'abab',
      'aba',
      'a b',
      'xbx',
      'ab',
      ']b',
      'aa',
      'acbcdd',
      '1.',
      '_b',
    ];
    for (const source of sources) {
      const { stdout } = spawnSync('grep', ['-aE', '-e', source], {
        input: `${texts.join('\n')}\n`,
        encoding: 'latin1',
        env: { ...process.env, LC_ALL: 'C' },
      });
      const found = stdout.split('\n').slice(0, -1);
      expect(
        texts.filter((one) => finds(source, one)),
        source,
      ).toEqual(found);
    }
  });

  it('takes a repeat of no or any times, as regcomp(3) does', () => {
    expect(finds('^ba{,}$', 'b') && finds('^ba{,}$', 'baaa') && finds('^ba{,2}$', 'baa')).toBe(true);
    expect(finds('^ba{,2}$', 'baaa')).toBe(false);
    expect(fault('a{}').at).toBe(1);
  });

  it('takes back-references to a group of few texts, and refuses others', () => {
    expect(finds('=(.)\\1 ', 'a=xx b')).toBe(true);
    expect(finds('=(.)\\1 ', 'a=xy b')).toBe(false);
    expect(finds('(ab|c)-\\1', 'ab-c')).toBe(false);
    expect(finds('^(ab|cd)-(x\\1|y)$', 'cd-xcd')).toBe(true);
    expect(finds('^(ab|cd)-(x\\1|y)$', 'cd-xab')).toBe(false);
    expect(finds('((a|b)\\2)+c', 'aabbc')).toBe(true);
    for (const source of ['(.*)\\1', '(a+)\\1', '(.)*\\1', '(a|b\\1)', '((.))x|\\1'])
      expect(fault(source).message, source).toMatch(/bounded time|no group ends/);
    expect(fault('(.)(.)\\1\\2').message).toContain('too large');
  });

  it('refuses what is none, and says where', () => {
    for (const [source, at] of [
      ['a(b', 1],
      ['*a', 0],
      ['a|*', 2],
      ['a{', 1],
      ['a{3,2}', 1],
      ['[a', 0],
      ['[b-a]', 1],
      ['[[:nothing:]]', 1],
      ['[[.ab.]]', 1],
      ['a\\', 1],
      ['(?:a)', 1],
      ['a\\1', 1],
    ] as const)
      expect(fault(source).at, source).toBe(at);
  });

  it('refuses, where it is asked to be strict, what other dialects read in another way', () => {
    for (const source of ['\\d+', 'a+?', '[\\w.]', 'a{2}{3}', '\\t']) {
      expect(fault(source, true).message.length, source).toBeGreaterThan(20);
      expect(() => readPattern(source), source).not.toThrow();
    }
    for (const source of ['^/usr/sbin/nginx$', '\\w+\\.sh', '[\\\\/]', '(a+)?']) readPattern(source, { strict: true });
  });
});

describe('patterns that are made to take for ever', () => {
  const evil = [
    '^([^@]+)+@$',
    '(a|a)*b',
    '(a*)*b',
    '(.*)*x',
    '(a|aa)+$',
    '(.*a){12}c',
    '[ab]*a[ab]{1000}c',
    '((a?){30}){30}b',
    '(\\<a|a\\>|a)*!',
    '([^é€]*[^é])*!',
  ];

  it.each(evil)('cost a look at every step for each byte at most: %s', (source) => {
    const { program } = readPattern(source);
    let random = 1;
    const next = (): number => (random = (random * 48_271) % 2_147_483_647);
    for (const length of [500, 1000, 2000]) {
      const automaton = new Automaton(program);
      automaton.test(Array.from({ length }, () => (next() % 2 ? 'a' : 'b')).join(''));
      expect(automaton.looks).toBeLessThanOrEqual((length + 1) * program.kind.length * (source.includes('€') ? 4 : 1));
    }
  });

  it.each([
    ['a repeat of a repeat', 'a{1,500}{1,500}'],
    ['a number that is too large', 'a{99999}'],
    ['repeats of nothing', '(()*{30000}){30000}'],
    ['64 kB of letters', 'a'.repeat(65_536)],
    ['64 kB of brackets', '[[.'.repeat(21_845)],
    ['64 kB of repeats', `a${'*'.repeat(65_535)}`],
    ['100,000 open groups', '('.repeat(100_000)],
    ['100,000 groups', `${'('.repeat(100_000)}a${')'.repeat(100_000)}`],
    ['10,000 branches', Array.from({ length: 10_000 }, (_, i) => `b${i}`).join('|')],
    ['50,000 empty branches', '|'.repeat(50_000)],
    [
      'many characters between brackets',
      `[^${String.fromCodePoint(...Array.from({ length: 9000 }, (_, i) => 0x4e00 + i))}]{900}`,
    ],
    ['back-references to much', '(.)'.repeat(9).concat('\\1\\2\\3\\4\\5\\6\\7\\8\\9')],
  ])('are refused where they would grow: %s', (_what, source) => {
    expect(fault(source).message).toMatch(
      /large|deep|at most|follow each other|not closed|too many|names no character/,
    );
  });

  it('may be as large as is bounded, and still forget what they cannot hold', () => {
    const branches = Array.from({ length: 500 }, (_, i) => `w${i}x`).join('|');
    expect(readPattern(branches).steps).toBeLessThanOrEqual(MOST_STEPS);
    expect(finds(branches, 'a w499x')).toBe(true);
    expect(finds(branches, 'a w500x')).toBe(false);
    const last = patternTest(readPattern('^[ab]*a[ab]{10}$'));
    let random = 7;
    for (let i = 0; i < 50; i++) {
      const word = Array.from({ length: 400 }, () =>
        (random = (random * 48_271) % 2_147_483_647) % 2 ? 'a' : 'b',
      ).join('');
      expect(last(word)).toBe(word.at(-11) === 'a');
    }
  });
});
