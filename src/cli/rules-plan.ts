// `auspex rules plan` and `apply`: the difference between rules files and the running kernel, like a deployment plan.
// apply is all or nothing: after an error the rules that were there are there again, in their order.
import { AuditError } from '../base/index.ts';
import { type AuditClient, type AuditStatus, openClient, type StatusChange } from '../kernel/index.ts';
import {
  encodeRule,
  type PlanStep,
  planRules,
  type RulePlan,
  type RuleSet,
  ruleSet,
  sourceText,
} from '../rule/index.ts';
import type { Arch } from '../tables/index.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, parseOptions } from './options.ts';
import { ruleContext } from './rule-context.ts';
import { print, readSources, wantedRules } from './rules-sources.ts';

/** The part of the kernel's client that is used; a test gives its own. */
export type PlanKernel = Pick<AuditClient, 'status' | 'set' | 'listRules' | 'addRule' | 'deleteRule'>;

const LOCKED = 2;
const help = { name: 'help', forms: ['-h', '--help'], help: 'this text' } as const;

const planTable = optionTable({
  tool: 'auspex rules plan',
  summary: 'Shows what would change in the kernel if rules files were loaded; changes nothing.',
  usage: ['[FILE|DIRECTORY …]'],
  options: [help],
  notes: ['Exit status: 0 nothing to change, 1 something to change.'],
});

const applyTable = optionTable({
  tool: 'auspex rules apply',
  summary: 'Makes the kernel’s rules those of rules files: only what differs, all or nothing.',
  usage: ['[--lock] [FILE|DIRECTORY …]'],
  options: [{ name: 'lock', forms: ['--lock'], help: 'carry out -e 2 too: no change until the next boot' }, help],
  notes: ['Exit status: 0 done, 1 an error (the rules that were there are there again).'],
});

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

export function runPlan(argv: readonly string[], io: Io): number {
  const given = parseOptions(planTable, argv);
  if (given.has('help')) {
    print(io, helpText(planTable));
    return 0;
  }
  const { set, host } = wanted(given.words);
  return withClient((kernel) => {
    const change = changeOf(kernel, set, true);
    io.out(changeText(change, host));
    return change.rules.steps.length + Object.keys(change.settings).length > 0 ? 1 : 0;
  });
}

export function runApply(argv: readonly string[], io: Io): number {
  const given = parseOptions(applyTable, argv);
  if (given.has('help')) {
    print(io, helpText(applyTable));
    return 0;
  }
  const { set, host } = wanted(given.words);
  return withClient((kernel) => {
    const change = changeOf(kernel, set, given.has('lock'));
    if (kernel.status().enabled === LOCKED)
      throw new AuditError('locked', 'Cannot change the rules: they are locked (-e 2) until the next boot');
    applyChange(kernel, change, host);
    io.out(changeText(change, host));
    if (set.settings.get('enabled') === LOCKED && !given.has('lock'))
      io.err('auspex rules: -e 2 was left out; --lock carries it out\n');
    return 0;
  });
}

function wanted(words: readonly string[]): { set: RuleSet; host: Arch } {
  const context = ruleContext();
  const sources = readSources(words, context);
  wantedRules(sources); // refuses unreadable lines
  return { set: ruleSet(sources), host: context.host };
}

function withClient(work: (kernel: PlanKernel) => number): number {
  const client = openClient();
  try {
    return work(client);
  } finally {
    client.close();
  }
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

const NAMES: Readonly<Record<string, string>> = {
  enabled: '-e',
  failure: '-f',
  rateLimit: '-r',
  backlogLimit: '-b',
  backlogWaitTime: '--backlog_wait_time',
};

/** `+` is added, `-` deleted, `>` moved; the order is that in which it happens. */
function changeText({ rules, settings }: Change, host: Arch): string {
  const added = new Set(rules.steps.filter((s) => s.op === 'delete' && s.moved).map((s) => idOf(s)));
  const lines = rules.steps
    .filter((s) => !s.moved)
    .map((s) => `${s.op === 'delete' ? '-' : added.has(idOf(s)) ? '>' : '+'} ${sourceText(s.rule, host)}`);
  for (const [name, value] of Object.entries(settings)) lines.push(`~ ${NAMES[name]} ${value}`);
  const count = (sign: string) => lines.filter((l) => l.startsWith(sign)).length;
  const total = `${count('+')} to add, ${count('-')} to delete, ${count('>')} to move, ${count('~')} settings to change, ${rules.kept} rules stay`;
  return `${[...lines, total].join('\n')}\n`;
}

const idOf = ({ rule }: PlanStep): string => Buffer.from(encodeRule({ ...rule, prepend: false })).toString('latin1');
