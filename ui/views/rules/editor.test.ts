// The rules editor: places in the text, faults beside their lines, what a plan comes to.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleFinding } from '../../../src/web/contract.ts';
import {
  costBars,
  editorLines,
  findingsText,
  joinedFiles,
  offsetOf,
  placeOf,
  planText,
  sortedFindings,
  textOfFiles,
  wordAt,
} from './editor.ts';

const finding = (line: number, severity: RuleFinding['severity'], column?: number): RuleFinding => ({
  line,
  severity,
  code: 'x',
  message: 'm',
  remedy: 'r',
  ...(column === undefined ? {} : { column }),
});

describe('places', () => {
  it('are offsets and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'é') }), fc.nat(40), (text, n) => {
        const offset = Math.min(n, text.length);
        const { line, column } = placeOf(text, offset);
        expect(offsetOf(text, line, column)).toBe(offset);
      }),
    );
  });
  it('stay inside the text', () => {
    expect(offsetOf('ab\ncd', 1, 99)).toBe(2);
    expect(offsetOf('ab\ncd', 9, 1)).toBe(5);
    expect(offsetOf('', 1, 1)).toBe(0);
  });
  it('hold the word the fault is about', () => {
    const text = '-D\n-a entry,always -S open';
    expect(text.slice(...wordAt(text, 2, 4))).toBe('entry,always');
    expect(text.slice(...wordAt(text, 2, undefined))).toBe('-a entry,always -S open');
    expect(text.slice(...wordAt(text, 1, 1))).toBe('-D');
  });
});

it('puts meanings and faults beside their lines, the worst on top', () => {
  const lines = editorLines(
    '-D\n-w /x\n',
    [{ text: '-w /x', line: 2, meaning: 'Record …' }],
    [finding(2, 'hint'), finding(2, 'error', 4)],
  );
  expect(lines.map(({ number, worst, rule }) => [number, worst, rule?.meaning])).toEqual([
    [1, undefined, undefined],
    [2, 'error', 'Record …'],
    [3, undefined, undefined],
  ]);
  expect(findingsText([finding(1, 'hint'), finding(2, 'error'), finding(2, 'error')])).toBe('2 errors, 1 hint');
  expect(findingsText([])).toBe('');
  expect(
    sortedFindings([finding(3, 'hint'), finding(9, 'error'), finding(2, 'error')]).map(({ line }) => line),
  ).toEqual([2, 9, 3]);
});

it('says what a plan comes to; a moved rule counts once', () => {
  const step = (op: 'add' | 'delete', moved: boolean) => ({ op, text: 'x', moved });
  expect(planText({ steps: [step('delete', true), step('add', true), step('add', false)], kept: 1 })).toBe(
    '1 to add, 0 to delete, 1 to move; 1 stays as it is',
  );
});

it('draws what costs, the dearest first, and counts what is silent', () => {
  const rule = (text: string, bytesPerDay: number) => ({
    text,
    eventsPerDay: bytesPerDay / 10,
    recordsPerDay: 1,
    bytesPerDay,
    share: 0,
  });
  const { bars, silent } = costBars({ seconds: 13, rules: [rule('a', 50), rule('b', 0), rule('c', 100)] });
  expect(bars.map(({ text, share }) => [text, share])).toEqual([
    ['c', 1],
    ['a', 0.5],
  ]);
  expect(silent).toBe(1);
});

it('makes one text of the files', () => {
  const rule = (text: string) => ({ text, meaning: '' });
  expect(
    textOfFiles([
      { path: '/a.rules', rules: [rule('-D'), rule('-b 64')] },
      { path: '/b.rules', rules: [] },
    ]),
  ).toBe('## /a.rules\n-D\n-b 64\n\n## /b.rules\n');
});

it('puts stretches of one file together, and only neighbours', () => {
  const rule = (text: string) => ({ text, meaning: '' });
  const files = ['a', 'a', 'b', 'a'].map((path, i) => ({ path, rules: [rule(String(i))] }));
  expect(joinedFiles(files).map(({ path, rules }) => [path, rules.map(({ text }) => text).join()])).toEqual([
    ['a', '0,1'],
    ['b', '2'],
    ['a', '3'],
  ]);
});
