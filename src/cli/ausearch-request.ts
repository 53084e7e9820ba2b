// What the options of ausearch mean: a command line becomes a request. Values are checked in the order in which they
// stand; the first wrong one ends the reading with an AuditError `usage`.

import { UNSET } from '../base/ids.ts';
import type { Accounts } from '../base/types.ts';
import { systemAccounts } from '../host/accounts.ts';
import { thisMachine } from '../host/machine.ts';
import type { ClassicSearch } from '../query/classic.ts';
import type { IdItem, StringItem } from '../query/predicate.ts';
import { type Arch, archNumber, machineArch, resolveArch } from '../tables/arch.ts';
import { type AusearchOption, table } from './ausearch-options.ts';
import {
  accountId,
  archOfToken,
  bytesOfArgument,
  decimal,
  exitValue,
  fail,
  recordTypeList,
  syscallOf,
  validTypes,
} from './ausearch-values.ts';
import { type Given, parseOptions } from './options.ts';
import { classicTime, systemTimes, type TimeContext } from './times.ts';

export type Format = 'raw' | 'default' | 'interpret' | 'csv' | 'text';
export type Escape = 'raw' | 'tty' | 'shell' | 'shell_quote';

export interface Request {
  readonly search: ClassicSearch;
  format: Format;
  escape: Escape;
  extra: { keys: boolean; labels: boolean; obj2: boolean; time: boolean };
  input?: string;
  inputLogs: boolean;
  checkpoint?: string;
  /** `-ts checkpoint` */
  fromCheckpoint: boolean;
  timeout?: number;
  justOne: boolean;
  lineBuffered: boolean;
  debug: boolean;
}

/** What reading a request needs of the machine; asked only where an option needs it. */
export interface RequestContext {
  readonly accounts: () => Accounts;
  readonly arch: () => Arch;
  readonly times: () => TimeContext;
}

const systemContext: RequestContext = {
  accounts: systemAccounts,
  arch: () => machineArch(thisMachine().arch) ?? 'x86_64',
  times: systemTimes,
};

interface Reading {
  readonly request: Request;
  readonly context: RequestContext;
  arch?: Arch;
  formatSet?: boolean;
}

/** Reads a command line. Returns `help` or `version` where that is what it asks for. */
export function readRequest(
  argv: readonly string[],
  context: RequestContext = systemContext,
): Request | 'help' | 'version' {
  const request: Request = {
    search: { ids: {}, strings: {} },
    format: 'default',
    escape: 'tty',
    extra: { keys: false, labels: false, obj2: false, time: false },
    inputLogs: false,
    fromCheckpoint: false,
    justOne: false,
    lineBuffered: false,
    debug: false,
  };
  const reading: Reading = { request, context };
  const { given, words } = parseOptions(table, argv);
  if (words.length > 0) throw fail(`${words[0]} is an unsupported option: a value belongs after its option`);
  for (const option of given) {
    if (option.name === 'help' || option.name === 'version') return option.name;
    take(option, reading);
  }
  // The original lets --extra-obj2 pass without csv, and scripts may lean on it.
  const { keys, labels, time } = request.extra;
  if ((keys || labels || time) && request.format !== 'csv')
    throw fail('--extra options requires format to be csv: add --format csv');
  return request;
}

function take(given: Given<AusearchOption>, reading: Reading): void {
  const option = table.options.find((o) => o.name === given.name) as { value?: string };
  if (option.value !== undefined && given.values.length === 0) {
    if (given.name === 'message') throw fail(`Argument is required for ${given.form}\n${validTypes()}`, true);
    if (given.name === 'start' || given.name === 'end') throw fail(`${given.form} requires either date and/or time`);
    throw fail(`Argument is required for ${given.form}`);
  }
  TAKERS[given.name](given.values[0] ?? '', reading, given);
}

type Taker = (value: string, reading: Reading, given: Given<AusearchOption>) => void;

const string =
  (item: StringItem): Taker =>
  (value, { request }) => {
    request.search.strings[item] = bytesOfArgument(value);
  };

const number =
  (item: IdItem, what: string): Taker =>
  (value, { request }) => {
    request.search.ids[item] = decimal(value, what, UNSET);
  };

const format =
  (name: Format): Taker =>
  (_, reading) => {
    if (reading.formatSet && reading.request.format !== name)
      throw fail(`Conflicting output format --${name === 'interpret' ? 'interpret' : name}`);
    reading.request.format = name;
    reading.formatSet = true;
  };

const user =
  (items: readonly ('uid' | 'euid' | 'auid')[], what: string): Taker =>
  (value, { request, context }) => {
    const id = accountId(value, what, 'user', (name) => context.accounts().userId(name));
    for (const item of items) request.search.ids[item] = id;
    if (items.length > 1) request.search.anyUser = true;
  };

