// What aureport and `auspex report` ask of a trail, as plain data that can go to another thread, and how it is put to
// events one by one. Reading the trail, here or on several threads, is done by reporting.ts.

import { msOf } from '../base/event-id.ts';
import { hasDate, isTimed } from '../base/moment.ts';
import { inRange, type TimeRange } from '../base/range.ts';
import { strftime } from '../base/strftime.ts';
import type { AuditEvent } from '../event/event.ts';
import { localTime, systemAccounts, timeLocale } from '../host/index.ts';
import { stamp } from '../host/moment.ts';
import type { EscapeMode } from '../interpret/context.ts';
import { escapeText } from '../interpret/escape.ts';
import { type Layout, rowOf } from '../report/classic.ts';
import type { Flaw } from '../report/facts/extract.ts';
import { type Facts, WANT } from '../report/facts/facts.ts';
import { Gate, type GateOptions, type Span } from '../report/gate.ts';
import { type Gather, type Gathering, gatherOverview, gatherRows, gatherTotals } from '../report/gather.ts';
import { OVERVIEW_WANTS } from '../report/overview.ts';
import { reportNamed } from '../report/registry.ts';
import { classicOf, type Wording } from '../report/report.ts';
import { count } from '../report/tally.ts';
import { classicType, numbers, words } from '../report/wording.ts';

/** What to gather. `report` is a name of the registry. */
export type Asked =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'overview' }
  | { readonly kind: 'totals'; readonly report: string; readonly style: Style }
  | { readonly kind: 'rows'; readonly report: string; readonly style: Style }
  | { readonly kind: 'by'; readonly by: GroupName; readonly report?: string | undefined }
  | { readonly kind: 'new'; readonly since: number };

/** How text is made: as aureport does, with its options, or as the modern command does. */
export type Style = 'modern' | ClassicStyle;

export interface ClassicStyle {
  readonly interpret: boolean;
  readonly escape: EscapeMode;
}

/** Plain data: it goes to other threads as it is. */
export interface Question {
  readonly asked: Asked;
  readonly gate: Omit<GateOptions, 'wants' | 'flawed'>;
  readonly period?: TimeRange | undefined;
  /** end_of_event_timeout in seconds. */
  readonly timeout?: number | undefined;
  /** As in Assembler. */
  readonly classic?: boolean | undefined;
}

/** Puts the question to events one by one. */
export class Asker {
  private readonly gate: Gate;
  private readonly gather: Gather;
  private readonly into: Gathering;
  private readonly period: TimeRange;

  constructor({ asked, gate, period = {} }: Question, into: Gathering, flawed?: (flaw: Flaw) => void) {
    const { wants, gather } = gatherOf(asked);
    this.gate = new Gate({ ...gate, wants: isModern(asked) ? wants | WANT.verdict : wants, flawed });
    this.gather = gather;
    this.into = into;
    this.period = period;
  }

  /** When the first and the last event in the asked time were. */
  get span(): Span | undefined {
    return this.gate.span;
  }

  take(event: AuditEvent): void {
    if (!inRange(msOf(event), this.period)) return;
    const facts = this.gate.pass(event);
    if (facts) this.gather(facts, this.into);
  }
}

/** Whether `auspex report` asks: aureport leaves out what its original cannot read. */
const isModern = (asked: Asked): boolean =>
  asked.kind === 'by' || asked.kind === 'new' || ('style' in asked && asked.style === 'modern');

interface Plan {
  /** Bits of WANT. */
  readonly wants: number;
  readonly gather: Gather;
}

