// Replies about reports and rules.

import { z } from 'zod';
import { maybe, named, type Sent, text, whole } from './shape.ts';
import { unread } from './unread.ts';

/** GET /api/reports: what there is. */
export const ReportList = named(
  'ReportList',
  z.strictObject({
    reports: z.array(z.strictObject({ name: text, title: text, help: text, hasSummary: z.boolean() })),
  }),
);
export type ReportList = Sent<typeof ReportList>;

/** GET /api/reports/{name}; `overview` is a name. */
export const ReportReply = named(
  'ReportReply',
  z.strictObject({
    name: text,
    title: text,
    columns: z.array(text),
    rows: z.array(z.array(z.union([text, z.number()]))),
    omitted: whole.describe('Rows left out by `top`'),
    unread,
  }),
);
export type ReportReply = Sent<typeof ReportReply>;

/** A line of rules. */
export const RuleLine = named(
  'RuleLine',
  z.strictObject({
    text,
    line: maybe(whole),
    key: maybe(text),
    meaning: text.describe('What it does, in a sentence or more'),
  }),
);
export type RuleLine = Sent<typeof RuleLine>;

/** What is wrong with a set of rules, and what to do about it. */
export const RuleFinding = named(
  'RuleFinding',
  z.strictObject({
    file: maybe(text),
    line: maybe(whole),
    column: maybe(whole),
    code: text,
    severity: z.enum(['error', 'warning', 'hint']),
    message: text,
    remedy: text,
  }),
);
export type RuleFinding = Sent<typeof RuleFinding>;

/** GET /api/rules: the set: what the kernel has (when it may be asked), and the files of this machine. */
export const RulesReply = named(
  'RulesReply',
  z.strictObject({
    loaded: maybe(z.array(RuleLine).describe('Missing, with `loadedFault`, when the kernel cannot be asked')),
    loadedFault: maybe(text),
    files: z.array(z.strictObject({ path: text, rules: z.array(RuleLine) })),
    findings: z.array(RuleFinding),
    allowChanges: z.boolean(),
  }),
);
export type RulesReply = Sent<typeof RulesReply>;

/** POST /api/rules/check: a set that is being written: what each line means, and its faults. */
export const RuleCheckReply = named(
  'RuleCheckReply',
  z.strictObject({ rules: z.array(RuleLine), findings: z.array(RuleFinding) }),
);
export type RuleCheckReply = Sent<typeof RuleCheckReply>;

/** GET and POST /api/rules/cost: estimated from the trail. */
export const RuleCostReply = named(
  'RuleCostReply',
  z.strictObject({
    seconds: z.number().describe('How long a time the trail tells of'),
    rules: z.array(
      z.strictObject({
        text,
        eventsPerDay: whole,
        recordsPerDay: whole,
        bytesPerDay: whole,
        share: z.number().describe('Of all bytes, 0 to 1'),
      }),
    ),
  }),
);
export type RuleCostReply = Sent<typeof RuleCostReply>;

/** POST /api/rules/plan: what would change in the kernel. */
export const RulePlanReply = named(
  'RulePlanReply',
  z.strictObject({
    steps: z.array(z.strictObject({ op: z.enum(['add', 'delete']), text, moved: z.boolean() })),
    kept: whole,
    settings: z
      .array(z.strictObject({ name: text, value: whole }))
      .describe('What the text sets besides rules. `-e 2` counts as `-e 1`: a page never locks a machine'),
    findings: z.array(RuleFinding),
    plan: text.describe('To be sent back to apply exactly this: a hash of the kernel’s set and of the wanted one'),
  }),
);
export type RulePlanReply = Sent<typeof RulePlanReply>;

/** POST /api/rules/apply: only with --allow-changes (else 403); 409 when the kernel's set is not the planned one. */
export const RuleApplyReply = named('RuleApplyReply', z.strictObject({ applied: whole, kept: whole }));
export type RuleApplyReply = Sent<typeof RuleApplyReply>;
