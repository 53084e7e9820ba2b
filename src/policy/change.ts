// The difference between wanted rules and the running kernel, and its carrying out: all or nothing; after an error the
// rules that were there are there again, in their order.

import { AuditError } from '../base/index.ts';
import type { AuditClient, AuditStatus, StatusChange } from '../kernel/index.ts';
import { decodeRule, type PlanStep, planRules, type RulePlan, type RuleSet, sourceText } from '../rule/index.ts';
import type { Arch } from '../tables/index.ts';

/** The part of the kernel's client that is used; a test gives its own. */
export type PlanKernel = Pick<AuditClient, 'status' | 'set' | 'listRules' | 'addRule' | 'deleteRule'>;

const LOCKED = 2;

export interface Change {
  readonly rules: RulePlan;
  readonly settings: StatusChange;
}

/** What lies between the kernel and the files. Without `lock`, -e 2 counts as -e 1. */
export function changeOf(kernel: PlanKernel, set: RuleSet, lock: boolean): Change {
  const status = kernel.status();
  const settings: Record<string, number> = {};
  for (const [name, wanted] of set.settings) {
    const value = name === 'enabled' && wanted === LOCKED && !lock ? 1 : wanted;
    if (status[name as keyof AuditStatus] !== value) settings[name] = value;
  }
  return {
    rules: planRules(
      kernel.listRules(),
      set.rules.map((r) => r.rule),
    ),
    settings,
  };
}

/**
 * Carries a change out. On an error everything is as it was, and AuditError `rolled-back` says why; where even that
 * fails, AuditError `not-restored` names what the kernel did not take back.
 */
export function applyChange(kernel: PlanKernel, { rules, settings }: Change, host: Arch): void {
  const before = kernel.listRules();
  const status = kernel.status();
  const { enabled, ...others } = settings;
  let step: PlanStep | undefined;
  try {
    if (Object.keys(others).length > 0) kernel.set(others, 'set the limits');
    for (step of rules.steps)
      if (step.op === 'add') kernel.addRule(step.bytes);
      else kernel.deleteRule(step.bytes);
    step = undefined;
    if (enabled !== undefined) kernel.set({ enabled }, 'set the enabled flag');
  } catch (error) {
    const at = step ? ` (${step.op} ${sourceText(step.rule, host)})` : '';
    const lost = restore(kernel, before, status, host);
    const [code, end] =
      lost.length === 0
        ? (['rolled-back', 'the rules are as they were before'] as const)
        : (['not-restored', `and not all could be put back as it was before: ${lost.join('; ')}`] as const);
    throw new AuditError(code, `${(error as Error).message}${at}; ${end}`, { cause: error });
  }
}

/** Puts back what was there, touching as little as possible; returns what the kernel refused, in words. */
function restore(kernel: PlanKernel, before: readonly Uint8Array[], status: AuditStatus, host: Arch): string[] {
  const lost: string[] = [];
  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      lost.push(`${what}: ${(error as Error).message}`);
    }
  };
  attempt('the rules', () => {
    for (const { op, bytes, rule } of planRules(kernel.listRules(), before.map(decodeRule)).steps)
      attempt(`${op} ${sourceText(rule, host)}`, () =>
        op === 'add' ? kernel.addRule(bytes) : kernel.deleteRule(bytes),
      );
  });
  const { failure, rateLimit, backlogLimit, backlogWaitTime, enabled } = status;
  attempt('the limits', () =>
    kernel.set({ failure, rateLimit, backlogLimit, backlogWaitTime, enabled }, 'restore the limits'),
  );
  return lost;
}
