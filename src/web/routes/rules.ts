// /api/rules, /api/rules/check, /api/rules/cost: the set of this machine, a set that is being written, and what they cost.

import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { AuditError, fromUtf8 } from '../../base/index.ts';
import { explainOptions, type PlanKernel } from '../../policy/index.ts';
import { wantedRules } from '../../policy/sources.ts';
import {
  checkInSteps,
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
import { Fault } from '../fault.ts';
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
      files: await Promise.all(
        sources.map(async ({ file, lines }) => ({ path: shown(file), rules: await linesOf(console, lines) })),
      ),
      findings: await findingsOf(console, sources),
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
function linesOf(console: Console, lines: readonly ReadLine[]): Promise<RuleLine[]> {
  return inTurns(lines, (line) => {
    const [command] = line.commands;
    if (command?.kind === 'rule') return lineOf(console, command.rule, line);
    const meaning = command?.kind === 'set' ? SETTINGS[command.setting] : (OTHERS[command?.kind ?? ''] ?? '');
    return { text: shown(line.text), line: line.line, meaning };
  });
}

/** Milliseconds of work before others have their turn. */
const TURN = 15;

/** Does something with each of a list; what it takes is short, and the list may be long. */
async function inTurns<T, R>(list: readonly T[], work: (one: T) => R): Promise<R[]> {
  const done: R[] = [];
  let until = performance.now() + TURN;
  for (const one of list) {
    done.push(work(one));
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + TURN;
  }
  return done;
}

export async function findingsOf(console: Console, sources: readonly RuleSource[]): Promise<RuleFinding[]> {
  const exists = (path: string): boolean => existsSync(Buffer.from(path, 'latin1'));
  const steps = checkInSteps(sources, { host: console.policy.context.host, exists });
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return inTurns(step.value, findingOf);
    await turn();
  }
}

const findingOf = ({ file, line, column, code, severity, message, remedy }: Finding): RuleFinding => ({
  file: shown(file),
  line,
  ...(column !== undefined && { column }),
  code,
  severity,
  message: shown(message),
  remedy: shown(remedy),
});

/** Lines of a set that is written in a page: thirty times the largest in use. */
const MOST_LINES = 10_000;

/** A text as the source of rules. Throws Fault 400 where it has too many lines. */
export async function written(console: Console, text: string): Promise<RuleSource> {
  const lines = fromUtf8(text).split('\n');
  if (lines.length > MOST_LINES)
    throw new Fault(400, 'too-many-rules', `Cannot read the rules: there are more than ${MOST_LINES} lines`, {
      parameter: 'text',
      remedy: 'Check so many as a file, with `auspex rules check`',
    });
  const read = await inTurns(lines, (line) => readRules(line, WRITTEN, console.policy.context));
  return { file: WRITTEN, lines: read.flatMap((some, i) => some.map((line) => placed(line, i + 1))) };
}

/** A line that was read by itself, at its place in the text. */
const placed = (read: ReadLine, line: number): ReadLine => ({
  ...read,
  line,
  ...(read.error && {
    error: new AuditError(read.error.code, read.error.message, { position: { ...read.error.position, line } }),
  }),
});

const check = route({
  method: 'post',
  path: '/rules/check',
  summary: 'What the lines of a set mean, and its faults',
  body: textBody,
  reply: RuleCheckReply,
  async run({ body, console }): Promise<RuleCheckReply> {
    const source = await written(console, body.text);
    return { rules: await linesOf(console, source.lines), findings: await findingsOf(console, [source]) };
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
  run: async ({ query, body, console, signal }) =>
    costOf(console, wantedRules([await written(console, body.text)]), query, signal),
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
