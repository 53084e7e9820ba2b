// `auspex VERB`: the table of verbs, and the way from a command line to one of them. A verb's module is loaded only
// when it is asked for, so that one verb never pays for another's packages. What a verb does is its own module's
// business: it exports `run(argv, io)`, where argv begins after the verb, and returns the exit status.
// To add a verb, add a line to the table.
import { failedOperation, oneLine, suggestion, wrap } from '../base/index.ts';
import { eventFaults } from '../host/faults.ts';
import { type Io, processIo, type VerbModule } from './io.ts';
import { packageVersion } from './version.ts';

export interface Verb {
  /** One line for `auspex --help`. */
  readonly summary: string;
  /** The heading it stands under in `auspex --help`. */
  readonly group: (typeof GROUPS)[number];
  readonly load: () => Promise<VerbModule>;
}

const GROUPS = ['Read the trail', 'Ask', 'Rules and the kernel', 'Record', 'Look', 'Set up'] as const;

export const verbs: Readonly<Record<string, Verb>> = {
  overview: {
    summary: 'a first look at this machine’s trail, or the sample, and what to ask next; `auspex` alone does the same',
    group: 'Read the trail',
    load: () => import('./overview.ts'),
  },
  search: {
    summary: 'find events: by field, time, expression; as text, JSON, CSV; follow',
    group: 'Read the trail',
    load: () => import('./search.ts'),
  },
  report: {
    summary: 'totals and lists: logins, programs, files, failures; by hour or user; what is new',
    group: 'Read the trail',
    load: () => import('./report.ts'),
  },
  summary: {
    summary: 'what a login, session, process tree, program or rule key was seen doing',
    group: 'Read the trail',
    load: () => import('./summary.ts'),
  },
  whoami: {
    summary: 'login uid and session of yours or of a process, in words',
    group: 'Ask',
    load: () => import('./whoami.ts'),
  },
  trace: {
    summary: 'run a command and show all that its process tree does',
    group: 'Ask',
    load: () => import('./trace.ts'),
  },
  doctor: {
    summary: 'is auditing well on this machine, and what to do if not',
    group: 'Rules and the kernel',
    load: () => import('./doctor.ts'),
  },
  log: {
    summary: 'send a message to the audit system',
    group: 'Rules and the kernel',
    load: () => import('./log.ts'),
  },
  'who-killed': {
    summary: 'who ended a process, by what means, on whose behalf, and why',
    group: 'Ask',
    load: () => import('./who-killed.ts'),
  },
  rules: {
    summary: 'check, explain, plan, apply, try and price audit rules',
    group: 'Rules and the kernel',
    load: () => import('./rules.ts'),
  },
  'who-touched': {
    summary: 'the life of a file: who created, changed, renamed, ran or deleted it',
    group: 'Ask',
    load: () => import('./who-touched.ts'),
  },
  tree: {
    summary: 'the process tree over a time range: text, JSON, or a timeline picture',
    group: 'Ask',
    load: () => import('./tree.ts'),
  },
  sessions: {
    summary: 'logins: who, from where, what they ran and as whom, and what failed',
    group: 'Ask',
    load: () => import('./sessions.ts'),
  },
  watch: {
    summary: 'the trail as it happens, on a live screen',
    group: 'Look',
    load: () => import('./watch.ts'),
  },
  serve: {
    summary: 'the trail in a browser: overview, search, answers, rules, live',
    group: 'Look',
    load: () => import('./serve.ts'),
  },
  store: {
    summary: 'keep the trail in a database: ingest what is new, retention',
    group: 'Look',
    load: () => import('./store.ts'),
  },
  sql: {
    summary: 'ask the store in SQL, read-only',
    group: 'Look',
    load: () => import('./sql.ts'),
  },
  export: {
    summary: 'the store as Parquet, Arrow or CSV',
    group: 'Look',
    load: () => import('./export.ts'),
  },
  link: {
    summary: 'put the classic names (ausearch, aureport, …) into a directory',
    group: 'Set up',
    load: () => import('./link.ts'),
  },
};

const line = (text: string): string => Buffer.from(`${text}\n`).toString('latin1');

/** The text of `auspex --help`. */
function helpOfVerbs(): string {
  const width = Math.max(...Object.keys(verbs).map((name) => name.length)) + 2;
  const lines = [
    'usage: auspex VERB [options]      `auspex VERB --help` tells its options',
    '       auspex                     the overview',
    '       auspex --version',
    '',
    'Linux Audit: who killed my process, who touched this file, what ran, and why.',
  ];
  for (const group of GROUPS) {
    const members = Object.entries(verbs).filter(([, verb]) => verb.group === group);
    if (members.length > 0) lines.push('', `${group}:`);
    for (const [name, verb] of members)
      for (const [i, text] of wrap(verb.summary, 78 - width).entries())
        lines.push(`  ${(i === 0 ? name : '').padEnd(width)}${text}`);
  }
  return lines.join('\n');
}

/** Runs a command line; resolves to its exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [word, ...rest] = argv;
  if (word === '--help' || word === '-h' || (word === 'help' && rest.length === 0)) {
    io.out(line(helpOfVerbs()));
    return 0;
  }
  if (word === '--version') {
    io.out(line(`auspex ${packageVersion()}`));
    return 0;
  }
  if (word === 'help') return run([...rest, '--help'], io);
  if (word === undefined) return run(['overview'], io);
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (!verb) {
    const near = suggestion(word, Object.keys(verbs));
    io.err(line(`auspex: there is no verb "${oneLine(word)}"${near}; \`auspex --help\` lists them.`));
    return 2;
  }
  return guarded(`auspex ${word}`, io, async () => (await verb.load()).run(rest, io));
}

async function guarded(name: string, io: Io, work: () => Promise<number>): Promise<number> {
  try {
    const status = await work();
    return eventFaults.end() ? status || 1 : status;
  } catch (cause) {
    const error = failedOperation(cause);
    const wrongUse = error.code === 'usage' || error.code === 'expression';
    io.err(line(error.tool === undefined ? `${name}: ${error.message}` : error.message));
    return wrongUse ? 2 : 1;
  }
}

export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processIo);
}