const group =
  (items: readonly ('gid' | 'egid')[], what: string): Taker =>
  (value, { request, context }) => {
    const id = accountId(value, what, 'group', (name) => context.accounts().groupId(name));
    for (const item of items) request.search.ids[item] = id;
    if (items.length > 1) request.search.anyGroup = true;
  };

const extra =
  (name: keyof Request['extra']): Taker =>
  (_, { request }) => {
    request.extra[name] = true;
  };

const TAKERS: Readonly<Record<AusearchOption, Taker>> = {
  event: (value, { request }) => {
    request.search.serial = decimal(value, 'Audit event id', Number.MAX_SAFE_INTEGER);
  },
  arch: takeArch,
  comm: string('comm'),
  checkpoint: (value, { request }) => {
    request.checkpoint = value;
  },
  debug: (_, { request }) => {
    request.debug = true;
  },
  exit: (value, { request }) => {
    request.search.ids.exit = exitValue(value);
  },
  escape: (value, { request }) => {
    if (!['raw', 'tty', 'shell', 'shell_quote'].includes(value))
      throw fail(`Unknown option (${value}): --escape takes raw, tty, shell or shell_quote`);
    request.escape = value as Escape;
  },
  timeout: (value, { request }) => {
    request.timeout = decimal(value, 'End of Event Timeout', 0x7fffffff);
    if (request.timeout === 0) throw fail(`Illegal value for End of Event Timeout, was ${value}`);
  },
  'extra-keys': extra('keys'),
  'extra-labels': extra('labels'),
  'extra-obj2': extra('obj2'),
  'extra-time': extra('time'),
  file: string('file'),
  format: (value, reading, given) => {
    if (!['raw', 'default', 'interpret', 'csv', 'text'].includes(value))
      throw fail(`Unknown option (${value}): --format takes raw, default, interpret, csv or text`);
    format(value as Format)(value, reading, given);
  },
  'gid-all': group(['gid', 'egid'], 'Group'),
  egid: group(['egid'], 'Effective group'),
  gid: group(['gid'], 'Group'),
  help: () => {},
  host: string('host'),
  interpret: format('interpret'),
  input: (value, { request }) => {
    request.input = value;
  },
  'input-logs': (_, { request }) => {
    request.inputLogs = true;
  },
  'just-one': (_, { request }) => {
    request.justOne = true;
  },
  key: string('key'),
  'line-buffered': (_, { request }) => {
    request.lineBuffered = true;
  },
  message: (value, { request }) => {
    const types = recordTypeList(value);
    if (types) request.search.types = [...(request.search.types ?? []), ...types];
    else delete request.search.types;
  },
  node: (value, { request }) => {
    (request.search.nodes ??= []).push(bytesOfArgument(value));
  },
  object: string('object'),
  pid: number('pid', 'Process id'),
  ppid: number('ppid', 'Parent process id'),
  raw: format('raw'),
  syscall: takeSyscall,
  context: (value, { request }) => {
    request.search.context = bytesOfArgument(value);
  },
  session: number('session', 'Session id'),
  subject: string('subject'),
  success: (value, { request }) => {
    if (value !== 'yes' && value !== 'no') throw fail("Success must be 'yes' or 'no'.");
    request.search.success = value === 'yes';
  },
  end: (_, { request, context }, { values }) => {
    request.search.to = classicTime(values, 'end', context.times());
  },
  start: (value, { request, context }, { values }) => {
    if (value === 'checkpoint' && values.length === 1) request.fromCheckpoint = true;
    else request.search.from = classicTime(values, 'start', context.times());
  },
  terminal: string('terminal'),
  'uid-all': user(['uid', 'euid', 'auid'], 'User'),
  euid: user(['euid'], 'Effective user'),
  uid: user(['uid'], 'User'),
  auid: user(['auid'], 'Login user'),
  uuid: string('uuid'),
  version: () => {},
  vm: string('vm'),
  word: (_, { request }) => {
    request.search.word = true;
  },
  exe: string('exe'),
};

function takeArch(value: string, reading: Reading): void {
  if (reading.arch) throw fail('Arch is already defined');
  const arch = archOfToken(value) ?? resolveArch(value, reading.context.arch());
  const number = arch && archNumber(arch);
  if (arch === undefined || number === undefined) throw fail(`Unknown arch ${value}`);
  if (reading.request.search.ids.syscall !== undefined) throw fail('Arch needs to be defined before the syscall');
  reading.arch = arch;
  reading.request.search.ids.arch = number;
}

function takeSyscall(value: string, reading: Reading): void {
  const { ids } = reading.request.search;
  if (/^\d/.test(value)) {
    if (!/^\d+$/.test(value)) throw fail(`Syscall numeric conversion error: ${value} is no number`);
    ids.syscall = Number(value);
    return;
  }
  const arch = reading.arch ?? reading.context.arch();
  ids.syscall = syscallOf(arch, value);
  ids.arch = archNumber(arch)!;
}
