// Answers about rules: what is loaded and what stands in files, what a text of rules means, what it would change in the
// kernel, and the change. Thousands of rules take seconds, and the kernel is asked in one piece: not on the console's thread.

import { createHash } from 'node:crypto';
import { AuditError, fromUtf8, isAuditError } from '../../base/index.ts';
import { checkOptions } from '../../policy/context.ts';
import {
  applyChange,
  type Change,
  changeOf,
  explainOptions,
  type PlanKernel,
  wantedRules,
} from '../../policy/index.ts';
import {
  checkInSteps,
  decodeRule,
  encodeRule,
  explainRule,
  type Finding,
  keysOf,
  type PlacedRule,
  type RuleLine as ReadLine,
  type Rule,
  type RuleSource,
  readRules,
  ruleId,
  ruleSet,
  type Setting,
  sourceText,
} from '../../rule/index.ts';
import type { RuleCheckReply, RuleFinding, RuleLine, RulePlanReply, RulesReply } from '../contract.ts';
import { shown } from '../words.ts';
import type { ApplyOutcome, ApplyQuestion, CheckQuestion, Ground, PlanQuestion, RulesQuestion } from './question.ts';

/** What the set that is being written is called in findings. */
const WRITTEN = 'rules';
const LOCKED = 2;

export async function rulesAnswer({ allowChanges }: RulesQuestion, ground: Ground): Promise<RulesReply> {
  const sources = ground.policy.sources();
  return {
    ...loaded(ground),
    files: sources.map(({ file, lines }) => ({ path: shown(file), rules: linesOf(ground, lines) })),
    findings: findingsOf(ground, sources),
    allowChanges,
  };
}

function loaded(ground: Ground): Pick<RulesReply, 'loaded' | 'loadedFault'> {
  try {
    return { loaded: kernelRules(ground).map((rule) => lineOf(ground, rule)) };
  } catch (error) {
    if (!isAuditError(error) || error.code === 'cancelled') throw error;
    return { loadedFault: error.message };
  }
}

export async function checkAnswer({ text }: CheckQuestion, ground: Ground): Promise<RuleCheckReply> {
  const source = written(ground, text);
  return { rules: linesOf(ground, source.lines), findings: findingsOf(ground, [source]) };
}

export async function planAnswer({ text }: PlanQuestion, ground: Ground): Promise<RulePlanReply> {
  const source = written(ground, text);
  const { change, hash } = withKernel(ground, (kernel) => planned(kernel, source));
  const { host } = ground.policy.context;
  return {
    steps: change.rules.steps.map(({ op, rule, moved }) => ({ op, text: shown(sourceText(rule, host)), moved })),
    kept: change.rules.kept,
    settings: Object.entries(change.settings).map(([name, value]) => ({ name, value: value ?? 0 })),
    findings: findingsOf(ground, [source]),
    plan: hash,
  };
}

/** Carries out what was planned, to its end: neither a withdrawn question nor the end of the console breaks it off. */
export async function applyAnswer({ text, plan }: ApplyQuestion, ground: Ground): Promise<ApplyOutcome> {
  const source = written(ground, text);
  return withKernel(ground, (kernel) => {
    if (kernel.status().enabled === LOCKED)
      throw new AuditError('locked', 'Cannot change the rules: they are locked (-e 2) until the next boot');
    const { change, hash } = planned(kernel, source);
    if (hash !== plan) return { kind: 'other-plan' };
    const counts = {
      steps: change.rules.steps.length,
      kept: change.rules.kept,
      settings: Object.keys(change.settings).length,
    };
    try {
      applyChange(kernel, change, ground.policy.context.host);
    } catch (error) {
      if (!(error instanceof AuditError)) throw error;
      return { kind: 'failed', ...counts, code: error.code, message: error.message };
    }
    return { kind: 'applied', ...counts };
  });
}

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

/** The rules whose cost is asked: of a text, else those that are loaded, else those of the files. Throws AuditError `rule`
 * for a text with a line that cannot be read. */
export function rulesToPrice(ground: Ground, text: string | undefined): readonly PlacedRule[] {
  if (text !== undefined) return wantedRules([written(ground, text)]);
  try {
    const rules = kernelRules(ground);
    if (rules.length > 0)
      return rules.map((rule, i) => ({ rule, id: ruleId(rule), place: { file: 'kernel', line: i + 1 } }));
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
  }
  return wantedRules(ground.policy.sources());
}

function withKernel<T>({ policy }: Ground, work: (kernel: PlanKernel) => T): T {
  const kernel = policy.kernel();
  try {
    return work(kernel);
  } finally {
    kernel.close();
  }
}

const kernelRules = (ground: Ground): Rule[] => withKernel(ground, (kernel) => kernel.listRules()).map(decodeRule);

const written = ({ policy }: Ground, text: string): RuleSource => ({
  file: WRITTEN,
  lines: readRules(fromUtf8(text), WRITTEN, policy.context),
});

/** Each line with what it means; a line that cannot be read has no meaning, and a finding that says why. */
const linesOf = (ground: Ground, lines: readonly ReadLine[]): RuleLine[] =>
  lines.map((line) => {
    const [command] = line.commands;
    if (command?.kind === 'rule') return lineOf(ground, command.rule, line);
    const meaning = command?.kind === 'set' ? SETTINGS[command.setting] : (OTHERS[command?.kind ?? ''] ?? '');
    return { text: shown(line.text), line: line.line, meaning };
  });

function lineOf({ policy, accounts, goOn }: Ground, rule: Rule, line?: ReadLine): RuleLine {
  goOn();
  const { host } = policy.context;
  const key = keysOf(rule).join(',');
  return {
    text: shown(line?.text ?? sourceText(rule, host)),
    ...(line && { line: line.line }),
    ...(key !== '' && { key: shown(key) }),
    meaning: shown(explainRule(rule, explainOptions(host, accounts))),
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

function findingsOf({ policy, goOn }: Ground, sources: readonly RuleSource[]): RuleFinding[] {
  const steps = checkInSteps(sources, { ...checkOptions(), host: policy.context.host });
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value.map(findingOf);
    goOn();
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
