// `auspex search`: the engine of ausearch with relative times, the expression language, the records in the kernel's
// order, JSON, following, and colours and progress on a terminal.

import { statSync } from 'node:fs';
import { fromUtf8, latin1 } from '../base/bytes.ts';
import { jsonText, safeText } from '../base/terminal.ts';
import type { Accounts } from '../base/types.ts';
import type { AuditEvent } from '../event/event.ts';
import { EventReader } from '../event/read.ts';
import { eventFaults, isTerminal, systemAccounts, wantsStyles } from '../host/index.ts';
import { auditLines, followLog } from '../logs/index.ts';
import { matcher, type Predicate, usesInterpretation } from '../query/index.ts';
import { needlesOf } from '../query/needles.ts';
import { absent, type UnreadTally } from '../record/unread.ts';
import { filesOfTrails, search, type Trail, trailTally } from '../search/index.ts';
import { trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { helpText, type Parsed, parseOptions, usage } from './options.ts';
import { Output } from './output.ts';
import { Progress } from './progress.ts';
import { formatOf, limitOf, predicateOf, type SearchFormat, type SearchOption, table } from './search-options.ts';
import { printerOf } from './search-print.ts';
import { noteUnread } from './unread.ts';

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = parseOptions(table, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(table)));
    return 0;
  }
  const { trails } = trailsOf(line.words);
  const job = await jobOf(line, line.has('follow') ? [] : trails);
  const tally = trailTally();
  const failed = line.has('follow')
    ? await followTrail(line, trails, job, tally)
    : await searchTrails(line, trails, job, io, tally);
  if (line.has('count')) job.output.write(`${job.found()}\n`);
  const unread = tally.list();
  if (unread.length > 0 && formatOf(line) === 'json' && !line.has('count'))
    job.output.write(`${fromUtf8(jsonText({ unread }))}\n`);
  job.output.flush();
  if (job.found() === 0 && failed === 0 && !line.has('count'))
    io.err(fromUtf8(`${table.tool}: ${absent('Nothing', 'matches', unread)}\n`));
  else noteUnread(table.tool, unread, io);
  return job.found() > 0 && failed === 0 ? 0 : 1;
}

/** Formats that are JSON. */
const JSON_FORMATS: ReadonlySet<SearchFormat> = new Set(['json', 'ecs', 'ocsf']);

/** What to do with events. */
interface Job {
  readonly matches: (event: AuditEvent) => boolean;
  /** Bytes to look for first; undefined where there are none, or they are everywhere. */
  readonly needles: readonly string[] | undefined;
  /** Prints an event; false when there were enough. */
  readonly take: (event: AuditEvent) => boolean;
  readonly found: () => number;
  readonly output: Output;
  readonly progress: { wipe(): void };
}

/** `trails` are those that can be read again for the names of folders. */
async function jobOf(line: Parsed<SearchOption>, trails: readonly Trail[]): Promise<Job> {
  let accounts: Accounts | undefined;
  const machine = () => (accounts ??= systemAccounts());
  const predicate = predicateOf(line, Date.now());
  const limit = limitOf(line);
  const count = line.has('count');
  const format = formatOf(line);
  const colours = coloured(line);
  const print = count
    ? undefined
    : await printerOf(format, { accounts: machine, colours, files: filesOfTrails(trails) });
  const live = line.has('follow') || isTerminal(1);
  const spelling = JSON_FORMATS.has(format) ? 'json' : 'octal';
  const output = new Output(1, { eachWrite: live, spelling, styles: colours });
  const progress = { wipe: () => {} };
  let found = 0;
  const needles = needlesOf(predicate);
  return {
    needles: needles && needles.rarity > 1 ? needles.any : undefined,
    matches: await matcherOf(predicate, machine),
    take(event) {
      found++;
      if (print) {
        if (live) progress.wipe();
        output.write(print(event));
      }
      return found < limit;
    },
    found: () => found,
    output,
    progress,
  };
}

/** The matcher, with an interpreter where the predicate asks for interpreted values. */
async function matcherOf(predicate: Predicate, accounts: () => Accounts): Promise<(event: AuditEvent) => boolean> {
  if (!usesInterpretation(predicate)) return matcher(predicate);
  const { interpretingContext } = await import('../query/readings.ts');
  return matcher(predicate, interpretingContext(accounts()));
}

function coloured(line: Parsed<SearchOption>): boolean {
  const when = line.value('color') ?? 'auto';
  if (!['auto', 'always', 'never'].includes(when)) throw usage(table, '`--color` is auto, always or never');
  return when === 'always' || (when === 'auto' && wantsStyles());
}

async function searchTrails(
  line: Parsed<SearchOption>,
  trails: readonly Trail[],
  job: Job,
  io: Io,
  unread: UnreadTally,
): Promise<number> {
  const progress = new Progress(trails.reduce((sum, trail) => sum + sizeOf(trail), 0));
  job.progress.wipe = () => progress.wipe();
  let failed = 0;
  const tell = (text: string): void => {
    progress.wipe();
    io.err(fromUtf8(`${text}\n`));
  };
  await search(
    trails.map((trail) => counted(trail, (bytes) => progress.step(bytes, job.found()))),
    {
      matches: job.matches,
      unread,
      guard: eventFaults,
      ...(job.needles && { needles: job.needles }),
      // A number has no order, and what need not wait for its turn costs less (231 MB: 0.15 s).
      order: line.has('count') ? 'ending' : 'time',
      found: job.take,
      failed: (error) => {
        failed++;
        tell(`auspex search: ${error.message}`);
      },
      ...(line.has('debug') && {
        malformed: (bytes, start, end) => tell(`no record: ${safeText(latin1(bytes, start, end))}`),
      }),
    },
  );
  progress.wipe();
  return failed;
}

const sizeOf = (trail: Trail): number => statSync(trail.name, { throwIfNoEntry: false })?.size ?? 0;

function counted(trail: Trail, step: (bytes: number) => void): Trail {
  return {
    name: trail.name,
    ...(trail.path !== undefined && { path: trail.path }),
    async *chunks(buffers) {
      for await (const chunk of trail.chunks(buffers)) {
        step(chunk.length);
        yield chunk;
      }
    },
  };
}

/** Looks without news after which what waits is taken as whole: the two seconds of end_of_event_timeout. */
const QUIET = 10;

async function followTrail(
  line: Parsed<SearchOption>,
  trails: readonly Trail[],
  job: Job,
  unread: UnreadTally,
): Promise<number> {
  const trail = trails.at(-1)!;
  if (line.words.length > 1) throw usage(table, '`--follow` takes one file');
  let more = true;
  const reader = new EventReader(
    eventFaults.around((event) => {
      if (more && job.matches(event)) more = job.take(event);
    }),
    {},
    unread,
  );
  const isFile = statSync(trail.name, { throwIfNoEntry: false })?.isFile() === true;
  const from = line.has('since') ? 0 : 'end';
  const chunks = isFile ? followLog(trail.name, { from, interval: 200 }) : auditLines(trail.chunks());
  let quiet = 0;
  for await (const chunk of chunks) {
    if (chunk.length > 0) reader.push(chunk);
    else if (++quiet === QUIET) reader.assembler.end();
    if (chunk.length > 0) quiet = 0;
    if (!more) return 0;
  }
  reader.end();
  return 0;
}
