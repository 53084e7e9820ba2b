// The time axis: never leaves the whole, keeps the moment under the pointer, goes through the address and back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barOf,
  extentOf,
  NARROWEST,
  panned,
  shareOf,
  spanFrom,
  spanText,
  ticksOf,
  tickText,
  within,
  zoomed,
} from './scale.ts';

const DAY = 86_400_000;
const anySpan = fc
  .record({ from: fc.integer({ min: 0, max: 2e12 }), width: fc.integer({ min: NARROWEST, max: 1e10 }) })
  .map(({ from, width }) => ({ from, to: from + width }));

describe('the axis', () => {
  it('holds every span', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1 }), (spans) => {
        const whole = extentOf(spans);
        for (const { from, to } of spans) expect(whole.from <= from && to <= whole.to).toBe(true);
      }),
    );
    expect(extentOf([])).toEqual({ from: 0, to: NARROWEST });
    expect(shareOf(5, extentOf([{ from: 5, to: 5 }]))).toBeGreaterThan(0);
  });

  it('never leaves the whole, however it is zoomed and moved', () => {
    const step = fc.oneof(
      fc.record({
        zoom: fc.double({ min: 0.1, max: 10, noNaN: true }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ pan: fc.double({ min: -3, max: 3, noNaN: true }) }),
    );
    fc.assert(
      fc.property(anySpan, fc.array(step, { maxLength: 20 }), (whole, steps) => {
        let span = whole;
        for (const one of steps) {
          span = 'pan' in one ? panned(span, one.pan, whole) : zoomed(span, one.zoom, one.at, whole);
          expect(span.from).toBeGreaterThanOrEqual(whole.from);
          expect(span.to).toBeLessThanOrEqual(whole.to);
          expect(span.to - span.from).toBeGreaterThanOrEqual(Math.min(NARROWEST, whole.to - whole.from));
        }
      }),
    );
  });

  it('keeps the moment under the pointer where it is', () => {
    const whole = { from: 0, to: 1000 };
    const span = zoomed(whole, 4, 0.5, whole);
    expect(span).toEqual({ from: 375, to: 625 });
    expect(shareOf(500, span)).toBe(0.5);
    expect(zoomed(span, 1 / 4, 0.5, whole)).toEqual(whole);
    expect(panned(span, 1, whole)).toEqual({ from: 625, to: 875 });
    expect(within({ from: -50, to: 50 }, whole)).toEqual({ from: 0, to: 100 });
  });

  it('cuts bars at the edges, and draws none out of sight', () => {
    const span = { from: 100, to: 200 };
    expect(barOf({ from: 125, to: 175 }, span)).toEqual({ left: 0.25, width: 0.5, cutLeft: false, cutRight: false });
    expect(barOf({ from: 0, to: 400 }, span)).toEqual({ left: 0, width: 1, cutLeft: true, cutRight: true });
    expect(barOf({ from: 0, to: 99 }, span)).toBeUndefined();
    expect(barOf({ from: 201, to: 300 }, span)).toBeUndefined();
  });

  it('has at most so many ticks, at round times of the zone', () => {
    fc.assert(
      fc.property(anySpan, fc.integer({ min: 2, max: 12 }), (span, most) => {
        const ticks = ticksOf(span, most, 0);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        for (const { at } of ticks) expect(at >= span.from && at <= span.to).toBe(true);
      }),
    );
    const span = { from: Date.parse('2026-11-21T04:17:45.400Z'), to: Date.parse('2026-11-21T04:17:56.100Z') };
    expect(ticksOf(span, 6, 0).map(({ at, step }) => tickText(at, step, 0))).toEqual([
      '04:17:46',
      '04:17:48',
      '04:17:50',
      '04:17:52',
      '04:17:54',
      '04:17:56',
    ]);
    const days = { from: Date.parse('2026-11-20T12:00:00Z'), to: Date.parse('2026-11-24T12:00:00Z') };
    const berlin = 3_600_000;
    expect(ticksOf(days, 5, berlin).map(({ at }) => new Date(at).toISOString().slice(11, 16))).toEqual(
      Array(4).fill('23:00'),
    );
    expect(ticksOf(days, 5, berlin).map(({ at, step }) => tickText(at, step, berlin))[0]).toBe('2026-11-21');
    expect(tickText(DAY + 61_005, 5, 0)).toBe('00:01:01.005');
    expect(tickText(DAY + 60_000, 60_000, 0)).toBe('00:01');
  });

  it('goes through the address and back, and takes nothing else', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        expect(spanFrom(spanText(span))).toEqual(span);
      }),
    );
    for (const bad of [undefined, '', '5', '5-', '9-3', '3-3', 'a-b', '1-2-3', '-5-6'])
      expect(spanFrom(bad)).toBeUndefined();
  });
});
