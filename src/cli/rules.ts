// `auspex rules VERB`: rules as code. The table of verbs; each is a module of its own, loaded when it is asked for.
import { oneLine, suggestion } from '../base/index.ts';
import { type Io, print, type VerbModule } from './io.ts';

interface RulesVerb {
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
}

export const rulesVerbs: Readonly<Record<string, RulesVerb>> = {
  check: { summary: 'what is wrong, doubtful or slow in rules files', load: () => import('./rules-check.ts') },
  explain: { summary: 'rules in plain sentences', load: () => import('./rules-explain.ts') },
  plan: {
    summary: 'what would change if the rules files were loaded',
    load: async () => ({ run: (await import('./rules-plan.ts')).runPlan }),
  },
  apply: {
    summary: 'load the rules files: only what differs, all or nothing',
    load: async () => ({ run: (await import('./rules-plan.ts')).runApply }),
  },
  test: {
    summary: 'try rules on a recorded trail before they go live',
    load: async () => ({ run: (await import('./rules-test.ts')).runTest }),
  },
  cost: {
    summary: 'what rules cost: records and MB a day, time for a system call',
    load: () => import('./rules-cost.ts'),
  },
  list: { summary: 'the rules in the kernel', load: () => import('./rules-list.ts') },
  setuid: { summary: 'write rules for the set-uid programs of this machine', load: () => import('./rules-setuid.ts') },
};

function help(): string {
  const rows = Object.entries(rulesVerbs).map(([name, verb]) => `  ${name.padEnd(9)}${verb.summary}`);
  return [
    'usage: auspex rules VERB [options] [FILE|DIRECTORY …]',
    '',
    'Rules as code. Without files: /etc/audit/rules.d, or /etc/audit/audit.rules.',
    '',
    ...rows,
    '',
    '`auspex rules VERB --help` tells the options of one.',
    '',
  ].join('\n');
}

/** Runs the verb; returns its exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || word === '--help' || word === '-h') {
    print(io, help());
    return word === undefined ? 2 : 0;
  }
  const verb = Object.hasOwn(rulesVerbs, word) ? rulesVerbs[word] : undefined;
  if (verb) return (await verb.load()).run(rest, io);
  io.err(`auspex rules: there is no verb "${oneLine(word)}"${suggestion(word, Object.keys(rulesVerbs))}\n`);
  return 2;
}
