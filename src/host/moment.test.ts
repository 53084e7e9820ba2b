// Times as people write them, and what is said of those that are none.
import { describe, expect, it } from 'vitest';
import { readMoment } from './moment.ts';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);
const local = (...parts: [number, number, number, number?, number?, number?, number?]) => new Date(...parts).getTime();

describe('readMoment', () => {
  it.each([
    ['15m', now - 900_000],
    ['-15m', now - 900_000],
    ['2h ago', now - 7_200_000],
    ['1h30m', now - 5_400_000],
    ['1d', now - 86_400_000],
    ['10y', now - 10 * 365 * 86_400_000],
    ['now', now],
    ['2021-01-13T08:00:12.243Z', Date.UTC(2021, 0, 13, 8, 0, 12, 243)],
    ['2021-01-13 08:00+01:00', Date.UTC(2021, 0, 13, 7)],
    ['2021-01-13', local(2021, 0, 13)],
    ['2021-01-13 08:00:12', local(2021, 0, 13, 8, 0, 12)],
    ['1610524812.243', 1_610_524_812_243],
  ])('reads %s', (text, moment) => {
    expect(readMoment(text, now)).toBe(moment);
  });

  it('takes a time of day for today', () => {
    const today = new Date(now);
    expect(readMoment('08:30', now)).toBe(local(today.getFullYear(), today.getMonth(), today.getDate(), 8, 30));
  });

  it.each(['', 'soon', '15', '25 hours', '2021-13'])('says what is wrong with %j', (text) => {
    expect(() => readMoment(text, now)).toThrow(/Cannot read the time/);
  });
});
