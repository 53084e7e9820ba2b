// /api/rules, /api/rules/check, /api/rules/cost: the set of this machine, a set that is being written, and what they cost.

import { z } from 'zod';
import { RuleCheckReply, RuleCostReply, RulesReply } from '../contract.ts';
import { Fault } from '../fault.ts';
import { period } from '../inputs.ts';
import { rangeOf } from '../narrow.ts';
import { route } from '../route.ts';

/** Lines of a set that is written in a page: thirty times the largest in use. */
const MOST_LINES = 10_000;

const ruleText = z.string().max(500_000);
export const textBody = z.strictObject({ text: ruleText });
export const planBody = z.strictObject({ text: ruleText, plan: z.string().max(100) });

/** A text of rules. Throws Fault 400 where it has too many lines. */
export function rulesOf({ text }: z.output<typeof textBody>): string {
  if (text.split('\n', MOST_LINES + 1).length <= MOST_LINES) return text;
  throw new Fault(400, 'too-many-rules', `Cannot read the rules: there are more than ${MOST_LINES} lines`, {
    parameter: 'text',
    remedy: 'Check so many as a file, with `auspex rules check`',
  });
}

const list = route({
  method: 'get',
  path: '/rules',
  summary: 'The rules of this machine: what the kernel has, and its files',
  reply: RulesReply,
  rules: true,
  run: ({ console: { desk, allowChanges }, signal }) => desk.reply({ kind: 'rules', allowChanges }, signal),
});

const check = route({
  method: 'post',
  path: '/rules/check',
  summary: 'What the lines of a set mean, and its faults',
  body: textBody,
  reply: RuleCheckReply,
  rules: true,
  run: async ({ body, console, signal }) => console.desk.reply({ kind: 'check', text: rulesOf(body) }, signal),
});

const loadedCost = route({
  method: 'get',
  path: '/rules/cost',
  summary: 'What the loaded set (or the files’) costs, estimated from the trail',
  query: z.strictObject(period),
  reply: RuleCostReply,
  seconds: 120,
  run: ({ query, console, signal }) =>
    console.desk.reply({ kind: 'cost', range: rangeOf(query, console.now()), text: undefined }, signal),
});

const writtenCost = route({
  method: 'post',
  path: '/rules/cost',
  summary: 'What a set would cost, estimated from the trail',
  query: z.strictObject(period),
  body: textBody,
  reply: RuleCostReply,
  seconds: 120,
  run: async ({ query, body, console, signal }) =>
    console.desk.reply({ kind: 'cost', range: rangeOf(query, console.now()), text: rulesOf(body) }, signal),
});

export const ruleRoutes = [list, check, loadedCost, writtenCost];
