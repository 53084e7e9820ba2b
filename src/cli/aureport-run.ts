// A request carried out: the trail read once, its events turned into facts, and rows or totals printed.

import { fromUtf8 } from '../base/bytes.ts';
import type { AuditError } from '../base/error.ts';
import { strftime } from '../base/strftime.ts';
import type { AuditTime } from '../base/types.ts';
import { localTime, systemAccounts, timeLocale } from '../host/index.ts';
import { escapeText } from '../interpret/escape.ts';
import { textOf } from '../record/record.ts';
import {
  EPOCH,
  headOf,
  type Layout,
  LOG_TIMES_HEAD,
  logTimesLine,
  NOTHING,
  overviewHead,
  overviewText,
  rowOf,
  summaryHeadOf,
  summaryRows,
} from '../report/classic.ts';
import type { Flaw } from '../report/facts/extract.ts';
import type { Facts } from '../report/facts/facts.ts';
import { Gate } from '../report/gate.ts';
import { addToOverview, newOverview, OVERVIEW_WANTS } from '../report/overview.ts';
import type { Report, Summary } from '../report/report.ts';
import { count, type Tally } from '../report/tally.ts';
import { classicType, numbers, words } from '../report/wording.ts';
import { search, type Trail } from '../search/search.ts';
import type { Request } from './aureport-request.ts';
import { trailsOf } from './ausearch-run.ts';
import { processIo } from './io.ts';
import { Output } from './output.ts';

/** A report on its way: what stands above it, who takes the facts, what stands below. */
interface Job {
  readonly head: string;
  readonly wants: number;
  take(facts: Facts): void;
  /** Prints what is left and returns the exit status. */
  end(first: AuditTime | undefined, last: AuditTime | undefined): number;
}

/** Runs the report; returns the exit status. */
export async function runReport(request: Request): Promise<number> {
  const output = new Output(1);
  try {
    return await (request.report === 'log' ? logTimes(request, output) : oneReport(request, output));
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
  if (job === undefined) {
    output.write('\n');
    say('Unimplemented option');
    return 1;
  }
  output.write(job.head);
  output.flush();
  const gate = gateOf(request, job.wants);
  const first = await readTrails(trailsOf(request), request, gate, job);
  return job.end(first, gate.last);
}

function gateOf(request: Request, wants: number): Gate {
  return new Gate({ ...request, wants, flawed: request.debug ? debug : undefined });
}

function debug({ record, code }: Flaw): void {
  processIo.err(`Malformed event skipped, rc=${code}. ${textOf(record)}\n`);
}

/** Goes through the trails; resolves to when their first record was made. */
async function readTrails(trails: Trail[], request: Request, gate: Gate, job: Pick<Job, 'take'>) {
  const tally = await search(trails, {
    ...(request.timeout !== undefined && { timeout: request.timeout }),
    matches: () => true,
    found: (event) => {
      const facts = gate.pass(event);
      if (facts) job.take(facts);
      return true;
    },
    failed: (error) => say(error.message),
  });
  return tally.first;
}

function jobOf(request: Request, output: Output): Job | undefined {
  const { report, summary } = request;
  if (report === 'overview') return overviewJob(request, output);
  if (!summary) return rowsJob(report as Report, request, output);
  const { summary: totals } = report as Report;
  return totals && summaryJob(report as Report, totals, request, output);
}

function overviewJob(request: Request, output: Output): Job {
  const overview = newOverview();
  const layout = layoutOf(request, false);
  return {
    head: overviewHead(request.outcome),
    wants: OVERVIEW_WANTS,
    take: (facts) => addToOverview(overview, facts),
    end: (first = EPOCH, last = EPOCH) => {
      const { from, to } = request;
      output.write(overviewText(overview, { first, last, from, to }, layout));
      return 0;
    },
  };
}

function rowsJob(report: Report, request: Request, output: Output): Job {
  const layout = layoutOf(request, true);
  let rows = 0;
  return {
    head: headOf(report),
    wants: report.wants,
    take: (facts) => {
      if (!report.takes(facts)) return;
      for (const cells of report.rows(facts, layout.wording)) output.write(rowOf(++rows, facts, cells, layout));
    },
    end: () => {
      if (rows === 0) output.write(NOTHING);
      return rows === 0 ? 1 : 0;
    },
  };
}

function summaryJob(report: Report, summary: Summary, request: Request, output: Output): Job {
  const layout = layoutOf(request, false);
  const tally: Tally = new Map();
  return {
    head: summaryHeadOf(summary, request.outcome),
    wants: report.wants,
    take: (facts) => {
      if ((summary.takes ?? report.takes)(facts))
        for (const key of summary.keys(facts, layout.wording)) count(tally, key, facts);
    },
    end: () => {
      output.write(summaryRows(summary, tally, layout));
      return 0;
    },
  };
}

/** When each log of the set begins and ends. */
async function logTimes(request: Request, output: Output): Promise<number> {
  if (request.summary) {
    output.write('\n');
    say('Unimplemented option');
    return 1;
  }
  output.write(LOG_TIMES_HEAD);
  output.flush();
  const layout = layoutOf(request, false);
  for (const trail of trailsOf(request)) {
    const gate = gateOf(request, 0);
    const first = await readTrails([trail], request, gate, { take: () => {} });
    const { last } = gate;
    const name = trail.name === 'standard input' ? 'stdin' : fromUtf8(trail.name);
    output.write(logTimesLine(name, first && last && { first, last }, layout));
  }
  return 0;
}

/** `names`: types by name even where nothing is interpreted, as rows have them. */
function layoutOf(request: Request, names: boolean): Layout {
  const locale = timeLocale();
  const accounts = systemAccounts();
  let second = Number.NaN;
  let stamp = '';
  const full = { ...words(accounts), type: classicType };
  const plain = numbers();
  return {
    stamp: (sec) => {
      if (sec !== second) stamp = strftime('%x %T', localTime((second = sec)), locale);
      return stamp;
    },
    escape: (text) => escapeText(text, request.escape),
    wording: request.interpret ? full : names ? { ...plain, type: full.type } : plain,
  };
}
