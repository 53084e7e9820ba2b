// POST /api/rules/plan and /api/rules/apply: what would change in the kernel, and the change, exactly as it was planned.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AuditError } from '../../base/index.ts';
import { userText } from '../../kernel/user.ts';
import { applyChange, type Change, changeOf, type PlanKernel } from '../../policy/index.ts';
import { wantedRules } from '../../policy/sources.ts';
import { encodeRule, type RuleSource, ruleSet, sourceText } from '../../rule/index.ts';
import { RuleApplyReply, RulePlanReply } from '../contract.ts';
import { Fault } from '../fault.ts';
import { speakerOf } from '../login.ts';
import { route } from '../route.ts';
import { shown } from '../words.ts';
import { findingsOf, ruleText, textBody, withKernel, written } from './rules.ts';

const USYS_CONFIG = 1111;
const LOCKED = 2;

interface Planned {
  readonly change: Change;
  readonly hash: string;
}

/** What would change; -e 2 counts as -e 1: a page never locks a machine. */
function planned(kernel: PlanKernel, source: RuleSource): Planned {
  wantedRules([source]); // refuses unreadable lines
  const set = ruleSet([source]);
  const change = changeOf(kernel, set, false);
  const hash = createHash('sha256');
  for (const bytes of kernel.listRules()) hash.update(bytes);
  for (const { rule } of set.rules) hash.update(encodeRule(rule));
  hash.update(JSON.stringify(change.settings));
  return { change, hash: hash.digest('base64url') };
}

const plan = route({
  method: 'post',
  path: '/rules/plan',
  summary: 'What would change in the kernel if a set were loaded; changes nothing',
  body: textBody,
  reply: RulePlanReply,
  async run({ body, console }): Promise<RulePlanReply> {
    const source = await written(console, body.text);
    const { change, hash } = withKernel(console, (kernel) => planned(kernel, source));
    const { host } = console.policy.context;
    return {
      steps: change.rules.steps.map(({ op, rule, moved }) => ({ op, text: shown(sourceText(rule, host)), moved })),
      kept: change.rules.kept,
      settings: Object.entries(change.settings).map(([name, value]) => ({ name, value: value ?? 0 })),
      findings: await findingsOf(console, [source]),
      plan: hash,
    };
  },
});

const apply = route({
  method: 'post',
  path: '/rules/apply',
  summary: 'Loads a set: only what differs, all or nothing, and only what was planned',
  body: z.strictObject({ text: ruleText, plan: z.string().max(100) }),
  reply: RuleApplyReply,
  changes: true,
  async run({ body, console, viewer }): Promise<RuleApplyReply> {
    const source = await written(console, body.text);
    return withKernel(console, (kernel) => {
      if (kernel.status().enabled === LOCKED)
        throw new AuditError('locked', 'Cannot change the rules: they are locked (-e 2) until the next boot');
      const { change, hash } = planned(kernel, source);
      if (hash !== body.plan)
        throw new Fault(409, 'other-plan', 'Cannot apply: the kernel’s rules are no longer those of the plan', {
          remedy: 'Plan again, look, and apply that',
        });
      const { steps, kept } = change.rules;
      const told = (ok: boolean): void => {
        const acct = `acct="${viewer.name.replace(/[^\w.@-]/g, '_')}"`;
        const message = `op=apply-audit-rules ${acct} steps=${steps.length} kept=${kept}`;
        console.audit(USYS_CONFIG, userText(message, speakerOf(''), ok));
      };
      try {
        applyChange(kernel, change, console.policy.context.host);
      } catch (error) {
        told(false);
        throw error;
      }
      told(true);
      return { applied: steps.length + Object.keys(change.settings).length, kept };
    });
  },
});

export const ruleChanges = [plan, apply];
