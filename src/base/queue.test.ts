// The bounded queue against an array with a limit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from './queue.ts';

describe('BoundedQueue', () => {
  it('behaves like an array with a limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.option(fc.integer()), { maxLength: 4000 }),
        (depth, steps) => {
          const queue = new BoundedQueue<number>(depth);
          const model: number[] = [];
          let refused = 0;
          let high = 0;
          for (const step of steps) {
            if (step === null) expect(queue.shift()).toBe(model.shift());
            else if (model.length < depth) expect(queue.push(step)).toBe(model.push(step) > 0);
            else expect(queue.push(step)).toBe(refused++ < 0);
            high = Math.max(high, model.length);
            expect(queue.load).toBe(model.length);
            expect(queue.peek()).toBe(model[0]);
          }
          expect([queue.refused, queue.highWater]).toEqual([refused, high]);
        },
      ),
    );
  });
});
