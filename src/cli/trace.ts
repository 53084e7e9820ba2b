// `auspex trace -- CMD …`: run a command and tell what its whole process tree did. The command keeps standard input,
// output and error; the trace goes to standard error or to a file, so that a pipeline stays a pipeline.

import { constants } from 'node:os';
import { milliText } from '../base/event-id.ts';
import { AuditError, fromUtf8, jsonText, strftime } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import { localTime, type NewFile, newFile, systemAccounts, thisMachine, writeText } from '../host/index.ts';
import { stamp } from '../host/moment.ts';
import { interpretContext } from '../interpret/index.ts';
import { textOf } from '../record/index.ts';
import { type Activity, ActivityCounter, activityJson, activityText, commandLine } from '../report/index.ts';
import { machineArch } from '../tables/index.ts';
import {
  CallCounter,
  callOfEvent,
  callsOf,
  countTable,
  DEFAULT_CLASSES,
  dataOf,
  type LineOptions,
  lineOf,
  noteData,
  noteLine,
  noteOf,
  type TraceResult,
  trace,
} from '../trace/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';
import { hasStrace, runStrace, UNAVAILABLE } from './trace-strace.ts';

export const options = optionTable({
  tool: 'auspex trace',
  summary: 'Runs a command and shows every system call of its whole process tree, through the kernel’s audit system.',
  usage: ['[options] [--] COMMAND [ARGUMENTS…]'],
  options: [
    {
      name: 'calls',
      forms: ['-e', '--calls'],
      value: 'CLASS,CALL,…',
      help: `what to show: process, file, network, signal, descriptor, privilege, memory, ipc, all, or calls by name (default ${DEFAULT_CLASSES.join(',')})`,
    },
    {
      name: 'output',
      forms: ['-o', '--output'],
      value: 'FILE',
      help: 'write the trace to FILE (default: standard error)',
    },
    { name: 'count', forms: ['-c', '--count'], help: 'count the calls instead of showing each' },
    {
      name: 'summary',
      forms: ['-S', '--summary'],
      help: 'instead of each call what it came to: commands, files, peers, signals, failures (as auspex summary)',
    },
    {
      name: 'raw',
      forms: ['--raw'],
      help: 'the records as audit.log holds them, for ausearch -if FILE and all of auspex',
    },
    { name: 'json', forms: ['--json'], help: 'one JSON object a line' },
    { name: 'time', forms: ['-t', '--time'], help: 'the time of each call' },
    { name: 'failed', forms: ['-Z', '--failed'], help: 'only calls that failed' },
    { name: 'size', forms: ['-s', '--string-size'], value: 'BYTES', help: 'longest text shown (default 200)' },
    { name: 'quiet', forms: ['-q', '--quiet'], help: 'no closing line' },
    { name: 'leave', forms: ['-D', '--leave'], help: 'end with the command, though others of its tree run on' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'Needs root outside containers. Other processes are not touched, and nothing is left in the kernel afterwards.',
    'Exit status: that of COMMAND (128 and the signal when one killed it, or the trace before it).',
  ],
});

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const own = ownOptions(argv);
  const line = readOptions(options, argv.slice(0, own), io);
  if (!line) return 0;
  const command = argv.slice(argv[own] === '--' ? own + 1 : own);
  if (command.length === 0) throw usage(options, 'there is no command');
  const calls = line.value('calls') ?? DEFAULT_CLASSES.join(',');
  const longest = Number(line.value('size') ?? 200);
  if (!Number.isInteger(longest) || longest < 0) throw usage(options, '`-s` takes a number of bytes');
  const form = line.has('raw') ? 'raw' : line.has('json') ? 'json' : 'line';
  const wanted = callsOf(calls, machineArch(thisMachine().arch) ?? 'x86_64');
  const style = { longest, failed: line.has('failed'), time: line.has('time'), file: line.value('output') };
  try {
    return await traced(command, { ...style, calls, wanted, form, flags: line }, io);
  } catch (error) {
    const { code, message } = error as AuditError;
    if (!UNAVAILABLE.has(code)) throw error;
    if (form !== 'line' || line.has('count') || line.has('summary') || !hasStrace())
      throw new AuditError(code, `${message}. Without it, \`strace -f\` shows the calls, slower`, { cause: error });
    io.err(fromUtf8(`auspex trace: ${message}. Using strace instead\n`));
    const output = style.file === undefined ? undefined : openOutput(style.file);
    try {
      // strace opens a path itself: it gets the one of our descriptor.
      const file = output && `/proc/${process.pid}/fd/${output.fd}`;
      return await runStrace({ ...style, file, calls: wanted }, command);
    } finally {
      output?.close();
    }
  }
}

/** What was asked for, read. */
interface Wish extends Omit<Printing, 'counter'> {
  readonly calls: string;
  readonly file: string | undefined;
  readonly flags: { has(name: 'count' | 'summary' | 'leave' | 'quiet'): boolean };
}

