// A request carried out: what stands above the report, the question to the trail, rows or totals, and the exit status.

import { fromUtf8 } from '../base/bytes.ts';
import type { AuditError } from '../base/error.ts';
import { eventFaults } from '../host/faults.ts';
import { textOf } from '../record/record.ts';
import {
  EPOCH,
  headOf,
  LOG_TIMES_HEAD,
  logTimesLine,
  NOTHING,
  outcomeWord,
  overviewHead,
  overviewText,
  summaryHeadOf,
  summaryRows,
} from '../report/classic.ts';
import type { Flaw } from '../report/facts/extract.ts';
import { Gathering } from '../report/gather.ts';
import type { Report, Summary } from '../report/report.ts';
import { type Asked, type ClassicStyle, classicLayout } from '../reporting/question.ts';
import type { Trail } from '../search/search.ts';
import type { Request } from './aureport-request.ts';
import { trailsOf } from './ausearch-run.ts';
import { processIo } from './io.ts';
import { Output } from './output.ts';
import { ask } from './reporting.ts';
import type { Seen } from './reporting-helper.ts';

/** A report on its way: what stands above it, what is asked of the trail, what stands below. */
interface Job {
  readonly head: string;
  readonly asked: Asked;
  /** Each row as it comes. */
  row?(cells: readonly string[]): void;
  /** Prints what is left and returns the exit status. */
  end(gathering: Gathering, seen: Seen): number;
}

/** Runs the report; returns the exit status. */
export async function runReport(request: Request): Promise<number> {
  const output = new Output(1, request.escape === 'raw' ? { spelling: 'as-is' } : {});
  try {
    const status = await (request.report === 'log' ? logTimes(request, output) : oneReport(request, output));
    return eventFaults.end() ? 1 : status;
  } catch (error) {
    output.flush();
    say((error as AuditError).message);
    return 1;
  } finally {
    output.flush();
  }
}

const say = (message: string): void => processIo.err(`${fromUtf8(message)}\n`);

async function oneReport(request: Request, output: Output): Promise<number> {
  const job = jobOf(request, output);
  if (job === undefined) return unimplemented(request, output);
  output.write(job.head);
  output.flush();
  const gathering = new Gathering(job.row);
  const seen = await askTrails(trailsOf(request), request, job.asked, gathering);
  return job.end(gathering, seen);
}

/** Where there are no totals, only the title's first word is there. */
function unimplemented({ outcome }: Request, output: Output): number {
  output.write(`\n${outcomeWord(outcome)}`);
  say('Unimplemented option');
  return 1;
}

function askTrails(trails: readonly Trail[], request: Request, asked: Asked, into: Gathering): Promise<Seen> {
  const { from, to, nodes, outcome, change, noConfig, interpret: named, timeout } = request;
  const question = { asked, gate: { from, to, nodes, outcome, change, named, noConfig }, timeout, classic: true };
  return ask(trails, question, into, {
    failed: (error) => say(error.message),
    flawed: request.debug ? debug : undefined,
  });
}

function debug({ record, code }: Flaw): void {
  processIo.err(`Malformed event skipped, rc=${code}. ${textOf(record)}\n`);
}

function jobOf(request: Request, output: Output): Job | undefined {
  const { report, summary } = request;
  if (report === 'overview') return overviewJob(request, output);
  if (!summary) return rowsJob(report as Report, request, output);
  const { summary: totals } = report as Report;
  return totals && summaryJob(report as Report, totals, request, output);
}

function overviewJob(request: Request, output: Output): Job {
  return {
    head: overviewHead(request.outcome),
    asked: { kind: 'overview' },
    end: ({ overview }, { first = EPOCH, span }) => {
      const { from, to } = request;
      const last = span?.last ?? EPOCH;
      output.write(overviewText(overview, { first, last, from, to }, classicLayout(request, false)));
      return 0;
    },
  };
}

/** Only these of a request: it goes to other threads. */
const styleOf = ({ interpret, escape: mode }: Request): ClassicStyle => ({ interpret, escape: mode });

function rowsJob(report: Report, request: Request, output: Output): Job {
  let rows = 0;
  return {
    head: headOf(report),
    asked: { kind: 'rows', report: report.name, style: styleOf(request) },
    row: ([text]) => output.write(`${++rows}. ${text}`),
    end: () => {
      if (rows === 0) output.write(NOTHING);
      return rows === 0 ? 1 : 0;
    },
  };
}

function summaryJob(report: Report, summary: Summary, request: Request, output: Output): Job {
  return {
    head: summaryHeadOf(summary, request.outcome),
    asked: { kind: 'totals', report: report.name, style: styleOf(request) },
    end: (gathering) => {
      output.write(summaryRows(summary, gathering.tally(), classicLayout(request, false)));
      return 0;
    },
  };
}

/** When each log of the set begins and ends. */
async function logTimes(request: Request, output: Output): Promise<number> {
  if (request.summary) return unimplemented(request, output);
  output.write(LOG_TIMES_HEAD);
  output.flush();
  for (const trail of trailsOf(request)) {
    const { span } = await askTrails([trail], request, { kind: 'nothing' }, new Gathering());
    const name = trail.name === 'standard input' ? 'stdin' : fromUtf8(trail.name);
    output.write(logTimesLine(name, span, classicLayout(request, false)));
  }
  return 0;
}
