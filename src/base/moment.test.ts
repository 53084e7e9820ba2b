// Times of any size as text and as a calendar; JavaScript's Date is the oracle where it reaches.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civil, ERA, hasDate, isoMoment, isoSecond, isoTime } from './moment.ts';

const LAST = 8.64e12;
const byDate = (sec: number) => {
  const date = new Date(sec * 1000);
  const year = date.getUTCFullYear();
  const newYear = new Date(0);
  newYear.setUTCFullYear(year, 0, 1);
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearday: Math.floor((sec - newYear.getTime() / 1000) / 86_400),
  };
};

describe('civil', () => {
  it('is what Date says, as far as Date goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.6e12, max: LAST }), (sec) => {
        expect(civil(sec)).toEqual(byDate(sec));
      }),
      { numRuns: 3000 },
    );
    for (const sec of [0, -1, 951_782_400, 951_868_800, 4_107_542_400, LAST]) expect(civil(sec)).toEqual(byDate(sec));
  });

  it('goes on beyond by eras of 400 years', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: ERA }), fc.integer({ min: 1, max: 70_000 }), (sec, eras) => {
        const { year, ...rest } = civil(sec);
        expect(civil(sec + eras * ERA)).toEqual({ ...rest, year: year + 400 * eras });
      }),
    );
  });

  it('has the date GNU date(1) prints for fifteen digits', () => {
    // TZ=UTC date -d @999999999999999 '+%F %T %u %j'
    expect(civil(999_999_999_999_999)).toEqual({
      year: 31_690_708,
      month: 6,
      day: 5,
      hour: 1,
      minute: 46,
      second: 39,
      weekday: 0,
      yearday: 186,
    });
  });
});

describe('moments as text', () => {
  it('a date where RFC 3339 has one, else the seconds as they stand', () => {
    expect(isoTime(1_795_234_667, 5)).toBe('2026-11-21T04:17:47.005Z');
    expect(isoTime(0, 0)).toBe('1970-01-01T00:00:00.000Z');
    expect(isoTime(253_402_300_799, 999)).toBe('9999-12-31T23:59:59.999Z');
    expect(isoTime(253_402_300_800, 0)).toBe('@253402300800.000');
    expect(isoTime(999_999_999_999_999, 7)).toBe('@999999999999999.007');
    expect(isoSecond(-62_167_219_200)).toBe('0000-01-01T00:00:00');
    expect(isoSecond(-62_167_219_201)).toBe('@-62167219201');
  });

  it('of milliseconds: the seconds stay those of the record where the milliseconds cannot', () => {
    expect(isoMoment(1_795_234_667_115)).toBe('2026-11-21T04:17:47.115Z');
    expect(isoMoment(-1)).toBe('1969-12-31T23:59:59.999Z');
    expect(isoMoment(999_999_999_999 * 1000 + 5)).toBe('@999999999999.005');
    expect(isoMoment(999_999_999_999_999 * 1000)).toBe('@999999999999999');
  });

  it('never throws and never says Invalid, whatever the number', () => {
    const any = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308));
    fc.assert(
      fc.property(any, (n) => {
        for (const text of [isoMoment(n), isoSecond(n), isoTime(n, 0)]) expect(text).not.toMatch(/Invalid|undefined/);
        expect(hasDate(n)).toBe(n >= -62_167_219_200 && n <= 253_402_300_799);
      }),
    );
  });
});