async function traced(command: readonly string[], wish: Wish, io: Io): Promise<number> {
  const { file, flags, form, calls } = wish;
  const counter = flags.has('count') ? new CallCounter() : undefined;
  const show = printer({ ...wish, counter });
  const activity = flags.has('summary') ? new ActivityCounter({}) : undefined;
  let output: NewFile | undefined;
  let fd = 2;
  const spelling = form === 'json' ? 'json' : 'octal';
  const lines: string[] = [];
  const flush = (): void => {
    if (lines.length) writeText(fd, lines.splice(0).join(''), spelling);
  };
  const stop = new AbortController();
  const release = onSignals(stop, io);
  try {
    if (file !== undefined) fd = (output = openOutput(file)).fd;
    const result = await trace(
      {
        command,
        calls,
        leaveRest: flags.has('leave'),
        stop: stop.signal,
        waiting: (rest) =>
          io.err(`auspex trace: the command ended; waiting for ${rest.length} it started (Ctrl-C ends the trace)\n`),
      },
      (event) => {
        if (activity) {
          activity.add(event);
          return;
        }
        const text = show(event);
        if (!text) return;
        if (lines.push(`${text}\n`) === 1) setImmediate(flush); // one write a batch, not one a line
      },
    );
    flush();
    if (counter)
      writeText(fd, form === 'json' ? `${JSON.stringify(counter.result())}\n` : countTable(counter.result()));
    if (activity) writeText(fd, summaryOf(activity.activity, command, form === 'json'), spelling);
    if (!flags.has('quiet')) io.err(fromUtf8(closing(result)));
    return statusOf(result, stop.signal);
  } finally {
    release();
    flush();
    output?.close();
  }
}

/** How many words belong to us: up to `--` or the first word that is no option. */
function ownOptions(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length) {
    const word = argv[at]!;
    if (word === '--' || !word.startsWith('-') || word === '-') return at;
    const option = options.options.find((o) => (o.forms as readonly string[]).includes(word));
    at += option && 'value' in option ? 2 : 1;
  }
  return Math.min(at, argv.length);
}

function summaryOf(activity: Activity, command: readonly string[], json: boolean): string {
  const subject = fromUtf8(commandLine(command));
  return json
    ? fromUtf8(`${jsonText(activityJson(activity, subject))}\n`)
    : activityText(activity, { subject, top: 10, stamp });
}

/** In its place at once: people watch a trace while it grows. */
function openOutput(file: string): NewFile {
  try {
    const output = newFile(file);
    output.place();
    return output;
  } catch (cause) {
    throw new AuditError('output', `Cannot write the trace: ${(cause as Error).message}`, { cause });
  }
}

interface Printing {
  readonly wanted: ReadonlySet<string> | 'all';
  readonly form: 'line' | 'json' | 'raw';
  /** Counts instead of showing. */
  readonly counter: CallCounter | undefined;
  readonly failed: boolean;
  readonly longest: number;
  readonly time: boolean;
}

/** Event -> text to print, undefined for one that was not asked for. */
function printer({
  wanted,
  form,
  counter,
  failed,
  longest,
  time,
}: Printing): (event: AuditEvent) => string | undefined {
  const context = interpretContext({ accounts: systemAccounts() });
  const style: LineOptions = {
    longest,
    ...(time ? { time: (sec, ms) => `${strftime('%H:%M:%S', localTime(sec))}.${milliText(ms)}` } : {}),
  };
  return (event) => {
    const call = callOfEvent(event, context);
    if (!call) {
      if (counter) return undefined;
      if (form === 'raw') return rawOf(event);
      const note = noteOf(event);
      return form === 'json' ? fromUtf8(jsonText(noteData(note))) : noteLine(note, style);
    }
    if (wanted !== 'all' && !wanted.has(call.name)) return undefined;
    if (failed && !call.error) return undefined;
    if (counter) {
      counter.add(call);
      return undefined;
    }
    if (form === 'raw') return rawOf(event);
    return form === 'json' ? fromUtf8(jsonText(dataOf(call))) : lineOf(call, style);
  };
}

const rawOf = (event: AuditEvent): string => event.records.map(textOf).join('\n');

/**
 * Ctrl-C is first the command's (it got the signal too, from the terminal), the second time the trace's; a request to
 * end (SIGTERM, SIGHUP) is the trace's at once.
 */
function onSignals(stop: AbortController, io: Io): () => void {
  let interrupts = 0;
  const end = (signal: NodeJS.Signals): void => stop.abort(signal);
  const interrupt = (): void => {
    if (++interrupts > 1) end('SIGINT');
    else io.err('auspex trace: interrupted; waiting for the command to end (again: end the trace)\n');
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
  return () => {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', end);
    process.removeListener('SIGHUP', end);
  };
}

function closing({ events, stats, mode, ses, status, signal }: TraceResult): string {
  const end = signal ? `killed by ${signal}` : status === null ? 'left running' : `exit status ${status}`;
  const lost = (stats.lost ?? 0) + stats.missing + stats.overruns;
  const losses = lost
    ? `; ${stats.lost ?? '?'} records lost, ${stats.missing} missing, ${stats.overruns} overruns`
    : '';
  const beside = mode === 'multicast' ? '; the audit daemon logged the same records' : '';
  return `auspex trace: ${events} events, session ${ses}, ${end}${losses}${beside}\n`;
}

/** The command's; of a trace that a signal ended before the command, the signal's. */
function statusOf({ status, signal }: TraceResult, stop: AbortSignal): number {
  const by = stop.aborted ? (stop.reason as NodeJS.Signals) : signal;
  if (by) return 128 + (constants.signals[by] ?? 0);
  return status ?? 0;
}
