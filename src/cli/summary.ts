// `auspex summary` (and auditloginfo): what a login, a session, a process with its descendants, a program or a rule's key
// was seen doing.

import { fromUtf8, latin1 } from '../base/bytes.ts';
import { msOf } from '../base/event-id.ts';
import { UNSET } from '../base/ids.ts';
import { isoTime } from '../base/moment.ts';
import { inRange } from '../base/range.ts';
import type { AuditTime } from '../base/types.ts';
import { eventFaults, systemAccounts } from '../host/index.ts';
import { stamp } from '../host/moment.ts';
import { ActivityCounter } from '../report/activity/activity.ts';
import { activityJson } from '../report/activity/json.ts';
import { type Selection, subjectText } from '../report/activity/select.ts';
import { StraceActivity } from '../report/activity/strace.ts';
import { activityText } from '../report/activity/text.ts';
import { filesOfTrails, search } from '../search/index.ts';
import { trailTally } from '../search/unread.ts';
import { askingOptions, printJson, rangeOf, straceAside, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { type OptionTable, optionTable, type Parsed, readOptions, usage } from './options.ts';
import { noteUnread } from './unread.ts';

const tableOf = <const Tool extends string>(tool: Tool) =>
  optionTable({
    tool,
    summary:
      'Sums up what a login, a session, a process with its descendants, a program or a rule’s key was seen doing:\n' +
      'commands, system calls, files, network peers, signals, privileges, failures.',
    usage: ['[options]'],
    words: 0,
    options: [
      { name: 'auid', forms: ['-a', '--auid'], value: 'USER', help: 'a login: id or name', group: 'About whom' },
      { name: 'uid', forms: ['-u', '--uid'], value: 'USER', help: 'a user as which programs ran', group: 'About whom' },
      { name: 'session', forms: ['-s', '--session'], value: 'N', help: 'a session', group: 'About whom' },
      { name: 'pid', forms: ['-p', '--pid'], value: 'N', help: 'a process and its descendants', group: 'About whom' },
      { name: 'exe', forms: ['-x', '--exe'], value: 'PATH', help: 'a program', group: 'About whom' },
      { name: 'key', forms: ['-k', '--key'], value: 'KEY', help: 'the events of a rule’s key', group: 'About whom' },
      {
        name: 'top',
        forms: ['-n', '--top'],
        value: 'N',
        help: 'rows of each section (default 10)',
        group: 'The answer',
      },
      { name: 'all', forms: ['--all'], help: 'all rows', group: 'The answer' },
      ...askingOptions.filter(({ name }) => name !== 'color'),
    ],
    notes: [
      'Example:',
      `  ${tool} --auid 7005 --since yesterday`,
      `  ${tool} --pid 4882 --all`,
      '',
      'Exit status: 0 told, 1 nothing found, 2 wrong usage.',
    ],
  });

export const options = tableOf('auspex summary');
const classic = tableOf('auditloginfo');

type Line = Parsed<(typeof options)['options'][number]['name']>;

export const run = (argv: readonly string[], io: Io): Promise<number> => summarize(options, argv, io);
/** The same under the name auditloginfo. */
export const runClassic = (argv: readonly string[], io: Io): Promise<number> => summarize(classic, argv, io);

async function summarize(table: typeof options | typeof classic, argv: readonly string[], io: Io): Promise<number> {
  const line: Line | undefined = readOptions(table as typeof options, argv, io);
  if (!line) return 0;
  const { selection, subject } = selectionOf(line, table);
  const period = rangeOf(line);
  const fromStrace = new StraceActivity(selection, (at) => inRange(at, period));
  const { audit, stray, done } = await straceAside(trailsOf(line.values('input')).trails, fromStrace);
  const counter = new ActivityCounter(selection, filesOfTrails(audit));
  const tally = trailTally();
  await search(audit, {
    unread: tally,
    guard: eventFaults,
    matches: (event) => inRange(msOf(event), period),
    found: (event) => {
      counter.add(event);
      return true;
    },
    malformed: (bytes, start, end) => stray(latin1(bytes, start, end)),
    failed: (error) => io.err(`${fromUtf8(error.message)}\n`),
  });
  done();
  const unread = tally.list();
  const told = [counter.activity, fromStrace.activity].filter(({ events }) => events > 0);
  const top = topOf(line, table);
  for (const activity of told.length > 0 ? told : [counter.activity])
    if (line.has('json')) printJson(io, { ...activityJson(activity, subject, top), unread });
    else io.out(activityText(activity, { subject, top, stamp: stampOf, unread }));
  if (told.length > 0 || line.has('json')) noteUnread(table.tool, unread, io);
  return told.length > 0 ? 0 : 1;
}

/** A moment; of a log of strace that has no dates, the time of day. */
const stampOf = (at: AuditTime): string =>
  at.sec < 86_400 ? `${isoTime(at.sec, at.ms).slice(11, 23)} (no date)` : stamp(at);

function topOf(line: Line, table: OptionTable): number | undefined {
  if (line.has('all')) return undefined;
  const text = line.value('top');
  if (text === undefined) return line.has('json') ? undefined : 10;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(table, '`--top` takes a number');
  return Number(text);
}

function selectionOf(line: Line, table: OptionTable): { selection: Selection; subject: string } {
  const accounts = systemAccounts();
  const user = (name: 'auid' | 'uid'): number | undefined => {
    const text = line.value(name);
    if (text === undefined) return undefined;
    if (text === 'unset' || text === '-1') return UNSET;
    const id = /^\d+$/.test(text) ? Number(text) : accounts.userId(fromUtf8(text));
    if (id === undefined || id > UNSET) throw usage(table, `there is no user \`${text}\``);
    return id;
  };
  const number = (name: 'session' | 'pid'): number | undefined => {
    const text = line.value(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,10}$/.test(text)) throw usage(table, `\`--${name}\` takes a number`);
    return Number(text);
  };
  const latin = (name: 'exe' | 'key'): string | undefined => {
    const text = line.value(name);
    return text === undefined ? undefined : fromUtf8(text);
  };
  const selection = {
    auid: user('auid'),
    uid: user('uid'),
    ses: number('session'),
    pid: number('pid'),
    exe: latin('exe'),
    key: latin('key'),
  };
  return { selection, subject: subjectText(selection, accounts) };
}
