// /api/rules, /api/rules/check, /api/rules/cost: the set of this machine, a set that is being written, and what they cost.

import { existsSync } from 'node:fs';
import { z } from 'zod';
import { AuditError, fromUtf8 } from '../../base/index.ts';
import { explainOptions, type PlanKernel } from '../../policy/index.ts';
import { wantedRules } from '../../policy/sources.ts';
import {
  checkRules,
  decodeRule,
  explainRule,
  type Finding,
  keysOf,
  type PlacedRule,
  type RuleLine as ReadLine,
  type Rule,
  type RuleSource,
  readRules,
  ruleId,
  type Setting,
  sourceText,
} from '../../rule/index.ts';
import type { Console } from '../console.ts';
import { RuleCheckReply, RuleCostReply, type RuleFinding, type RuleLine, RulesReply } from '../contract.ts';
import { period } from '../inputs.ts';
import { type Narrowed, rangeOf } from '../narrow.ts';
import { route } from '../route.ts';
import { shown } from '../words.ts';

/** What the set that is being written is called in findings. */
const WRITTEN = 'rules';

export const ruleText = z.string().max(500_000);
export const textBody = z.strictObject({ text: ruleText });

const list = route({
  method: 'get',
  path: '/rules',
  summary: 'The rules of this machine: what the kernel has, and its files',
  reply: RulesReply,
  async run({ console }): Promise<RulesReply> {
    const sources = console.policy.sources();
    return {
      ...loaded(console),
      files: sources.map((source) => ({ path: shown(source.file), rules: linesOf(console, source.lines) })),
      findings: findingsOf(console, sources),
      allowChanges: console.allowChanges,
    };
  },
});

function loaded(console: Console): Pick<RulesReply, 'loaded' | 'loadedFault'> {
  try {
    const rules = withKernel(console, (kernel) => kernel.listRules()).map(decodeRule);
    return { loaded: rules.map((rule) => lineOf(console, rule)) };
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    return { loadedFault: error.message };
  }
}

export function withKernel<T>(console: Console, work: (kernel: PlanKernel) => T): T {
  const kernel = console.policy.kernel();
  try {
    return work(kernel);
  } finally {
    kernel.close();
  }
}

function lineOf(console: Console, rule: Rule, line?: ReadLine): RuleLine {
  const { host } = console.policy.context;
  const key = keysOf(rule).join(',');
  return {
    text: shown(line?.text ?? sourceText(rule, host)),
    ...(line && { line: line.line }),
    ...(key !== '' && { key: shown(key) }),
    meaning: shown(explainRule(rule, explainOptions(host, console.accounts))),
  };
}

const SETTINGS: Readonly<Record<Setting, string>> = {
  enabled: 'Turns auditing on (1), off (0), or locks it until the next boot (2).',
  failure: 'Says what the kernel does when it cannot record: nothing (0), a message (1), panic (2).',
  rateLimit: 'Limits the records a second; what is more is lost. 0 is no limit.',
  backlogLimit: 'Sets how many records may wait for the daemon.',
  backlogWaitTime: 'Sets how long programs wait when too many records do.',
};

const OTHERS: Readonly<Record<string, string>> = {
  'delete-all': 'Deletes the rules that are there.',
  continue: 'Goes on after a line that fails.',
  ignore: 'Goes on after a line that fails, and calls it success.',
};

/** Each line with what it means; a line that cannot be read has no meaning, and a finding that says why. */
function linesOf(console: Console, lines: readonly ReadLine[]): RuleLine[] {
  return lines.map((line) => {
    const [command] = line.commands;
    if (command?.kind === 'rule') return lineOf(console, command.rule, line);
    const meaning = command?.kind === 'set' ? SETTINGS[command.setting] : (OTHERS[command?.kind ?? ''] ?? '');
    return { text: shown(line.text), line: line.line, meaning };
  });
}

export function findingsOf(console: Console, sources: readonly RuleSource[]): RuleFinding[] {
  const exists = (path: string): boolean => existsSync(Buffer.from(path, 'latin1'));
  return checkRules(sources, { host: console.policy.context.host, exists }).map(
    ({ file, line, column, code, severity, message, remedy }: Finding) => ({
      file: shown(file),
      line,
      ...(column !== undefined && { column }),
      code,
      severity,
      message: shown(message),
      remedy: shown(remedy),
    }),
  );
}

export const written = (console: Console, text: string): RuleSource => ({
  file: WRITTEN,
  lines: readRules(fromUtf8(text), WRITTEN, console.policy.context),
});

const check = route({
  method: 'post',
  path: '/rules/check',
  summary: 'What the lines of a set mean, and its faults',
  body: textBody,
  reply: RuleCheckReply,
  run({ body, console }): RuleCheckReply {
    const source = written(console, body.text);
    return { rules: linesOf(console, source.lines), findings: findingsOf(console, [source]) };
  },
});

const loadedCost = route({
  method: 'get',
  path: '/rules/cost',
  summary: 'What the loaded set (or the files’) costs, estimated from the trail',
  query: z.strictObject(period),
  reply: RuleCostReply,
  seconds: 120,
  run: ({ query, console, signal }) => costOf(console, currentRules(console), query, signal),
});

const writtenCost = route({
  method: 'post',
  path: '/rules/cost',
  summary: 'What a set would cost, estimated from the trail',
  query: z.strictObject(period),
  body: textBody,
  reply: RuleCostReply,
  seconds: 120,
  run: ({ query, body, console, signal }) => costOf(console, wantedRules([written(console, body.text)]), query, signal),
});

function currentRules(console: Console): readonly PlacedRule[] {
  try {
    const rules = withKernel(console, (kernel) => kernel.listRules()).map(decodeRule);
    if (rules.length > 0)
      return rules.map((rule, i) => ({ rule, id: ruleId(rule), place: { file: 'kernel', line: i + 1 } }));
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
  }
  return wantedRules(console.policy.sources());
}

const costOf = (
  console: Console,
  rules: readonly PlacedRule[],
  query: Pick<Narrowed, 'since' | 'until'>,
  signal: AbortSignal,
): Promise<Response> => {
  const { host } = console.policy.context;
  return console.desk.reply({ kind: 'cost', range: rangeOf(query, console.now()), rules, host }, signal);
};

export const ruleRoutes = [list, check, loadedCost, writtenCost];
