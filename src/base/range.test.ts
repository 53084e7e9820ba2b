// Ranges of time: half open, and what an end takes in.
import { expect, it } from 'vitest';
import { beginOf, endOf, inRange, overlapsRange } from './range.ts';

it('holds its beginning and not its end', () => {
  expect([999, 1000, 1999, 2000].map((at) => inRange(at, { since: 1000, until: 2000 }))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([-5, 5].map((at) => inRange(at, {}))).toEqual([true, true]);
  expect(overlapsRange(0, 1000, { since: 1000 })).toBe(true);
  expect(overlapsRange(0, 999, { since: 1000 })).toBe(false);
  expect(overlapsRange(2000, 3000, { until: 2000 })).toBe(false);
});

it('an end takes in what was named: a whole second, or a millisecond', () => {
  for (const text of ['2026-11-21 04:17:47', '04:17', '1795234667', 'today'])
    expect(endOf(text, 5000), text).toBe(6000);
  expect(endOf('1795234667.000', 5000)).toBe(5001);
  expect(endOf('04:17:47.115', 5115)).toBe(5116);
  expect(endOf('1.0015', 1001.5)).toBe(1002);
  expect(endOf('15m', 5123)).toBe(5124);
});

it('loses no millisecond to a fraction of seconds that a double does not hold', () => {
  for (let ms = 0; ms < 1000; ms++) {
    const text = `1795234667.${String(ms).padStart(3, '0')}`;
    expect(endOf(text, Number(text) * 1000), text).toBe(1795234667000 + ms + 1);
    expect(beginOf(Number(text) * 1000), text).toBe(1795234667000 + ms);
  }
});
