// `auspex store ingest|retain|status`: logs into the store, what may stay, and what it holds.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromUtf8, oneLine } from '../base/index.ts';
import { makeFolder } from '../host/index.ts';
import { logIn, statLog } from '../logs/index.ts';
import { UnreadTally } from '../record/index.ts';
import { type DuckStore, duckStore, followInto, type Ingested, ingest, ingestLog } from '../store/index.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, type Parsed, parseOptions, usage } from './options.ts';
import { ownLog } from './own-log.ts';
import { ageOf, DB_OPTION, sizeOf, storePath } from './store-options.ts';
import { noteUnread } from './unread.ts';

const table = optionTable({
  tool: 'auspex store',
  summary: 'Keeps the trail in a database, to be asked with `auspex sql` and by column.',
  usage: ['ingest [options] [LOG ...]', 'retain --max-age AGE --max-size SIZE', 'status'],
  options: [
    DB_OPTION,
    { name: 'age', forms: ['--max-age'], value: 'AGE', help: 'delete events older than 12h, 90d, 8w' },
    { name: 'size', forms: ['--max-size'], value: 'SIZE', help: 'keep at most so much log text: 500M, 2G' },
    {
      name: 'follow',
      forms: ['--follow', '-f'],
      help: 'ingest: go on with what is added to one LOG, until it is told to end',
    },
    { name: 'json', forms: ['--json'], help: 'as JSON' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'ingest reads only what is new: a LOG with its rotated files, or the log of a folder; by default this machine’s.',
    'With --max-age or --max-size it deletes afterwards.',
    'Example: auspex store ingest --max-age 90d && auspex sql "SELECT exe, count(*) FROM events GROUP BY 1"',
  ],
});

type Line = Parsed<(typeof table)['options'][number]['name']>;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = parseOptions(table, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(table)));
    return 0;
  }
  const [what, ...logs] = line.words;
  const path = storePath(line.value('db'));
  if (what === 'ingest') return runIngest(line, path, logs, io);
  if (what !== 'retain' && what !== 'status')
    throw usage(table, `say ingest, retain or status${what === undefined ? '' : `, not \`${what}\``}`);
  if (logs.length > 0) throw usage(table, `nothing is to follow here, but \`${logs[0]}\` does`);
  if (what === 'retain' && !line.has('age') && !line.has('size'))
    throw usage(table, 'say how much may stay: --max-age, --max-size');
  const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
  const store = await duckStore(path, { readOnly: what === 'status' || !exists });
  try {
    if (what === 'retain') say(line, io, { deleted: await retain(store, line) });
    else say(line, io, { path, bytes: statSync(path).size, events: await store.count(), ...(await store.progress()) });
  } finally {
    await store.close();
  }
  return 0;
}

async function runIngest(line: Line, path: string, logs: readonly string[], io: Io): Promise<number> {
  makeFolder(dirname(path));
  const store = await duckStore(path);
  let failures = 0;
  const total = { events: 0, bytes: 0, malformed: 0, deleted: 0 };
  const tally = new UnreadTally();
  const options = {
    unread: tally,
    now: Date.now() / 1000,
    failed: (error: Error) => {
      failures++;
      io.err(fromUtf8(`auspex store: ${error.message}\n`));
    },
  };
  try {
    if (line.has('follow')) Object.assign(total, await follow(store, line, logs, options, io));
    else
      for (const log of logs.length > 0 ? logs : [ownLog()]) {
        const folder = statLog(log).isDirectory();
        const rotated = folder || log.endsWith('.log');
        const done = rotated
          ? await ingestLog(store, folder ? logIn(log) : log, options)
          : await ingest(store, [log], options);
        total.events += done.events;
        total.bytes += done.bytes;
        total.malformed += done.malformed;
      }
    total.deleted = await retain(store, line);
  } finally {
    await store.close();
  }
  const unread = tally.list();
  say(line, io, { ...total, path, ...(line.has('json') && { unread }) });
  noteUnread(table.tool, unread, io);
  return failures > 0 ? 1 : 0;
}

async function follow(
  store: DuckStore,
  line: Line,
  logs: readonly string[],
  { failed, unread }: { readonly failed: (error: Error) => void; readonly unread: UnreadTally },
  io: Io,
): Promise<Ingested> {
  const [log = ownLog(), ...others] = logs;
  if (others.length > 0) throw usage(table, 'one log is followed at a time');
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.on('SIGINT', end).on('SIGTERM', end);
  let told = false;
  try {
    return await followInto(store, statLog(log).isDirectory() ? logIn(log) : log, {
      signal: stop.signal,
      failed,
      unread,
      caughtUp: ({ events }) => {
        if (!told && !line.has('json')) io.err(fromUtf8(`${events} new events so far; following ${log}\n`));
        told = true;
      },
    });
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

async function retain(store: DuckStore, line: Line): Promise<number> {
  const age = line.value('age');
  const size = line.value('size');
  if (age === undefined && size === undefined) return 0;
  const now = Math.floor(Date.now() / 1000);
  return store.retain({
    now,
    ...(age !== undefined && { oldest: now - ageOf(age) }),
    ...(size !== undefined && { bytes: sizeOf(size) }),
  });
}

function say(line: Line, io: Io, facts: Readonly<Record<string, unknown>>): void {
  if (line.has('json')) {
    io.out(fromUtf8(`${JSON.stringify(facts)}\n`), 'json');
    return;
  }
  for (const [name, value] of Object.entries(facts)) {
    const text = Array.isArray(value) ? String(value.length) : String(value);
    io.out(fromUtf8(`${name.padEnd(10)}${oneLine(text)}\n`));
  }
}
