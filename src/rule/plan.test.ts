// Plans: whatever the kernel has, afterwards it has the wanted rules in their order, and what need not change stays.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPlan, encodeRule, planRules, type Rule, ruleId } from './index.ts';

const rule = (n: number, list: Rule['list'] = 'exit'): Rule => ({
  list,
  action: 'always',
  prepend: false,
  syscalls: list === 'exit' ? [n] : 'all',
  fields: [{ field: 'uid', op: '=', value: n }],
});
const numbers = fc.uniqueArray(fc.nat(12));
const summary = (have: number[], want: number[]) => {
  const plan = planRules(
    have.map((n) => encodeRule(rule(n))),
    want.map((n) => rule(n)),
  );
  const steps = plan.steps.map(
    (s) => `${s.op === 'add' ? (s.rule.prepend ? 'A' : 'a') : 'd'}${s.rule.fields[0]!.value}`,
  );
  return `${steps.join(' ')} kept ${plan.kept}`;
};

describe('planRules', () => {
  it('changes as little as the order allows', () => {
    expect(summary([1, 2, 3], [1, 2, 3])).toBe(' kept 3');
    expect(summary([1, 2], [1, 2, 3])).toBe('a3 kept 2');
    expect(summary([2, 3], [0, 1, 2, 3])).toBe('A1 A0 kept 2');
    expect(summary([1, 9, 2, 3], [1, 2, 3])).toBe('d9 kept 3');
    expect(summary([1, 2, 3], [2, 3, 1])).toBe('d1 a1 kept 2');
    expect(summary([1, 2], [1, 5, 2])).toBe('d2 a5 a2 kept 1');
    expect(summary([], [1, 2])).toBe('a1 a2 kept 0');
  });

  it('always ends with the wanted rules in their order, on each list', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (have, want, users) => {
        const loaded = [...have.map((n) => rule(n)), ...users.map((n) => rule(n, 'user'))];
        const wanted = want.map((n) => rule(n));
        const plan = planRules(
          loaded.map((r) => encodeRule(r)),
          wanted,
        );
        const after = afterPlan(
          loaded.map((r) => encodeRule(r)),
          plan,
        );
        expect(after).toEqual(wanted.map(ruleId));
      }),
    );
  });
});
