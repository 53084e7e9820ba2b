// Lines out of chunks: the same however the bytes are cut, however long they are.
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/bytes.ts';
import { LineSplitter, LONGEST_LINE } from './lines.ts';

function split(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((bytes, start, end) => lines.push(latin1(bytes, start, end)));
  for (const chunk of chunks) splitter.push(bytesOf(chunk));
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = 'one\n\nthree\nlast without newline';
    const whole = text.split('\n');
    for (let a = 0; a <= text.length; a++) {
      for (let b = a; b <= text.length; b++) {
        expect(split([text.slice(0, a), text.slice(a, b), text.slice(b)])).toEqual(whole);
      }
    }
  });

  it('hands a long line out in pieces where a width is set', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((bytes, start, end) => lines.push(latin1(bytes, start, end)), { width: 4 });
    for (const chunk of ['abc', 'defghij\nklmno\nwxyz\n']) splitter.push(bytesOf(chunk));
    splitter.end();
    expect(lines).toEqual(['abcd', 'efgh', 'ij', 'klmn', 'o', 'wxyz']);
  });

  it('keeps the head of a line of 5 MB and drops the rest', () => {
    const lengths: number[] = [];
    const splitter = new LineSplitter((_, start, end) => lengths.push(end - start));
    for (let i = 0; i < 5; i++) splitter.push(new Uint8Array(1 << 20).fill(65));
    splitter.push(bytesOf('\nnext\n'));
    expect(lengths).toEqual([LONGEST_LINE, 4]);
    expect(splitter.overlong).toBe(1);
  });

  it('tells where each line begins, however the bytes are cut', () => {
    const text = 'one\n\nthree\nlast';
    for (let a = 0; a <= text.length; a++) {
      for (let b = a; b <= text.length; b++) {
        const at: number[] = [];
        const splitter = new LineSplitter(() => at.push(splitter.lineAt));
        for (const part of [text.slice(0, a), text.slice(a, b), text.slice(b)]) splitter.push(bytesOf(part));
        splitter.end();
        expect(at).toEqual([0, 4, 5, 11]);
      }
    }
  });
});
