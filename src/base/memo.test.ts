// Tested against what a memory must not do: answer wrongly, or grow.
import { describe, expect, it } from 'vitest';
import { Memo, TextMemo } from './memo.ts';

describe('a memory of what was worked out', () => {
  it('works out each once', () => {
    const memo = new Memo<number, number>(10);
    const made: number[] = [];
    const twice = (n: number): number => 2 * (made.push(n) && n);
    for (const n of [1, 2, 1, 2, 1]) expect(memo.get(n, twice)).toBe(n * 2);
    expect(made).toEqual([1, 2]);
  });
  it('holds no more than it may, and answers rightly all the same', () => {
    const memo = new Memo<number, number>(16);
    for (let n = 0; n < 1000; n++) expect(memo.get(n, (k) => -k)).toBe(-n);
    const kept = Array.from({ length: 1000 }, (_, n) => n).filter((n) => memo.find(n) !== undefined);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(16);
    expect(kept.at(-1)).toBe(999);
  });
  it('keeps no long text', () => {
    const memo = new TextMemo<number>(16, 4);
    expect(memo.get('abcde', () => 1)).toBe(1);
    expect(memo.find('abcde')).toBeUndefined();
    expect(memo.get('abcd', () => 2)).toBe(2);
    expect(memo.find('abcd')).toBe(2);
  });
});
