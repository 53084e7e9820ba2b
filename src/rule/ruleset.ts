// A whole configuration: the commands of rules files in order, as the set of rules the kernel ends up with and the order
// it tries them in. -D empties it, -A puts a rule first, -d takes one out, after -e 2 nothing counts any more.
import { ruleId } from './bytes.ts';
import type { RuleCommand, RuleLine } from './command.ts';
import { keysOf, type Rule } from './rule.ts';

/** A rule and the line it stands in. */
export interface PlacedRule {
  readonly rule: Rule;
  /** `ruleId(rule)`: two rules are the same to the kernel when these are. */
  readonly id: string;
  readonly place: Place;
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

/** `FILE:LINE`. */
export const placeText = ({ file, line }: Place): string => `${file}:${line}`;

export interface RuleSet {
  /** In the order in which the kernel tries the rules of one list. */
  readonly rules: readonly PlacedRule[];
  /** Rules that repeat one that is there; the kernel refuses them (EEXIST). */
  readonly repeated: readonly { readonly rule: PlacedRule; readonly first: PlacedRule }[];
  /** Rules a later -D deleted again. */
  readonly deleted: readonly PlacedRule[];
  /** What the configuration sets: backlog limit, failure flag, … the last of each. */
  readonly settings: ReadonlyMap<string, number>;
  /** Where -e 2 stands, and the lines after it, which change nothing. */
  readonly locked: Place | undefined;
  readonly afterLock: readonly Place[];
}

/** One file's lines. */
export interface RuleSource {
  readonly file: string;
  readonly lines: readonly RuleLine[];
}

/** `-e 2`: nothing can be changed any more. */
export const LOCK = 2;

/** The rules in order while commands change them, found by what identifies them and by key: thousands of rules, each
 * added or deleted, cost each other nothing. */
class Ordered {
  /** By id; put first by -A, the last one first of all, and appended. */
  private readonly before = new Map<string, PlacedRule>();
  private readonly after = new Map<string, PlacedRule>();
  private readonly byKey = new Map<string, Set<PlacedRule>>();

  find(id: string): PlacedRule | undefined {
    return this.before.get(id) ?? this.after.get(id);
  }

  add(placed: PlacedRule): void {
    (placed.rule.prepend ? this.before : this.after).set(placed.id, placed);
    for (const key of keysOf(placed.rule)) {
      const same = this.byKey.get(key);
      if (same) same.add(placed);
      else this.byKey.set(key, new Set([placed]));
    }
  }

  delete(placed: PlacedRule): void {
    this.before.delete(placed.id);
    this.after.delete(placed.id);
    for (const key of keysOf(placed.rule)) this.byKey.get(key)?.delete(placed);
  }

  /** Those with a key, in the order in which they came; all without one. */
  having(key: string | undefined): readonly PlacedRule[] {
    return key === undefined ? this.all() : [...(this.byKey.get(key) ?? [])];
  }

  /** In the order in which the kernel tries them. */
  all(): readonly PlacedRule[] {
    return [...[...this.before.values()].reverse(), ...this.after.values()];
  }
}

interface Building {
  readonly rules: Ordered;
  repeated: { rule: PlacedRule; first: PlacedRule }[];
  deleted: PlacedRule[];
  settings: Map<string, number>;
  locked: Place | undefined;
  afterLock: Place[];
}

/** The rules that some files, carried out one after the other, leave in an empty kernel. */
export function ruleSet(sources: readonly RuleSource[]): RuleSet {
  const set: Building = {
    rules: new Ordered(),
    repeated: [],
    deleted: [],
    settings: new Map(),
    locked: undefined,
    afterLock: [],
  };
  for (const { file, lines } of sources)
    for (const { line, commands } of lines) {
      const place = { file, line };
      if (set.locked) set.afterLock.push(place);
      else for (const command of commands) carryOut(set, command, place);
    }
  return { ...set, rules: set.rules.all() };
}

function carryOut(set: Building, command: RuleCommand, place: Place): void {
  if (command.kind === 'rule') changeRule(set, command.op, command.rule, place);
  if (command.kind === 'delete-all')
    for (const gone of set.rules.having(command.key)) {
      set.deleted.push(gone);
      set.rules.delete(gone);
    }
  if (command.kind === 'set') {
    set.settings.set(command.setting, command.value);
    if (command.setting === 'enabled' && command.value === LOCK) set.locked = place;
  }
}

function changeRule(set: Building, op: 'add' | 'delete', rule: Rule, place: Place): void {
  const placed = { rule, id: ruleId(rule), place };
  const first = set.rules.find(placed.id);
  if (op === 'delete') {
    if (first) set.rules.delete(first);
  } else if (first) set.repeated.push({ rule: placed, first });
  else set.rules.add(placed);
}
