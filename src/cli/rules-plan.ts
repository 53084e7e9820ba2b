// `auspex rules plan` and `apply`: the difference between rules files and the running kernel, like a deployment plan.
// apply is all or nothing: after an error the rules that were there are there again, in their order.
import { AuditError, oneLine } from '../base/index.ts';
import { openClient } from '../kernel/index.ts';
import { applyChange, type Change, changeOf, type PlanKernel } from '../policy/change.ts';
import { ruleContext } from '../policy/context.ts';
import { readSources, wantedRules } from '../policy/sources.ts';
import { encodeRule, type PlanStep, type RuleSet, ruleSet, sourceText } from '../rule/index.ts';
import type { Arch } from '../tables/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions } from './options.ts';

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

export function runPlan(argv: readonly string[], io: Io): number {
  const given = readOptions(planTable, argv, io);
  if (!given) return 0;
  const files = wanted(given.words);
  const { set, host } = files;
  return withClient((kernel) => {
    const change = changeOf(kernel, set, true);
    io.out(changeText(change, host));
    tellLeftOut(files, io);
    return change.rules.steps.length + Object.keys(change.settings).length > 0 ? 1 : 0;
  });
}

export function runApply(argv: readonly string[], io: Io): number {
  const given = readOptions(applyTable, argv, io);
  if (!given) return 0;
  const files = wanted(given.words);
  const { set, host } = files;
  return withClient((kernel) => {
    const change = changeOf(kernel, set, given.has('lock'));
    if (kernel.status().enabled === LOCKED)
      throw new AuditError('locked', 'Cannot change the rules: they are locked (-e 2) until the next boot');
    applyChange(kernel, change, host);
    io.out(changeText(change, host));
    if (set.settings.get('enabled') === LOCKED && !given.has('lock'))
      io.err('auspex rules: -e 2 was left out; --lock carries it out\n');
    tellLeftOut(files, io);
    return 0;
  });
}

interface Wanted {
  readonly set: RuleSet;
  readonly host: Arch;
  /** --loginuid-immutable is in the files: not a rule, not a limit, and not to be undone before the next boot. */
  readonly immutable: boolean;
}

function wanted(words: readonly string[]): Wanted {
  const context = ruleContext();
  const sources = readSources(words, context);
  wantedRules(sources); // refuses unreadable lines
  const immutable = sources.some(({ lines }) =>
    lines.some(({ commands }) => commands.some(({ kind }) => kind === 'loginuid-immutable')),
  );
  return { set: ruleSet(sources), host: context.host, immutable };
}

/** Says what of the files is not a plan's business. */
function tellLeftOut({ immutable }: Wanted, io: Io): void {
  if (immutable)
    io.err(
      'auspex rules: --loginuid-immutable was left out; `auditctl --loginuid-immutable` carries it out until the next boot\n',
    );
}

function withClient(work: (kernel: PlanKernel) => number): number {
  const client = openClient();
  try {
    return work(client);
  } finally {
    client.close();
  }
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
  return `${[...lines, total].map(oneLine).join('\n')}\n`;
}

const idOf = ({ rule }: PlanStep): string => Buffer.from(encodeRule({ ...rule, prepend: false })).toString('latin1');
