// Checks of the calls a rule names: newer calls that do the same and are not there, and calls that its perm never matches.
import { syscallName, syscallNumber } from '../tables/index.ts';
import { Covering } from './covering.ts';
import type { Checked, Finding } from './finding.ts';
import { isOfPerm, permBits } from './perm.ts';
import { type Rule, syscallTable } from './rule.ts';
import type { PlacedRule } from './ruleset.ts';

/** Calls that do the same thing (their pages in man section 2): a rule with one of them means the others. */
const FAMILIES: readonly (readonly string[])[] = [
  'rename renameat renameat2',
  'unlink unlinkat',
  'open openat openat2 open_by_handle_at creat',
  'chmod fchmod fchmodat fchmodat2',
  'chown fchown lchown fchownat chown32 fchown32 lchown32',
  'execve execveat',
  'mkdir mkdirat',
  'mknod mknodat',
  'link linkat',
  'symlink symlinkat',
  'truncate truncate64',
  'ftruncate ftruncate64',
  'setxattr lsetxattr fsetxattr setxattrat',
  'removexattr lremovexattr fremovexattr removexattrat',
  'init_module finit_module',
].map((names) => names.split(' '));

/** Calls that another one replaces, but that replaces nothing itself: `rmdir` is `unlinkat` with AT_REMOVEDIR. */
const REPLACED: Readonly<Record<string, string>> = { rmdir: 'unlinkat' };

/** The calls that do what some of these do, and are not among them. */
function others(names: readonly string[]): readonly string[] {
  const had = new Set(names);
  const same = FAMILIES.filter((family) => family.some((name) => had.has(name))).flat();
  const replacing = names.flatMap((name) => REPLACED[name] ?? []);
  return [...new Set([...same, ...replacing])].filter((name) => !had.has(name));
}

/** Conditions under which the other calls need another rule than this one: arguments mean something else there. */
const OF_THE_CALL = new Set(['a0', 'a1', 'a2', 'a3', 'perm']);

const namesOf = ({ syscalls }: Rule, table: Parameters<typeof syscallName>[0]): readonly string[] =>
  syscalls === 'all' ? [] : syscalls.flatMap((n) => syscallName(table, n) ?? []);

/** Rules that miss calls which do the same as those they name, where no rule of the set has them either. */
export const blind = ({ set, host }: Checked): readonly Finding[] => {
  const covering = new Covering();
  for (const rule of set.rules) covering.add(rule);
  return set.rules.flatMap((placed): Finding[] => {
    const { rule, place } = placed;
    if (rule.list !== 'exit' || rule.action !== 'always' || rule.syscalls === 'all') return [];
    if (rule.fields.some((f) => OF_THE_CALL.has(f.field))) return [];
    const table = syscallTable(rule, host);
    const missing = others(namesOf(rule, table)).filter((name) => {
      const number = syscallNumber(table, name);
      return number !== undefined && !covering.first(withCall(placed, number));
    });
    if (missing.length === 0) return [];
    return [
      {
        code: 'blind',
        severity: 'warning',
        ...place,
        message: `blind to calls that do the same: ${missing.join(', ')}; no rule with these conditions has them`,
        remedy: `add -S ${missing.join(',')} (without those that auditctl does not know on the machine: they stop the load)`,
      },
    ];
  });
};

const withCall = (placed: PlacedRule, number: number): PlacedRule => ({
  ...placed,
  rule: { ...placed.rule, syscalls: [number] },
});

/** Rules with calls of another class than their perm: the kernel never matches these (auditsc.c audit_match_perm). */
export const outsidePerm = ({ set, host }: Checked): readonly Finding[] =>
  set.rules.flatMap(({ rule, place }): Finding[] => {
    const perm = rule.fields.find((f) => f.field === 'perm');
    if (!perm || rule.list !== 'exit' || rule.syscalls === 'all') return [];
    const names = namesOf(rule, syscallTable(rule, host));
    const matched = names.filter((name) => (permBits(name) & perm.value) !== 0);
    const outside = names.filter(
      (name) => (permBits(name) & perm.value) === 0 && (matched.length === 0 || !isOfPerm(perm.value, name)),
    );
    if (outside.length === 0) return [];
    const never = matched.length === 0;
    const rest = never
      ? 'these are all its calls, so the rule never matches'
      : `the rule matches only ${matched.join(', ')}`;
    return [
      {
        code: 'outside-perm',
        severity: never ? 'error' : 'warning',
        ...place,
        message: `perm never matches calls of another class: ${outside.join(', ')}; ${rest}`,
        remedy: 'delete perm to record the calls that -S names, or delete -S to record the accesses that perm names',
      },
    ];
  });
