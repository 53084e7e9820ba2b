// The smallest sets of rules that answer a question about processes, scoped as the caller asks, for this machine's arches.
import type { Accounts } from '../base/index.ts';
import { encodeRule, parseRule, type RuleContext, wordsOf } from '../rule/index.ts';
import {
  type Arch,
  compatArch,
  EXEC_CALLS,
  EXIT_CALLS,
  FORK_CALLS,
  SIGNAL_NAMES,
  syscallNumber,
} from '../tables/index.ts';

/** The key every rule carries, so that others who see it know whose it is. */
export const SUPERVISE_KEY = 'auspex-supervise';

/** What processes run, and that they end by themselves: for their command lines and fates. */
const PROGRAMS = [...EXEC_CALLS, 'exit_group'];
const LIVES = [...FORK_CALLS, ...EXEC_CALLS, ...EXIT_CALLS, 'wait4', 'waitpid'];

export type Question = 'signals' | 'programs' | 'lives';

const CALLS: Readonly<Record<Question, readonly string[]>> = {
  signals: SIGNAL_NAMES,
  programs: PROGRAMS,
  lives: LIVES,
};

export interface RuleScope {
  /** Conditions as auditctl's -F takes them: `auid=1001`, `exe=/usr/bin/x`. All must hold. */
  readonly conditions: readonly string[];
}

/** Rules as auditctl writes them; they stand before all others, lest a `never` come first. */
export function ruleLines(questions: readonly Question[], scope: RuleScope, host: Arch): string[] {
  const calls = [...new Set(questions.flatMap((question) => CALLS[question]))];
  const compat = compatArch(host);
  return [host, ...(compat ? [compat] : [])].flatMap((arch) => {
    const known = calls.filter((call) => syscallNumber(arch, call) !== undefined);
    const conditions = scope.conditions.map((condition) => ` -F ${condition}`).join('');
    return [
      `-A always,exit -F arch=${arch === host ? 'b64' : 'b32'} -S ${known.join(',')}${conditions} -k ${SUPERVISE_KEY}`,
    ];
  });
}

/** The bytes of rule lines for this machine. Throws AuditError `rule` where a condition is wrong. */
export function compileRules(lines: readonly string[], host: Arch, accounts: Accounts): Uint8Array[] {
  const context: RuleContext = { host, accounts, isDirectory: () => false };
  return lines.map((line) => encodeRule(parseRule(wordsOf(line), context).rule));
}
