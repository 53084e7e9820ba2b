// A fork is told before what its child did, or after the patience.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CausalOrder } from './order.ts';

describe('CausalOrder', () => {
  it('tells a fork before anything its child did, whatever came first, for a chain of forks too', () => {
    // 1 forks 2, 2 forks 3; each child then acts. Records may come in any order that keeps each process's own.
    const events = ['fork 1 2', 'exec 2', 'fork 2 3', 'exec 3', 'exit 3', 'exit 2'];
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }), (order) => {
        const own = (id: string) => order.filter((i) => events[i]!.split(' ')[1] === id);
        const sorted = (list: number[]) => list.every((n, i) => i === 0 || list[i - 1]! < n);
        fc.pre(['1', '2', '3'].every((id) => sorted(own(id))));
        const told: string[] = [];
        const forked = new Set(['1']);
        const causal = new CausalOrder<string>((event) => told.push(event));
        for (const i of order) {
          const [kind, id, child] = events[i]!.split(' ') as [string, string, string?];
          if (kind === 'fork') {
            if (forked.has(id)) causal.fork(Number(id), Number(child), events[i]!);
            else {
              causal.push(Number(id), `${events[i]}`, true, 0);
              continue;
            }
            forked.add(child!);
          } else causal.push(Number(id), events[i]!, !forked.has(id), 0);
        }
        causal.expire(1000, 10);
        expect([...told].sort()).toEqual([...events].sort());
        expect(told.indexOf('fork 1 2')).toBeLessThan(told.indexOf('exec 2'));
      }),
    );
  });

  it('gives up after the patience, and never before', () => {
    const told: string[] = [];
    const causal = new CausalOrder<string>((event) => told.push(event));
    causal.push(5, 'exec', true, 100);
    causal.push(5, 'exit', false, 101);
    causal.expire(109, 10);
    expect(told).toEqual([]);
    causal.expire(110, 10);
    expect(told).toEqual(['exec', 'exit']);
    expect(causal.pending).toBe(false);
  });
});
