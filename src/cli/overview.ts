// `auspex overview`, and `auspex` without a verb: a first look at this machine's trail, or at the sample trail the project ships where there is
// none or it may not be read, and what to ask next. It changes nothing and asks nothing of the kernel.

import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { fromUtf8, safeText } from '../base/index.ts';
import { Glance, glanceText, most } from '../explain/index.ts';
import { eventFaults, systemAccounts } from '../host/index.ts';
import { interpretContext } from '../interpret/index.ts';
import { readLog, rotatedSet } from '../logs/index.ts';
import { search, type Trail, trailTally } from '../search/index.ts';
import { machineWords } from './asking.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, parseOptions, usage } from './options.ts';
import { ownLog, SAMPLE, unreadable } from './own-log.ts';
import { Progress } from './progress.ts';
import { noteUnread } from './unread.ts';

/** Which trail the overview is of. */
interface Source {
  readonly title: string;
  readonly files: readonly string[];
  /** The words of a command line that name the trail; none for this machine's own. */
  readonly search: string;
  readonly ask: string;
}

const table = optionTable({
  tool: 'auspex overview',
  summary: 'A first look at this machine’s trail, or at the sample where it has none, and what to ask next.',
  usage: ['[options]'],
  options: [{ name: 'help', forms: ['-h', '--help'], help: 'this text' }],
});

export function run(argv: readonly string[], io: Io): number | Promise<number> {
  const line = parseOptions(table, argv);
  if (line.words.length > 0) throw usage(table, `nothing is to follow, but \`${line.words[0]}\` does`);
  if (!line.has('help')) return overview(io);
  io.out(fromUtf8(helpText(table)));
  return 0;
}

/** Prints it; of another log than this machine's for tests. */
export async function overview(io: Io, log = ownLog()): Promise<number> {
  const source = sourceOf(log);
  const glance = new Glance(interpretContext({ accounts: systemAccounts(), escape: 'raw' }));
  const sizes = source.files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const progress = new Progress(total);
  const trails = source.files.map((path) => trailOf(path, (bytes) => progress.step(bytes, glance.events)));
  const tally = trailTally();
  await search(trails, {
    unread: tally,
    guard: eventFaults,
    matches: () => true,
    order: 'ending',
    found: (event) => {
      glance.push(event);
      return true;
    },
    failed: (error) => io.err(fromUtf8(`auspex: ${error.message}\n`)),
  });
  progress.wipe();
  const words = machineWords({ has: () => false, value: () => undefined, values: () => [] });
  const frame = {
    title: source.title,
    source: `${shownPath(source.files.at(-1)!)}${source.files.length > 1 ? ` and ${source.files.length - 1} older` : ''}, ${size(total)}`,
    next: next(glance, source),
    unread: tally.list(),
  };
  io.out(fromUtf8(glanceText(glance, frame, words)));
  if (glance.events > 0) noteUnread('auspex', frame.unread, io);
  return 0;
}

function sourceOf(log: string): Source {
  const why = unreadable(log);
  if (why === undefined)
    return { title: 'The audit trail of this machine', files: rotatedSet(log), search: '', ask: '' };
  const path = shownPath(SAMPLE);
  return { title: `A sample trail (${why})`, files: [SAMPLE], search: ` ${path}`, ask: ` -i ${path}` };
}

/** The shorter of the absolute path and the one from here. */
function shownPath(path: string): string {
  const here = relative('', path);
  return here !== '' && here.length < path.length && !here.startsWith('..') ? here : path;
}

function trailOf(path: string, step: (bytes: number) => void): Trail {
  return {
    name: path,
    async *chunks(buffers) {
      for await (const chunk of readLog(path, 0, buffers)) {
        step(chunk.length);
        yield chunk;
      }
    },
  };
}

const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** A word that needs no quoting in a shell. */
const isWord = (text: string): boolean => /^[\w./:@+-]+$/.test(text);

/** Questions this trail can answer, with names from it. */
function next(glance: Glance, { search: file, ask }: Source): [string, string][] {
  // A clone that was only started has no `auspex` on its PATH.
  const auspex = process.env.npm_lifecycle_event === 'start' ? 'npm start --' : 'auspex';
  const list: [string, string][] = [];
  const victim = glance.ended.find((one) => one.by !== undefined && isWord(one.victim));
  if (victim) list.push([`${auspex} who-killed${ask} ${safeText(victim.victim)}`, 'the story of that kill']);
  if (glance.logins + glance.commands > 0) list.push([`${auspex} sessions${ask}`, 'logins and commands']);
  if (glance.failedCalls > 0) list.push([`${auspex} search${file} --failed`, 'what was refused']);
  const [key] = most(glance.keys, 1);
  if (key && isWord(key[0])) list.push([`${auspex} search${file} --key ${key[0]}`, 'what that rule saw']);
  list.push([`${auspex} tree${ask}`, 'processes as a tree']);
  list.push([`${auspex} doctor`, 'is auditing well here']);
  list.push([`${auspex} --help`, 'all that can be asked']);
  return list;
}
