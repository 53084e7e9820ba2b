// Which system calls a permission filter (`perm=wa`) can match: kernel/auditsc.c, audit_match_perm.
import { isExec } from '../tables/calls.ts';
import { type Arch, permSyscalls, rulePerms, syscallName } from '../tables/index.ts';
import type { Rule } from './rule.ts';

/** Where the open flags are among the arguments; openat2's are behind a pointer. */
export const OPEN_FLAGS: Readonly<Record<string, number>> = { open: 1, openat: 2 };
/** In auditctl's classes but not in the kernel's. */
const NOT_A_READ = new Set(['stat', 'fstat', 'lstat', 'newfstatat', 'statx']);
/** In the kernel's 32-bit write class. */
const WIDE_WRITES = new Set(['truncate64', 'ftruncate64']);

/** Whether a permission filter can match a call at all: one that opens files or a socketcall does by its arguments, any other
 * always or never (kernel/auditsc.c, audit_match_perm). `mask` is AUDIT_PERM_*: x 1, w 2, r 4, a 8. */
export function canMatch(mask: number, name: string): boolean {
  if (name === 'socketcall') return (mask & 2) !== 0;
  if (name === 'openat2' || OPEN_FLAGS[name] !== undefined) return (mask & 6) !== 0;
  if (isExec(name)) return (mask & 1) !== 0;
  if (WIDE_WRITES.has(name)) return (mask & 2) !== 0;
  if (NOT_A_READ.has(name)) return false;
  return rulePerms.entries().some(([bit, letter]) => (mask & bit) !== 0 && permSyscalls[letter as 'r'].includes(name));
}

/** What auditctl puts into a rule for a permission. */
const chosenBy = (mask: number): ReadonlySet<string> =>
  new Set(
    rulePerms
      .entries()
      .flatMap(([bit, letter]) => ((mask & bit) === 0 ? [] : permSyscalls[letter as keyof typeof permSyscalls])),
  );

/** The calls of a rule by name, as far as they have one. */
export const namesOf = ({ syscalls }: Rule, table: Arch): readonly string[] =>
  syscalls === 'all' ? [] : syscalls.flatMap((number) => syscallName(table, number) ?? []);

/** Calls that a rule names beside a permission which never matches them; those that auditctl itself puts there for the
 * permission are not the rule's own words. */
export function neverMatched(mask: number, rule: Rule, table: Arch): readonly string[] {
  const chosen = chosenBy(mask);
  return namesOf(rule, table).filter((name) => !canMatch(mask, name) && !chosen.has(name));
}
