// The checks of what system calls a rule names: calls that its permissions never match, and newer calls that do the same.
import { type Arch, syscallNumber } from '../tables/index.ts';
import { Covering } from './covering.ts';
import { FAMILIES, missingOf } from './families.ts';
import type { Checked, Finding } from './finding.ts';
import { canMatch, namesOf, neverMatched } from './perm-calls.ts';
import { type Rule, syscallTable } from './rule.ts';
import type { PlacedRule } from './ruleset.ts';
import { permText } from './text.ts';

/** `-F perm=` looks at the calls of its own classes alone (kernel/auditsc.c, audit_match_perm): calls named beside it that
 * are in none never match. */
export function permBesideCalls({ set, host }: Checked): readonly Finding[] {
  return set.rules.flatMap(({ rule, place }): Finding[] => {
    const perm = rule.fields.find(({ field }) => field === 'perm');
    if (!perm || rule.list !== 'exit' || rule.syscalls === 'all') return [];
    const table = syscallTable(rule, host);
    const never = neverMatched(perm.value, rule, table);
    if (never.length === 0) return [];
    const rest = namesOf(rule, table).filter((name) => canMatch(perm.value, name));
    const letters = permText(perm.value);
    const matched = rest.length === 0 ? 'the rule never matches' : `the rule matches only ${rest.join(', ')}`;
    return [
      {
        code: 'perm-beside-calls',
        severity: rest.length === 0 ? 'error' : 'warning',
        ...place,
        message: `perm=${letters} matches only calls of its own class, and no event of ${never.join(', ')}: ${matched}`,
        remedy: 'leave perm= out, or leave -S out and let perm= choose the calls',
      },
    ];
  });
}

/** A rule for what some calls do, without the newer calls that do it too: and no other rule takes those. */
export function blindToNewer({ set, host }: Checked): readonly Finding[] {
  const seen = seenBy(set.rules, host);
  const told = new Set<string>();
  return set.rules.flatMap((placed): Finding[] => {
    const { rule } = placed;
    if (rule.list !== 'exit' || rule.action !== 'always' || rule.syscalls === 'all') return [];
    // The calls of a perm are not the rule's own choice.
    if (rule.fields.some(({ field }) => field === 'perm')) return [];
    const table = syscallTable(rule, host);
    const there = namesOf(rule, table);
    const missing = FAMILIES.flatMap((family) =>
      missingOf(family, there)
        .filter((name) => isUnseen(name, placed, table, seen))
        .map((name) => ({ name, does: family.does })),
    );
    const names = missing.map(({ name }) => name).join(',');
    const id = `${table} ${names} ${rule.fields.map((f) => (f.field === 'key' ? '' : `${f.field}${f.op}${f.text ?? f.value}`)).join(' ')}`;
    if (missing.length === 0 || told.has(id)) return [];
    told.add(id);
    const does = [...new Set(missing.map((one) => one.does))].join(' or ');
    return [
      {
        code: 'blind-to-newer-calls',
        severity: 'warning',
        ...placed.place,
        message: `blind to ${missing.map(({ name }) => name).join(', ')}: a program that ${does} by ${missing.length === 1 ? 'it' : 'them'} is not seen`,
        remedy: ofArguments(rule)
          ? `add a rule for ${names}, whose arguments stand in other places`
          : `add -S ${names}`,
      },
    ];
  });
}

/** Whether a rule asks for arguments, which another call of the same kind has in other places. */
const ofArguments = ({ fields }: Rule): boolean => fields.some(({ field }) => /^a[0-3]$/.test(field));

/** What a set of rules takes. */
interface Seen {
  readonly covering: Covering;
  /** Calls that some rule names, `ARCH NUMBER`. */
  readonly named: ReadonlySet<string>;
}

function seenBy(rules: readonly PlacedRule[], host: Arch): Seen {
  const covering = new Covering();
  const named = new Set<string>();
  for (const placed of rules) {
    covering.add(placed);
    const { rule } = placed;
    if (rule.syscalls === 'all') continue;
    for (const number of rule.syscalls) named.add(`${syscallTable(rule, host)} ${number}`);
  }
  return { covering, named };
}

/** Whether a call is there on the arch, and no rule of the set takes it under these conditions. Conditions on arguments are
 * other ones for another call: then any rule for it will do. */
function isUnseen(name: string, { rule, id, place }: PlacedRule, table: Arch, { covering, named }: Seen): boolean {
  const number = syscallNumber(table, name);
  if (number === undefined) return false;
  if (ofArguments(rule) && named.has(`${table} ${number}`)) return false;
  return covering.first({ rule: { ...rule, syscalls: [number] }, id, place }) === undefined;
}
