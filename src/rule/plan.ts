// From the rules a kernel has to the rules it should have, with as few changes as the order of rules allows. The kernel
// can only append a rule, put one first, or delete one, so what stays is the longest stretch of the wanted rules that
// stands in this order already; the rest is put before and after it. Pure: to carry it out is the caller's business.
import { decodeRule, encodeRule, ruleId } from './bytes.ts';
import type { Rule } from './rule.ts';

export interface PlanStep {
  readonly op: 'add' | 'delete';
  readonly rule: Rule;
  /** What is sent to the kernel. */
  readonly bytes: Uint8Array;
  /** Deleted only to be added again at another place. */
  readonly moved: boolean;
}

export interface RulePlan {
  /** In the order in which they are to be carried out: what moves goes first, then additions, then what is obsolete. */
  readonly steps: readonly PlanStep[];
  readonly kept: number;
}

/** `loaded` is the kernel's list as bytes, in its order; `wanted` the rules in the order they are to be tried. */
export function planRules(loaded: readonly Uint8Array[], wanted: readonly Rule[]): RulePlan {
  const current = loaded.map((bytes) => {
    const rule = decodeRule(bytes);
    return { rule, bytes, id: ruleId(rule) };
  });
  const steps: PlanStep[] = [];
  let kept = 0;
  const lists = new Set([...current.map((c) => c.rule.list), ...wanted.map((w) => w.list)]);
  for (const list of lists) {
    const part = planList(
      current.filter((c) => c.rule.list === list),
      wanted.filter((w) => w.list === list),
    );
    for (const step of part.steps) steps.push(step);
    kept += part.kept;
  }
  const turn = (s: PlanStep) => (s.op === 'add' ? 1 : s.moved ? 0 : 2);
  return { steps: steps.sort((a, b) => turn(a) - turn(b)), kept };
}

interface Loaded {
  readonly rule: Rule;
  readonly bytes: Uint8Array;
  readonly id: string;
}

function planList(current: readonly Loaded[], rules: readonly Rule[]): RulePlan {
  const place = new Map(current.map((c, i) => [c.id, i]));
  const seen = new Set<string>();
  const wanted = rules.map((rule) => ({ rule, id: ruleId(rule) })).filter(({ id }) => !seen.has(id) && seen.add(id));
  const [from, to] = longestStretch(wanted.map(({ id }) => place.get(id)));
  const stays = new Set(wanted.slice(from, to).map((w) => w.id));
  const deletions = current
    .filter((c) => !stays.has(c.id))
    .map(({ rule, bytes, id }): PlanStep => ({ op: 'delete', rule, bytes, moved: seen.has(id) }));
  const add = (rule: Rule): PlanStep => ({ op: 'add', rule, bytes: encodeRule(rule), moved: false });
  const nothingStays = from === to;
  const before = nothingStays ? [] : wanted.slice(0, from).map((w) => add({ ...w.rule, prepend: true }));
  const after = wanted.slice(nothingStays ? 0 : to).map((w) => add({ ...w.rule, prepend: false }));
  return { steps: [...deletions, ...before.reverse(), ...after], kept: stays.size };
}

/** The longest run of neighbours whose places ascend: [from, to). */
function longestStretch(places: readonly (number | undefined)[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  let from = 0;
  for (let i = 0; i < places.length; i++) {
    const here = places[i];
    const before = i > from ? places[i - 1] : undefined;
    if (here === undefined) from = i + 1;
    else if (before !== undefined && before >= here) from = i;
    if (here !== undefined && i + 1 - from > best[1] - best[0]) best = [from, i + 1];
  }
  return best;
}

/** What a kernel's list becomes by a plan, by rule id: for tests, and to check a plan before it is carried out. */
export function afterPlan(loaded: readonly Uint8Array[], plan: RulePlan): readonly string[] {
  let ids = loaded.map((bytes) => ruleId(decodeRule(bytes)));
  for (const { op, rule } of plan.steps) {
    const id = ruleId(rule);
    if (op === 'delete') ids = ids.filter((x) => x !== id);
    else if (rule.prepend) ids.unshift(id);
    else ids.push(id);
  }
  return ids;
}
