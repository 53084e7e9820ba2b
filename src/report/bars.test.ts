// Bars and sparklines of any number of values.
import { expect, it } from 'vitest';
import { bar, sparkline } from './bars.ts';

it('a sparkline has as many characters as there are values, be it half a million', () => {
  expect(sparkline([0, 1, 4, 8])).toBe('▁▁▄█');
  expect(sparkline(Array.from({ length: 500_000 }, (_, i) => i))).toHaveLength(500_000);
});

it('a bar shows anything above zero, and nothing of zero', () => {
  expect([bar(0, 9, 10), bar(1, 1e15, 10), bar(9, 9, 3)]).toEqual(['', '▏', '███']);
});
