// `auspex report`: the reports of aureport with times as people say them, as tables with bars, JSON or CSV; grouped by
// hour, day, user or host; and what is new since an earlier time.

import { fromUtf8, utf8 } from '../base/bytes.ts';
import { strftime } from '../base/strftime.ts';
import { localTime, systemAccounts } from '../host/index.ts';
import { readMoment } from '../host/moment.ts';
import { terminalSafe } from '../interpret/escape.ts';
import { bar, sparkline } from '../report/bars.ts';
import { csvLine } from '../report/csv.ts';
import type { Facts } from '../report/facts/facts.ts';
import { WANT } from '../report/facts/facts.ts';
import { Gate } from '../report/gate.ts';
import { addToOverview, newOverview, OVERVIEW_WANTS, overviewLines } from '../report/overview.ts';
import { reportNamed, reports } from '../report/registry.ts';
import type { Report } from '../report/report.ts';
import { count, ranked, type Tally } from '../report/tally.ts';
import { words } from '../report/wording.ts';
import { search } from '../search/search.ts';
import { askingOptions, inPeriod, type Period, periodOf, printJson, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, type Parsed, parseOptions, usage } from './options.ts';

export const options = optionTable({
  tool: 'auspex report',
  summary:
    'Totals and lists of what the trail holds: logins, programs, files, failures, … Without a name: how much of each.',
  usage: ['[options] [REPORT]'],
  words: 1,
  options: [
    { name: 'rows', forms: ['-r', '--rows'], help: 'every event in a row instead of totals' },
    { name: 'by', forms: ['--by'], value: 'WHAT', help: 'events by hour, day, user or host' },
    {
      name: 'compare',
      forms: ['--compare-to'],
      value: 'TIME',
      help: 'what is there since --since (default today) and was not from TIME until then',
    },
    { name: 'failed', forms: ['--failed'], help: 'only what failed' },
    { name: 'success', forms: ['--success'], help: 'only what succeeded' },
    { name: 'node', forms: ['--node'], value: 'NAME', help: 'only this machine; may be repeated' },
    {
      name: 'top',
      forms: ['-n', '--top'],
      value: 'N',
      help: 'at most N rows (default 20 on a terminal)',
      group: 'The answer',
    },
    { name: 'csv', forms: ['--csv'], help: 'as CSV (RFC 4180, safe for spreadsheets)', group: 'The answer' },
    ...askingOptions.filter(({ name }) => name !== 'color'),
  ],
  notes: [
    `Reports: ${reports.map(({ name }) => name).join(' ')}.`,
    '',
    'Exit status: 0 told, 1 nothing found, 2 wrong usage.',
  ],
});

type Line = Parsed<(typeof options)['options'][number]['name']>;

/** A table on its way out: latin1 cells; the count stands last where there is one. */
interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line: Line = parseOptions(options, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(options)));
    return 0;
  }
  const tables = await tablesOf(line, io);
  const top = topOf(line);
  for (const table of tables) print(table, line, io, top);
  return tables.some((table) => table.rows.length > 0) ? 0 : 1;
}

async function tablesOf(line: Line, io: Io): Promise<readonly Table[]> {
  const name = line.words[0];
  const report = name === undefined ? undefined : (reportNamed(name) ?? noSuch(name));
  if (line.has('compare')) return compared(line, io);
  if (line.has('by')) return [await grouped(line, io, report)];
  if (!report) return [await overview(line, io)];
  return [line.has('rows') || !report.summary ? await listed(line, io, report) : await totals(line, io, report)];
}

function noSuch(name: string): never {
  throw usage(options, `there is no report \`${name}\``);
}

function topOf(line: Line): number | undefined {
  const text = line.value('top');
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) throw usage(options, '`--top` takes a number');
  if (text !== undefined) return Number(text);
  return process.stdout.isTTY && !line.has('json') && !line.has('csv') ? 20 : undefined;
}

const wording = words(systemAccounts());

/** Reads the trail once; `take` gets the facts of every event asked for. */
async function read(line: Line, io: Io, wants: number, take: (facts: Facts) => void, period: Period = periodOf(line)) {
  if (line.has('failed') && line.has('success')) throw usage(options, '`--failed` and `--success` exclude each other');
  const gate = new Gate({
    wants,
    nodes: line.values('node').map(fromUtf8),
    outcome: line.has('failed') ? 'no' : line.has('success') ? 'yes' : undefined,
  });
  await search(trailsOf(line.values('input')).trails, {
    matches: (event) => inPeriod(event.sec * 1000 + event.ms, period),
    found: (event) => {
      const facts = gate.pass(event);
      if (facts) take(facts);
      return true;
    },
    failed: (error) => io.err(`${fromUtf8(error.message)}\n`),
  });
}

async function overview(line: Line, io: Io): Promise<Table> {
  const all = newOverview();
  await read(line, io, OVERVIEW_WANTS, (facts) => addToOverview(all, facts));
  return { title: 'How much of everything', columns: ['what', 'count'], rows: overviewLines(all) };
}

async function totals(line: Line, io: Io, report: Report): Promise<Table> {
  const summary = report.summary!;
  const tally: Tally = new Map();
  await read(line, io, report.wants, (facts) => {
    if ((summary.takes ?? report.takes)(facts))
      for (const key of summary.keys(facts, wording)) count(tally, key, facts);
  });
  const rows = ranked(tally, summary.numeric).map(([key, n]) => [summary.label?.(key, wording) ?? key, n]);
  return { title: summary.title, columns: [summary.column, 'count'], rows };
}

