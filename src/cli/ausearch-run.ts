// A request carried out: which trail, which printer, what is said about it, and the exit status.

import { fstatSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { fromUtf8, latin1 } from '../base/bytes.ts';
import { failedOperation } from '../base/error.ts';
import { spelledBytes } from '../base/harm.ts';
import type { AuditEvent } from '../event/event.ts';
import { systemAccounts } from '../host/accounts.ts';
import { eventFaults } from '../host/faults.ts';
import { localTime, timeLocale } from '../host/time.ts';
import { trailConfig } from '../logs/config.ts';
import { logIn, rotatedSet, statLog } from '../logs/files.ts';
import type { EventPrinter } from '../print/printer.ts';
import { classicPredicate } from '../query/classic.ts';
import { matcher } from '../query/matcher.ts';
import { needlesOf } from '../query/needles.ts';
import { unreadableRecord } from '../query/readable.ts';
import { textOf } from '../record/record.ts';
import { fileTrail, search, type Trail } from '../search/search.ts';
import type { Request } from './ausearch-request.ts';
import { processIo } from './io.ts';
import { Output } from './output.ts';

/** The longest line ausearch reads as one; `auspex search` has no such limit. */
const WIDTH = 8969;

/** Runs the search; returns the exit status. */
export async function searchTrail(request: Request): Promise<number> {
  setFlagsFromString('--heap-growing-percent=20');
  const output = new Output(1, {
    eachWrite: request.lineBuffered,
    ...(request.escape === 'raw' && { spelling: 'as-is' }),
  });
  try {
    const print = await printerOf(request);
    const trails = trailsOf(request);
    const found = (event: AuditEvent): boolean => {
      output.write(print(event));
      return !request.justOne;
    };
    if (request.checkpoint !== undefined) {
      if (trails.every((trail) => trail.path !== undefined)) return await resumed(request, trails, found, output);
      say('Warning - checkpointing stdin is not supported');
    }
    const status = await searched(request, trails, found);
    output.flush();
    return status;
  } catch (error) {
    output.flush();
    return failure(error);
  }
}

/** Codes of errors whose exit status ausearch(8) gives. */
const STATUS: Readonly<Record<string, number>> = { 'checkpoint-data': 10, checkpoint: 11, 'checkpoint-event': 12 };

function failure(error: unknown): number {
  const { code, message } = failedOperation(error);
  say(message);
  return STATUS[code] ?? 1;
}

async function searched(
  request: Request,
  trails: readonly Trail[],
  found: (event: AuditEvent) => boolean,
): Promise<number> {
  const predicate = classicPredicate(request.search);
  const matches = matcher(predicate);
  const needles = needlesOf(predicate);
  const tally = await search(trails, {
    lineWidth: WIDTH,
    guard: eventFaults,
    ...(needles && needles.rarity > 1 && { needles: needles.any }),
    matches: (event) => matches(event) && readable(event, request),
    timeout: request.timeout ?? trailConfig().timeout,
    classic: true,
    found,
    failed: (error) => say(error.message),
    ...(request.debug && {
      malformed: (bytes, start, end) => say(`Malformed line skipped: ${shown(latin1(bytes, start, end))}`),
    }),
  });
  if (request.debug && tally.malformed > 0) say(`${tally.malformed} malformed lines skipped`);
  if (tally.found > 0) return eventFaults.end() ? 1 : 0;
  say('<no matches>');
  return 1;
}

/** Goes on from the checkpoint, and writes where it ended. */
async function resumed(
  request: Request,
  trails: readonly Trail[],
  found: (event: AuditEvent) => boolean,
  output: Output,
): Promise<number> {
  const { loadCheckpoint, saveCheckpoint } = await import('../search/checkpoint.ts');
  const { resumeSearch } = await import('../search/resume.ts');
  const file = request.checkpoint!;
  const before = loadCheckpoint(file);
  const search = { ...request.search };
  if (request.fromCheckpoint && before?.event) search.from = before.event.sec;
  const matches = matcher(classicPredicate(search));
  const result = await resumeSearch({
    paths: trails.map((trail) => trail.path!),
    checkpoint: request.fromCheckpoint ? undefined : before,
    matches: (event) => matches(event) && readable(event, request),
    found,
    guard: eventFaults,
    timeout: request.timeout ?? trailConfig().timeout,
    now: Math.floor(Date.now() / 1000),
  });
  output.flush();
  if (result.checkpoint) saveCheckpoint(file, result.checkpoint);
  return result.found > 0 && !eventFaults.end() ? 0 : 1;
}

/** Whether ausearch reads the event; with `debug`, says why not. */
function readable(event: AuditEvent, { debug, format, search }: Request): boolean {
  const arch = search.ids.arch !== undefined || (format !== 'raw' && format !== 'default');
  const record = unreadableRecord(event, arch);
  if (record && debug) say(`Malformed event skipped: ${shown(textOf(record))}`);
  return record === undefined;
}

/** The head of a line (latin1), safe on a terminal. */
const shown = (line: string): string => spelledBytes(line.slice(0, 200), 'octal', 'lines');

/** Says something of ours, or of the log: latin1 stays as it is. */
const say = (message: string): void => processIo.err(`${fromUtf8(message)}\n`);

/** The trails that `-if`, `--input-logs` or standard input name; rotated sets oldest first. */
export function trailsOf(request: Pick<Request, 'input' | 'inputLogs'>): Trail[] {
  if (request.input !== undefined) {
    if (!statLog(request.input).isDirectory()) return [fileTrail(request.input)];
    const log = logIn(request.input);
    say(`NOTE - using logs in ${log}`);
    statLog(log);
    return rotatedSet(log).map(fileTrail);
  }
  if (!request.inputLogs && fstatSync(0).isFIFO()) return [{ name: 'standard input', chunks: () => process.stdin }];
  const { log } = trailConfig();
  statLog(log);
  return rotatedSet(log).map(fileTrail);
}

/** The printer of a format, with what it needs loaded: a search that prints raw loads no interpreter. */
async function printerOf({ format, escape: mode, extra }: Request): Promise<EventPrinter> {
  if (format === 'raw') return (await import('../print/raw.ts')).rawPrinter;
  const dates = { localTime, locale: timeLocale() };
  if (format === 'default') return (await import('../print/default.ts')).defaultPrinter({ dates, escape: mode });
  const { interpretContext } = await import('../interpret/index.ts');
  const context = interpretContext({ escape: mode, accounts: systemAccounts(), classic: true });
  if (format === 'interpret') return (await import('../print/interpreted.ts')).interpretedPrinter({ dates, context });
  if (format === 'text') return (await import('../print/text.ts')).textPrinter({ context, dates });
  return (await import('../print/csv.ts')).csvPrinter({ context, dates, ...extra });
}
