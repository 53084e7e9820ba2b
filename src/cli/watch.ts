// `auspex watch`: the live screen, on the kernel's records, on a log as it grows, or on standard input. Keys come from the
// terminal whatever standard input is.
import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { AuditError, fromUtf8, isAuditError } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import { ProcessHistory, type Words } from '../explain/index.ts';
import { isTerminal, localTime, ownPaint, systemAccounts, timeLocale, utcOffset, wantsStyles } from '../host/index.ts';
import { interpretContext } from '../interpret/index.ts';
import { type CaptureStats, listenToKernel, openClient } from '../kernel/index.ts';
import { LiveView, type ViewFacts } from '../live/index.ts';
import { auditLines } from '../logs/index.ts';
import { interpretedPrinter } from '../print/index.ts';
import { matcher, parseExpression } from '../query/index.ts';
import { interpretingContext } from '../query/readings.ts';
import { textOf } from '../record/index.ts';
import { LiveReader, seedFromProc } from '../supervise/index.ts';
import { Follower } from './follow.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';
import { noteUnread } from './unread.ts';
import { type ShortLine, shortLines } from './watch-words.ts';

export const options = optionTable({
  tool: 'auspex watch',
  summary:
    'Shows the trail as it happens: rate, kinds, the newest events in words, the processes behind them. Every event is\n' +
    'counted; of very many a second, the newest are shown.',
  usage: ['[options]'],
  options: [
    {
      name: 'where',
      forms: ['-w', '--where'],
      value: 'EXPRESSION',
      help: 'show only events that match; `/` changes it',
    },
    {
      name: 'follow',
      forms: ['-i', '--input'],
      value: 'FILE',
      help: 'follow a log as it grows, also through rotation',
    },
    { name: 'start', forms: ['--from-start'], help: 'with --input: what is there already too' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'Without --input it listens to the kernel, beside a running daemon (root outside containers); a pipe is read when',
    'standard input is one. It loads no rules: what is recorded is what your rules record.',
    '',
    'Keys: q quit, space pause, / filter, up and down choose, Enter look into, p processes, ? help.',
    '',
    'Example:',
    '  auspex watch',
    `  auspex watch --where '\\record_type == USER_LOGIN'`,
    '  ssh host tail -F /var/log/audit/audit.log | auspex watch',
  ],
  words: 0,
});

interface Source {
  readonly name: string;
  readonly stats: () => Pick<CaptureStats, 'missing' | 'lost'> | undefined;
  readonly backlog: () => number | undefined;
  /** Hands on chunks until closed or at its end. */
  run(push: (bytes: Uint8Array) => void): Promise<void>;
  close(): Promise<void>;
}

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  if (!isTerminal(1)) throw usage(options, 'standard output is no terminal; `auspex search` prints');
  const source = await openSource(line.value('follow'), line.has('start'));
  const history = new ProcessHistory();
  if (line.value('follow') === undefined && source.name !== 'standard input') seedFromProc(history);
  const terminal = new ReadStream(openSync('/dev/tty', 'r'));
  let view: LiveView | undefined;
  let signal: NodeJS.Signals | undefined;
  let reader: LiveReader | undefined;
  try {
    view = new LiveView({
      input: terminal,
      history,
      facts: factsOf(source),
      compile,
      filter: fromUtf8(line.value('where') ?? ''),
    });
    const taking = new LiveReader((event) => view!.push(event));
    reader = taking;
    const ended = source.run((bytes) => taking.push(bytes)).then(() => taking.end());
    view.open();
    signal = await Promise.race([view.done, ended.then(() => view!.done)]);
  } finally {
    view?.close();
    terminal.destroy();
    await source.close();
  }
  if (reader) noteUnread(options.tool, reader.unread, io);
  if (signal) process.kill(process.pid, signal); // the kernel and the terminal are as they were: now it may end us
  return 0;
}

function factsOf(source: Source): () => ViewFacts {
  const context = interpretContext({ accounts: systemAccounts() });
  const dates = { localTime, locale: timeLocale() };
  const interpreted = interpretedPrinter({ context, dates });
  // The printer gives the last record first, under a line of dashes, as ausearch does; people read from the first.
  const detail = (event: AuditEvent) => interpreted(event).trimEnd().split('\n').slice(1).reverse().join('\n');
  const words: Words = {
    offset: (at) => utcOffset(Math.floor(at / 1000)),
    accounts: systemAccounts(),
    paint: ownPaint(wantsStyles()),
    width: process.stdout.columns || 80,
  };
  const short = shortLines(words, context);
  const known = new WeakMap<AuditEvent, ShortLine>();
  const sentence = (event: AuditEvent): ShortLine => {
    let line = known.get(event);
    if (line === undefined) known.set(event, (line = short(event)));
    return line;
  };
  return () => {
    const stats = source.stats();
    const backlog = source.backlog();
    return {
      source: source.name,
      lost: stats?.lost ?? 0,
      missing: stats?.missing ?? 0,
      backlog,
      words,
      sentence,
      detail,
    };
  };
}

/** An expression of `auspex search --where`; other words are looked for in the records' text. */
function compile(expression: string): (event: AuditEvent) => boolean {
  if (/^[\w./:@ -]+$/.test(expression))
    return (event) => event.records.some((record) => textOf(record).includes(expression));
  return matcher(parseExpression(expression), interpretingContext(systemAccounts()));
}

async function openSource(file: string | undefined, fromStart: boolean): Promise<Source> {
  if (file !== undefined) return followed(file, fromStart);
  if (process.stdin.isTTY !== true) return piped();
  try {
    return await captured();
  } catch (error) {
    if (!isAuditError(error)) throw error;
    throw new AuditError(error.code, `${error.message}; or follow a log: auspex watch --input FILE`, { cause: error });
  }
}

/** The kernel: beside a daemon when one runs (multicast), else in its place (unicast), so that nothing goes to the console. */
async function captured(): Promise<Source> {
  const client = openClient();
  const { capture, daemon, close } = await listenToKernel();
  let asked = 0;
  let backlog: number | undefined;
  return {
    name: daemon ? `the kernel, beside the daemon (pid ${daemon})` : 'the kernel, no daemon',
    stats: () => capture.stats,
    backlog() {
      if (Date.now() - asked > 1000) {
        asked = Date.now();
        backlog = client.status().backlog;
      }
      return backlog;
    },
    async run(push) {
      for await (const batch of capture) push(batch.bytes);
    },
    async close() {
      await close();
      client.close();
    },
  };
}

function followed(file: string, fromStart: boolean): Source {
  const follower = new Follower(file, fromStart);
  let open = true;
  return {
    name: file,
    stats: () => undefined,
    backlog: () => undefined,
    async run(push) {
      while (open) {
        for (const chunk of follower.read()) {
          push(chunk);
          await new Promise((resolve) => setImmediate(resolve)); // the screen and the keys have their turn
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async close() {
      open = false;
      follower.close();
    },
  };
}

function piped(): Source {
  return {
    name: 'standard input',
    stats: () => undefined,
    backlog: () => undefined,
    async run(push) {
      for await (const chunk of auditLines(process.stdin)) push(chunk);
    },
    async close() {
      process.stdin.destroy();
    },
  };
}
