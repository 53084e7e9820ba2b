// What the options of aureport mean: a command line becomes a request. Wrong ones throw AuditError `usage`.

import { latin1 } from '../base/bytes.ts';
import { AuditError } from '../base/error.ts';
import type { EscapeMode } from '../interpret/context.ts';
import { reportNamed } from '../report/registry.ts';
import type { Report } from '../report/report.ts';
import { table } from './aureport-options.ts';
import { type Given, parseOptions } from './options.ts';
import { classicTime, systemTimes, type TimeContext } from './times.ts';

export interface Request {
  /** The report; the overview of everything, or the time range of each log. */
  report: Report | 'overview' | 'log';
  summary: boolean;
  interpret: boolean;
  escape: EscapeMode;
  outcome?: 'yes' | 'no';
  /** Only events that add, or that delete, something. */
  change?: 'add' | 'delete';
  noConfig: boolean;
  readonly nodes: string[];
  /** Seconds since 1970 UTC, both included. */
  from?: number;
  to?: number;
  input?: string;
  inputLogs: boolean;
  timeout?: number;
  debug: boolean;
}

const fail = (message: string): AuditError => new AuditError('usage', message);

const MODES: readonly string[] = ['raw', 'tty', 'shell', 'shell_quote'];

type Taker = (request: Request, given: Given, times: () => TimeContext) => void;

/** The value of an option that needs one. */
function needed({ form, values }: Given): string {
  if (values[0] === undefined) throw fail(`Argument is required for ${form}`);
  return values[0];
}

const takers: Readonly<Record<string, Taker>> = {
  debug: (r) => {
    r.debug = true;
  },
  timeout: (r, given) => {
    const text = needed(given);
    if (!/^\d+$/.test(text)) throw fail(`End of Event Timeout must be a numeric value, was ${text}`);
    r.timeout = Number(text);
    if (r.timeout === 0 || r.timeout > 0x7fffffff) throw fail(`Illegal value for End of Event Timeout, was ${text}`);
  },
  escape: (r, given) => {
    const mode = needed(given);
    if (!MODES.includes(mode)) throw fail(`Unknown escape option (${mode}): it takes ${MODES.join(', ')}`);
    r.escape = mode as EscapeMode;
  },
  failed: (r) => {
    r.outcome = 'no';
  },
  success: (r) => {
    r.outcome = 'yes';
  },
  interpret: (r) => {
    r.interpret = true;
  },
  input: (r, given) => {
    r.input = needed(given);
  },
  'input-logs': (r) => {
    r.inputLogs = true;
  },
  'no-config': (r) => {
    r.noConfig = true;
  },
  node: (r, given) => {
    r.nodes.push(latin1(new TextEncoder().encode(needed(given))));
  },
  summary: (r) => {
    r.summary = true;
  },
  end: (r, { form, values }, times) => {
    if (values.length === 0) throw fail(`${form} requires either date and/or time`);
    r.to = classicTime(values, 'end', times());
  },
  start: (r, { form, values }, times) => {
    if (values.length === 0) throw fail(`${form} requires either date and/or time`);
    r.from = classicTime(values, 'start', times());
  },
  add: (r) => {
    r.change = 'add';
  },
  delete: (r) => {
    r.change = 'delete';
  },
};

/** Reads a command line. Returns `help` or `version` where that is what it asks for. */
export function readRequest(
  argv: readonly string[],
  times: () => TimeContext = systemTimes,
): Request | 'help' | 'version' {
  const request: Request = {
    report: 'overview',
    summary: false,
    interpret: false,
    escape: 'tty',
    noConfig: false,
    nodes: [],
    inputLogs: false,
    debug: false,
  };
  const { given, words } = parseOptions(table, argv);
  if (words.length > 0) throw fail(`${words[0]} is an unsupported option`);
  for (const option of given) {
    if (option.name === 'help' || option.name === 'version') return option.name;
    const taker = takers[option.name];
    if (taker) taker(request, option, times);
    else takeReport(request, option);
  }
  return request;
}

function takeReport(request: Request, { name, form }: Given): void {
  if (request.report !== 'overview') throw fail(`Multiple report options given: ${form} is one too many`);
  request.report = name === 'log' ? 'log' : reportNamed(name)!;
}
