// The queue of what waits gives what sorting gives, whatever the order and whoever leaves from the middle.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Keyed, TimeHeap } from './heap.ts';

it('gives the oldest first, and of equals the one that came first', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.nat(30), late: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.constant('take' as const) },
    { weight: 1, arbitrary: fc.record({ leave: fc.nat(20) }) },
  );
  const compare = (a: Keyed, b: Keyed): number =>
    a.sec - b.sec || a.ms - b.ms || a.serial - b.serial || a.order - b.order;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new TimeHeap<Keyed>();
      let waiting: Keyed[] = [];
      steps.forEach((one, i) => {
        if (one === 'take') {
          const first = heap.first();
          expect(first).toBe(waiting[0]);
          if (first) heap.removeFirst();
          waiting = waiting.slice(1);
        } else if ('add' in one) {
          const item = { sec: i - one.late, ms: one.add, serial: one.add % 3, gone: false, order: 0 };
          heap.add(item);
          waiting = [...waiting, item].sort(compare);
        } else if (waiting.length > 0) {
          const [gone] = waiting.splice(one.leave % waiting.length, 1);
          heap.leave(gone!);
        }
        expect([...heap.all()].sort(compare)).toEqual(waiting);
      });
      expect(heap.first()).toBe(waiting[0]);
    }),
  );
});
