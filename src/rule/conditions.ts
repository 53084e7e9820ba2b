// Reasoning about conditions: can they all hold together, and does one rule's match follow from another's?
// Numbers only, unsigned as the kernel compares them (audit_comparator), exit values too; texts are equal or not.
import type { Rule, RuleField, RuleOperator } from './rule.ts';
import { TEXT_FIELDS } from './rule.ts';

/** Whether a number satisfies an operator and value (kernel: audit_comparator). */
export function compare(left: number, op: RuleOperator, right: number): boolean {
  switch (op) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '&':
      return (left & right) !== 0;
    case '&=':
      return (left & right) === right;
  }
}

/** The first two conditions of a rule that can never hold together; undefined when there are none. */
export function contradiction(rule: Rule): readonly [RuleField, RuleField] | undefined {
  const fields = rule.fields.filter((f) => f.field !== 'key' && f.field !== 'perm');
  for (const [i, left] of fields.entries())
    for (const right of fields.slice(i + 1)) if (excludeEachOther(left, right)) return [left, right];
  return undefined;
}

function excludeEachOther(a: RuleField, b: RuleField): boolean {
  if (a.field === 'success' || b.field === 'success') return successAgainstExit(a, b) || successAgainstExit(b, a);
  if (a.field !== b.field) return false;
  if (a.field === 'field_compare') return a.value === b.value && a.op !== b.op;
  if (TEXT_FIELDS.has(a.field)) {
    if (a.op === '=' && b.op === '=') return a.text !== b.text;
    return a.text === b.text && a.op !== b.op && [a.op, b.op].every((op) => op === '=' || op === '!=');
  }
  return !overlap(a, b);
}

/** success=1 goes with exit values from 0 on, success=0 with negative ones. */
function successAgainstExit(success: RuleField, other: RuleField): boolean {
  if (success.field !== 'success' || (success.op !== '=' && success.op !== '!=')) return false;
  if (other.field === 'success') return !overlap(success, other);
  if (other.field !== 'exit' || other.op !== '=') return false;
  const succeeds = (success.op === '=') === (success.value !== 0);
  return succeeds !== (other.value | 0) >= 0;
}

/** Whether some number satisfies both; only bounds and equalities can rule it out. */
function overlap(a: RuleField, b: RuleField): boolean {
  const candidates = [a, b].flatMap((f) => [f.value - 1, f.value, f.value + 1]);
  if ([a, b].some((f) => f.op === '&' || f.op === '&=')) return true;
  return candidates.some((n) => n >= 0 && n <= 0xffffffff && compare(n, a.op, a.value) && compare(n, b.op, b.value));
}

/** Whether `specific` holding means that `general` holds. */
export function implies(specific: RuleField, general: RuleField): boolean {
  if (specific.field !== general.field) return false;
  if (specific.op === general.op && specific.value === general.value && specific.text === general.text) return true;
  if (TEXT_FIELDS.has(general.field) || general.field === 'field_compare') return false;
  const [from, to] = [specific.value, general.value];
  if (specific.op === '=') return compare(from, general.op, to);
  const [lower, upper] = [specific.op.startsWith('>'), specific.op.startsWith('<')];
  const bound = from + (specific.op === '>' ? 1 : specific.op === '<' ? -1 : 0);
  if (general.op === '!=') return (lower && to < bound) || (upper && to > bound);
  if (general.op === '>' || general.op === '>=') return lower && compare(bound, general.op, to);
  if (general.op === '<' || general.op === '<=') return upper && compare(bound, general.op, to);
  return false;
}

/** Whether every event that `specific` matches is matched by `general` too (keys do not matter). */
export function covers(general: Rule, specific: Rule): boolean {
  if (general.list !== specific.list || !coversSyscalls(general, specific)) return false;
  return general.fields
    .filter((g) => g.field !== 'key')
    .every((g) => specific.fields.some((s) => implies(s, g)) || (g.field === 'perm' && permCovers(g, specific)));
}

function coversSyscalls(general: Rule, specific: Rule): boolean {
  if (general.syscalls === 'all') return true;
  if (specific.syscalls === 'all') return false;
  const numbers = new Set(general.syscalls);
  return specific.syscalls.every((n) => numbers.has(n)) && sameTable(general, specific);
}

/** A rule without an arch means its numbers on every ABI: it covers the same numbers of any. */
function sameTable(general: Rule, specific: Rule): boolean {
  const arch = general.fields.find((f) => f.field === 'arch');
  return arch === undefined || specific.fields.some((f) => implies(f, arch));
}

const permCovers = (general: RuleField, specific: Rule): boolean =>
  specific.fields.some((s) => s.field === 'perm' && (s.value & ~general.value) === 0);
