// Bars of a chart: never more than were asked for, whatever times a trail holds.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { widthFor } from './series.ts';

it('needs at most as many bars as were asked for, and a bar more where the range crosses 1970', () => {
  const second = fc.integer({ min: -1e13, max: 1e13 });
  fc.assert(
    fc.property(
      second,
      fc.oneof(fc.nat(100_000), fc.nat(1e13)),
      fc.integer({ min: 1, max: 1000 }),
      (from, span, buckets) => {
        const to = from + span;
        const width = widthFor(from, to, buckets);
        const bars = Math.floor(to / width) - Math.floor(from / width) + 1;
        expect(bars).toBeLessThanOrEqual(from < 0 && to >= 0 ? Math.max(2, buckets) : buckets);
        expect(Number.isSafeInteger(width) && width >= 1).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
  expect([widthFor(0, 59, 60), widthFor(1e9, 1e9 + 3600, 61), widthFor(1e9, 1e9 + 86_400, 100)]).toEqual([1, 60, 900]);
});
