// Which earlier rule takes every event of a later one: of thousands of rules, only those are compared that can. A rule
// covers another only if the other has each of its conditions; one that must be there word for word (a path, a key's
// neighbour `auid=1000`) is what rules are looked up by. Of rules that have none (`auid>=1000`), a bounded number is kept.

import { covers } from './conditions.ts';
import { type Rule, type RuleField, TEXT_FIELDS } from './rule.ts';
import type { PlacedRule } from './ruleset.ts';

/** Rules of one kind that are compared, the first ones: thousands of `auid>=N` would each be held against all. */
export const MOST = 128;

/** A condition that holds only where it stands word for word; every rule may have the same arch, so it tells nothing. */
function exactly({ field, op, value, text }: RuleField): string | undefined {
  if (field === 'key' || field === 'arch' || field === 'perm') return undefined;
  if (TEXT_FIELDS.has(field) || field === 'field_compare' || op === '=') return `${field}${op}${text ?? value}`;
  return undefined;
}

/** Rules, of which the first that covers another is found without a look at each. */
export class Covering {
  private readonly places = new Map<string, { readonly order: number; readonly rule: PlacedRule }[]>();
  private added = 0;
  /** The first rule that is not compared with the later ones everywhere it could be: its kind has too many. */
  leftOut: PlacedRule | undefined;

  /** Rules are added in the order in which they are tried. */
  add(rule: PlacedRule): void {
    for (const place of placesOf(rule.rule)) {
      let some = this.places.get(place);
      if (!some) this.places.set(place, (some = []));
      if (some.length < MOST) some.push({ order: this.added, rule });
      else this.leftOut ??= rule;
    }
    this.added++;
  }

  /** The first that was added and covers it. */
  first({ rule }: PlacedRule): PlacedRule | undefined {
    let best: { readonly order: number; readonly rule: PlacedRule } | undefined;
    for (const place of lookedUp(rule))
      for (const one of this.places.get(place) ?? []) {
        if (best && one.order >= best.order) break;
        if (covers(one.rule.rule, rule)) best = one;
      }
    return best?.rule;
  }
}

/** Where a rule is found: at its first exact condition, else at each of its calls. */
function placesOf({ list, fields, syscalls }: Rule): readonly string[] {
  const exact = fields.map(exactly).find((one) => one !== undefined);
  if (exact !== undefined) return [`${list} ${exact}`];
  return syscalls === 'all' || syscalls.length === 0 ? [`${list} all`] : syscalls.map((n) => `${list} ${n}`);
}

/** Where the rules are that may cover one. */
function lookedUp({ list, fields, syscalls }: Rule): readonly string[] {
  const exact = new Set(fields.map(exactly).filter((one) => one !== undefined));
  const call = syscalls === 'all' ? [] : syscalls.slice(0, 1).map((n) => `${list} ${n}`);
  return [...[...exact].map((one) => `${list} ${one}`), ...call, `${list} all`];
}
