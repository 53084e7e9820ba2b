// Record types have names (`RECORD.SYSCALL`) and their blocks have (`RECORD_RANGE.daemon`): a bare number says neither what
// it means nor whether it is a type at all.
import { describe, expect, it } from 'vitest';
import { sources } from './sources.fixture.ts';

/** A type compared with a number, a range of two numbers, a number as a key of a table or as a constant's value. */
const BARE = [
  /\btype\w*\)?\s*(?:[<>]=?|[!=]==)\s*[12]\d{3}\b/i,
  /\b[12]\d{3}\s*(?:[<>]=?|[!=]==)\s*(?:\w+\.)*type\b/i,
  /\[\s*1\d{3},\s*1\d{3}\b|\[\s*2[0-5]\d{2},\s*2\d{3}\b/,
  /^\s*(?:\[\s*)?1[0-8]\d{2}(?:: \{|\]: |, ['[{])/,
  /^\s*[A-Z_]+: 1[0-8]\d{2},$/,
  /^\s*(?:1[0-8]\d{2}|2[0-5]\d{2}),$/,
  /\b(?:AUDIT_|FIRST_|LAST_)\w+ = [12]\d{3}\b/,
];

/** The lines of code with a bare record type; comments and texts may say numbers. */
const bareLines = (text: string): string[] =>
  text
    .replace(/`[^`]*`/g, '``')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\/\/|\*|\/\*).*$/, ''))
    .filter((line) => BARE.some((one) => one.test(line)));

/** Numbers that look like record types and are none. */
const ALLOWED: Readonly<Record<string, string>> = { 'cli/times.ts': 'a year' };

describe('a record type by its bare number', () => {
  it('stands in no file but the tables', () => {
    const found = sources()
      .filter(({ file }) => !file.startsWith('tables/') && !(file in ALLOWED))
      .flatMap(({ file, text }) => bareLines(text).map((line) => `${file}: ${line.trim()}`));
    expect(found).toEqual([]);
  });

  it('would be seen', () => {
    for (const line of [
      'if (record.type === 1300) return;',
      'const isUsers = (type: number) => type >= 1100 && type < 1200;',
      'if (1327 === record.type) return;',
      'within([1700, 1799], [2100, 2199])',
      "  1325: { action: 'x' },",
      "  [1325, 'x'],",
      'const AUDIT_USER = 1005;',
      '  START: 1200,',
      '  1327,',
    ])
      expect(bareLines(line)).toEqual([line]);
  });
});
