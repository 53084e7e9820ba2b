// The rules of one trace: everything a session does and nothing else. The session id is the trace's own, so no rule
// can match a process that is not a descendant of the traced command.
import { isAuditError } from '../base/index.ts';
import type { AuditClient } from '../kernel/index.ts';
import { decodeRule, encodeRule, type Rule, type RuleField } from '../rule/index.ts';
import type { Arch } from '../tables/index.ts';
import { numbersOf } from './classes.ts';

/** The key every record of a trace carries, so that others who see it know whose it is. */
export const TRACE_KEY = 'auspex-trace';

/** Rule bytes for session `ses`; `calls` narrows them. They go before other rules, or a `never` might come first. */
export function sessionRules(ses: number, calls: ReadonlySet<string> | 'all', host: Arch): readonly Uint8Array[] {
  const fields: readonly RuleField[] = [
    { field: 'sessionid', op: '=', value: ses },
    { field: 'key', op: '=', value: TRACE_KEY.length, text: TRACE_KEY },
  ];
  const rule = (more: Partial<Rule>): Rule => ({
    list: 'exit',
    action: 'always',
    prepend: true,
    syscalls: 'all',
    fields,
    ...more,
  });
  const uring = encodeRule(rule({ list: 'io_uring' })); // what a process has the kernel do without system calls
  if (calls === 'all') return [encodeRule(rule({})), uring];
  const needed = new Set([...calls, 'execve', 'execveat']); // where the command itself begins
  const byArch = numbersOf(needed, host).map(({ arch, numbers }) =>
    encodeRule(rule({ syscalls: numbers, fields: [{ field: 'arch', op: '=', value: arch }, ...fields] })),
  );
  return [...byArch, uring];
}

/** Loads the rules; a kernel without io_uring auditing (before 5.16) refuses that one, and has nothing to hide there. */
export function loadRules(client: Pick<AuditClient, 'addRule'>, rules: readonly Uint8Array[]): void {
  for (const rule of rules)
    try {
      client.addRule(rule);
    } catch (error) {
      if (!isAuditError(error, 'refused') || decodeRule(rule).list !== 'io_uring') throw error;
    }
}

/** The same rules as the kernel lists and deletes them: it forgets that they were put first. */
export function asListed(rules: readonly Uint8Array[]): readonly Uint8Array[] {
  return rules.map((bytes) => encodeRule({ ...decodeRule(bytes), prepend: false }));
}
