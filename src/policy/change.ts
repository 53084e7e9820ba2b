// The difference between wanted rules and the running kernel, and its carrying out: all or nothing; after an error the
// rules that were there are there again, in their order.

import { AuditError } from '../base/index.ts';
import type { AuditClient, AuditStatus, StatusChange } from '../kernel/index.ts';
import { type PlanStep, planRules, type RulePlan, type RuleSet, sourceText } from '../rule/index.ts';
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

/** Carries a change out. On an error everything is as it was, and AuditError `rolled-back` says why. */
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
    restore(kernel, before, status);
    const at = step ? ` (${step.op} ${sourceText(step.rule, host)})` : '';
    throw new AuditError('rolled-back', `${(error as Error).message}${at}; the rules are as they were before`, {
      cause: error,
    });
  }
}

/** Puts back the rules that were there, in their order, touching as little as possible. */
function restore(kernel: PlanKernel, before: readonly Uint8Array[], status: AuditStatus): void {
  const now = kernel.listRules();
  const same = now.length === before.length && now.every((bytes, i) => Buffer.compare(bytes, before[i]!) === 0);
  if (!same) {
    for (const bytes of now) kernel.deleteRule(bytes);
    for (const bytes of before) kernel.addRule(bytes);
  }
  const { failure, rateLimit, backlogLimit, enabled } = status;
  kernel.set({ failure, rateLimit, backlogLimit, enabled }, 'restore the limits');
}
