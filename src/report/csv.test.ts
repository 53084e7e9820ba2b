// Against RFC 4180 read back by a reader written here from its grammar, and against what spreadsheets take for formulas.
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

/** Cells of one line by RFC 4180's grammar: escaped = DQUOTE *(TEXTDATA / COMMA / CR / LF / 2DQUOTE) DQUOTE. */
function cells(line: string): string[] {
  expect(line.endsWith('\r\n')).toBe(true);
  return [...line.slice(0, -2).matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((m) => m[1]!.replaceAll('""', '"'));
}

describe('csvLine', () => {
  it('keeps commas, quotes and newlines', () => {
    const row = ['a,b', 'say "x"', 'two\nlines', '', 'é'];
    expect(cells(csvLine(row))).toEqual(row);
  });

  it.each(['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])('makes %j text', (text) => {
    expect(cells(csvLine([text]))).toEqual([`'${text}`]);
  });

  it('leaves numbers as numbers', () => {
    expect(cells(csvLine(['-13', '+1', '4.5']))).toEqual(['-13', '+1', '4.5']);
  });
});