async function listed(line: Line, io: Io, report: Report): Promise<Table> {
  const rows: string[][] = [];
  await read(line, io, report.wants, (facts) => {
    if (report.takes(facts)) for (const cells of report.rows(facts, wording)) rows.push([stamp(facts), ...cells]);
  });
  return { title: report.title, columns: ['time', ...report.columns], rows };
}

const stamp = ({ sec, ms }: Pick<Facts, 'sec' | 'ms'>): string =>
  `${strftime('%F %T', localTime(sec))}.${String(ms).padStart(3, '0')}`;

/** What `--by` groups by, and what it needs. */
const GROUPS: Readonly<Record<string, { wants: number; key: (facts: Facts) => string; inOrder: boolean }>> = {
  hour: { wants: 0, key: (f) => strftime('%F %H:00', localTime(f.sec)), inOrder: true },
  day: { wants: 0, key: (f) => strftime('%F', localTime(f.sec)), inOrder: true },
  user: { wants: WANT.auid, key: (f) => wording.user(f.auid), inOrder: false },
  host: { wants: WANT.host, key: (f) => f.host ?? (f.node || '(this machine)'), inOrder: false },
};

async function grouped(line: Line, io: Io, report: Report | undefined): Promise<Table> {
  const by = line.value('by')!;
  const group = Object.hasOwn(GROUPS, by) ? GROUPS[by]! : undefined;
  if (!group) throw usage(options, '`--by` takes hour, day, user or host');
  const tally: Tally = new Map();
  await read(line, io, (report?.wants ?? 0) | group.wants, (facts) => {
    if (!report || report.takes(facts)) count(tally, group.key(facts), facts);
  });
  const rows = group.inOrder
    ? [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { count: n }]) => [key, n] as const)
    : ranked(tally);
  return { title: `${report?.title ?? 'Events'} by ${by}`, columns: [by, 'count'], rows };
}

/** What may be new: its name, and its keys in an event. */
const NOVELTIES: readonly (readonly [string, (facts: Facts) => readonly string[]])[] = [
  ['executable', (f) => (f.exe === undefined ? [] : [f.exe])],
  ['user', (f) => (f.auid === -2 ? [] : [wording.user(f.auid)])],
  ['host', (f) => (f.host === undefined ? [] : [f.host])],
  [
    'failure',
    (f) =>
      f.success === 'no'
        ? [
            `${wording.type(f.type)} ${f.syscall > 0 ? wording.syscall(f.arch, f.syscall) : ''} ${f.exe ?? ''}`
              .replace(/ +/g, ' ')
              .trim(),
          ]
        : [],
  ],
];

async function compared(line: Line, io: Io): Promise<Table[]> {
  const now = Date.now();
  const { since = readMoment('today', now), until } = periodOf(line, now);
  const start = readMoment(line.value('compare')!, now);
  if (start >= since) throw usage(options, '`--compare-to` must be earlier than `--since`');
  const then = NOVELTIES.map(() => new Set<string>());
  const fresh = NOVELTIES.map((): Tally => new Map());
  const period: Period = { since: start, ...(until !== undefined && { until }) };
  const wants = WANT.auid | WANT.exe | WANT.host;
  await read(
    line,
    io,
    wants,
    (facts) => {
      const old = facts.sec * 1000 + facts.ms < since;
      for (const [i, [, keys]] of NOVELTIES.entries())
        for (const key of keys(facts)) old ? then[i]!.add(key) : count(fresh[i]!, key, facts);
    },
    period,
  );
  return NOVELTIES.map(([name], i) => ({
    title: `New: ${name}`,
    columns: [name, 'count'],
    rows: ranked(fresh[i]!).filter(([key]) => !then[i]!.has(key)),
  }));
}

const shown = (cell: string | number): string =>
  typeof cell === 'number' ? String(cell) : terminalSafe(cell.replaceAll('\n', '\\012').replaceAll('\t', '\\011'));

function print({ title, columns, rows }: Table, line: Line, io: Io, top: number | undefined): void {
  const cut = rows.slice(0, top);
  if (line.has('json')) {
    const objects = cut.map((row) =>
      Object.fromEntries(row.map((c, i) => [columns[i]!, typeof c === 'string' ? utf8(c) : c])),
    );
    printJson(io, {
      report: title,
      rows: objects,
      ...(cut.length < rows.length && { left_out: rows.length - cut.length }),
    });
    return;
  }
  if (line.has('csv')) {
    io.out(csvLine(columns));
    for (const row of cut) io.out(csvLine(row.map(String)));
    return;
  }
  io.out(`${title}\n${cut.length === 0 ? '  nothing\n' : ''}`);
  const counts = columns.at(-1) === 'count';
  const table = cut.map((row) => row.map(shown));
  const widths = columns.map((_, i) => Math.max(...table.map((row) => row[i]!.length), 0));
  const most = counts ? Math.max(0, ...cut.map((row) => Number(row.at(-1)))) : 0;
  for (const row of table) {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? (counts ? cell.padStart(widths[i]!) : cell) : cell.padEnd(widths[i]!),
    );
    io.out(`  ${cells.join('  ')}${counts ? fromUtf8(`  ${bar(Number(row.at(-1)), most, 30)}`) : ''}\n`);
  }
  if (counts && /by (hour|day)$/.test(title) && cut.length > 2)
    io.out(fromUtf8(`  ${sparkline(cut.map((row) => Number(row.at(-1))))}\n`));
  if (cut.length < rows.length) io.out(`  ${rows.length - cut.length} more (--top N shows more)\n`);
}