function gatherOf(asked: Asked): Plan {
  if (asked.kind === 'nothing') return { wants: 0, gather: () => {} };
  if (asked.kind === 'overview') return { wants: OVERVIEW_WANTS, gather: gatherOverview };
  if (asked.kind === 'by') return gatherGroups(asked.by, asked.report);
  if (asked.kind === 'new') return { wants: WANT.auid | WANT.exe | WANT.host, gather: gatherNews(asked.since) };
  const { style } = asked;
  const modern = reportNamed(asked.report)!;
  const report = style === 'modern' ? modern : classicOf(modern);
  const { wants } = report;
  if (asked.kind === 'totals') return { wants, gather: gatherTotals(report, wordingOf(style, false)) };
  const wording = wordingOf(style, true);
  if (style === 'modern')
    return { wants, gather: gatherRows(report, wording, (facts, cells) => [stamp(facts), ...cells]) };
  const layout = classicLayout(style, true);
  return { wants, gather: gatherRows(report, wording, (facts, cells) => [rowOf(facts, cells, layout)]) };
}

function wordingOf(style: Style, names: boolean): Wording {
  return style === 'modern' ? words(systemAccounts()) : classicLayout(style, names).wording;
}

/** How aureport shows things. `names`: types by name even where nothing is interpreted, as rows have them. */
export function classicLayout({ interpret, escape: mode }: ClassicStyle, names: boolean): Layout {
  const locale = timeLocale();
  let second = Number.NaN;
  let stamp = '';
  const full = { ...words(systemAccounts()), type: classicType };
  const plain = numbers();
  return {
    stamp: (sec) => {
      if (sec !== second) stamp = strftime('%x %T', localTime((second = sec)), locale);
      return stamp;
    },
    escape: (text) => escapeText(text, mode),
    wording: interpret ? full : names ? { ...plain, type: full.type } : plain,
  };
}

/** Local time by a format; what no calendar has, or no record tells, makes one group, for its hours are nobody's. */
const timeGroup = (format: string, sec: number): string =>
  hasDate(sec) && isTimed(sec) ? strftime(format, localTime(sec)) : '(no date)';

/** What events are grouped by: what that needs, and the group of an event. */
const GROUPS = {
  hour: { wants: 0, key: (f: Facts) => timeGroup('%F %H:00', f.sec) },
  day: { wants: 0, key: (f: Facts) => timeGroup('%F', f.sec) },
  user: { wants: WANT.auid, key: (f: Facts, wording: Wording) => wording.user(f.auid) },
  host: { wants: WANT.host, key: (f: Facts) => f.host ?? (f.node || '(this machine)') },
} as const;

export type GroupName = keyof typeof GROUPS;
export const isGroup = (name: string): name is GroupName => Object.hasOwn(GROUPS, name);

function gatherGroups(by: GroupName, name: string | undefined): Plan {
  const report = name === undefined ? undefined : reportNamed(name)!;
  const { wants, key } = GROUPS[by];
  const wording = wordingOf('modern', true);
  return {
    wants: (report?.wants ?? 0) | wants,
    gather: (facts, into) => {
      if (!report || report.takes(facts)) count(into.tally(), key(facts, wording));
    },
  };
}

/** What may be new: its name, and its keys in an event. */
export const NOVELTIES: readonly (readonly [string, (facts: Facts, wording: Wording) => readonly string[]])[] = [
  ['executable', (f) => (f.exe === undefined ? [] : [f.exe])],
  ['user', (f, wording) => (f.auid === -2 ? [] : [wording.user(f.auid)])],
  ['host', (f) => (f.host === undefined ? [] : [f.host])],
  ['failure', (f, wording) => (f.success === 'no' ? [failureOf(f, wording)] : [])],
];

const failureOf = ({ type, arch, syscall, called, exe = '' }: Facts, wording: Wording): string =>
  `${wording.type(type)} ${called ? wording.syscall(arch, syscall) : ''} ${exe}`.replace(/ +/g, ' ').trim();

/** Counts what is new under its place in NOVELTIES, and what is from before `since` (ms) behind all those. */
function gatherNews(since: number): Gather {
  const wording = wordingOf('modern', true);
  return (facts, into) => {
    const old = msOf(facts) < since;
    for (const [i, [, keys]] of NOVELTIES.entries())
      for (const key of keys(facts, wording)) count(into.tally(old ? i + NOVELTIES.length : i), key);
  };
}
