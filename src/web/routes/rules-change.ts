// POST /api/rules/plan and /api/rules/apply: what would change in the kernel, and the change, exactly as it was planned.

import { AuditError } from '../../base/index.ts';
import { userText } from '../../kernel/user.ts';
import { RECORD } from '../../tables/records.ts';
import { RuleApplyReply, RulePlanReply } from '../contract.ts';
import { Fault } from '../fault.ts';
import { speakerOf } from '../login.ts';
import type { ApplyOutcome } from '../questions/question.ts';
import { route } from '../route.ts';
import { planBody, rulesOf, textBody } from './rules.ts';

const plan = route({
  method: 'post',
  path: '/rules/plan',
  summary: 'What would change in the kernel if a set were loaded; changes nothing',
  body: textBody,
  reply: RulePlanReply,
  rules: true,
  run: async ({ body, console, signal }) => console.desk.reply({ kind: 'plan', text: rulesOf(body) }, signal),
});

/** The change that is made now: the next is held against what this one leaves. */
let changing: Promise<unknown> = Promise.resolve();

/** Makes a change after those before it. */
function inOrder(change: () => Promise<ApplyOutcome>): Promise<ApplyOutcome> {
  const outcome = changing.then(change);
  changing = outcome.catch(() => {});
  return outcome;
}

const apply = route({
  method: 'post',
  path: '/rules/apply',
  summary: 'Loads a set: only what differs, all or nothing, and only what was planned',
  body: planBody,
  reply: RuleApplyReply,
  rules: true,
  changes: true,
  async run({ body, console, viewer, signal }): Promise<RuleApplyReply> {
    const text = rulesOf(body);
    const outcome = await inOrder(async () => {
      signal.throwIfAborted();
      return console.desk.ask({ kind: 'apply', text, plan: body.plan }, signal);
    });
    if (outcome.kind === 'other-plan')
      throw new Fault(409, 'other-plan', 'Cannot apply: the kernel’s rules are no longer those of the plan', {
        remedy: 'Plan again, look, and apply that',
      });
    const { steps, kept, settings } = outcome;
    const acct = `acct="${viewer.name.replace(/[^\w.@-]/g, '_')}"`;
    const message = `op=apply-audit-rules ${acct} steps=${steps} kept=${kept}`;
    console.audit(RECORD.USYS_CONFIG, userText(message, speakerOf(''), outcome.kind === 'applied'));
    if (outcome.kind === 'failed') throw new AuditError(outcome.code, outcome.message);
    return { applied: steps + settings, kept };
  },
});

export const ruleChanges = [plan, apply];
