// `auspex report`: the reports of aureport with times as people say them, as tables with bars, JSON or CSV; grouped by
// hour, day, user or host; and what is new since an earlier time.

import { fromUtf8 } from '../base/bytes.ts';
import { largest } from '../base/extremes.ts';
import type { TimeRange } from '../base/range.ts';
import { visibleMembers } from '../base/visible.ts';
import { readMoment } from '../host/moment.ts';
import { isTerminal } from '../host/terminal.ts';
import { lineSafe } from '../interpret/escape.ts';
import { absent, type Unread, type UnreadTally } from '../record/unread.ts';
import { bar, sparkline } from '../report/bars.ts';
import { csvLine } from '../report/csv.ts';
import { Gathering } from '../report/gather.ts';
import { reportNamed, reports } from '../report/registry.ts';
import { ranked } from '../report/tally.ts';
import { type Asked, isGroup, NOVELTIES } from '../reporting/question.ts';
import { type AskTrail, reportTable, type Table } from '../reporting/tables.ts';
import { trailTally } from '../search/unread.ts';
import { askingOptions, printJson, rangeOf, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, type Parsed, parseOptions, usage } from './options.ts';
import { ask } from './reporting.ts';
import { noteUnread } from './unread.ts';

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

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line: Line = parseOptions(options, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(options)));
    return 0;
  }
  const tally = trailTally();
  const tables = await tablesOf(line, io, tally);
  const top = topOf(line);
  const unread = tally.list();
  for (const table of tables) print(table, line, io, { top, unread });
  const found = tables.some((table) => table.rows.length > 0);
  if (found || line.has('json') || line.has('csv')) noteUnread(options.tool, unread, io);
  return found ? 0 : 1;
}

async function tablesOf(line: Line, io: Io, unread: UnreadTally): Promise<readonly Table[]> {
  const name = line.words[0];
  const report = name === undefined ? undefined : (reportNamed(name) ?? noSuch(name));
  if (line.has('compare')) return compared(line, io, unread);
  const by = line.value('by');
  if (by !== undefined && !isGroup(by)) throw usage(options, '`--by` takes hour, day, user or host');
  const put: AskTrail = (asked, row) => askTrail(line, io, { asked, period: rangeOf(line), row, unread });
  return [await reportTable(put, { report, rows: line.has('rows'), by })];
}

function noSuch(name: string): never {
  throw usage(options, `there is no report \`${name}\``);
}

function topOf(line: Line): number | undefined {
  const text = line.value('top');
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) throw usage(options, '`--top` takes a number');
  if (text !== undefined) return Number(text);
  return isTerminal(1) && !line.has('json') && !line.has('csv') ? 20 : undefined;
}

/** Puts a question to the trail of the command line. */
async function askTrail(line: Line, io: Io, { asked, period, row, unread }: Put) {
  if (line.has('failed') && line.has('success')) throw usage(options, '`--failed` and `--success` exclude each other');
  const outcome = line.has('failed') ? 'no' : line.has('success') ? 'yes' : undefined;
  const gathering = new Gathering(row);
  const question = { asked, period, gate: { nodes: line.values('node').map(fromUtf8), outcome } } as const;
  await ask(trailsOf(line.values('input')).trails, question, gathering, {
    failed: (error) => io.err(`${fromUtf8(error.message)}\n`),
    unread,
  });
  return gathering;
}

type Row = (cells: readonly string[]) => void;

interface Put {
  readonly asked: Asked;
  readonly period: TimeRange;
  readonly row?: Row | undefined;
  readonly unread: UnreadTally;
}

async function compared(line: Line, io: Io, unread: UnreadTally): Promise<Table[]> {
  const now = Date.now();
  const { since = readMoment('today', now), until } = rangeOf(line, now);
  const start = readMoment(line.value('compare')!, now);
  if (start >= since) throw usage(options, '`--compare-to` must be earlier than `--since`');
  const period: TimeRange = { since: start, ...(until !== undefined && { until }) };
  const gathering = await askTrail(line, io, { asked: { kind: 'new', since }, period, unread });
  return NOVELTIES.map(([name], i) => ({
    title: `New: ${name}`,
    columns: [name, 'count'],
    omitted: 0,
    rows: ranked(gathering.tally(i)).filter(([key]) => !gathering.tally(i + NOVELTIES.length).has(key)),
  }));
}

const shown = (cell: string | number): string => (typeof cell === 'number' ? String(cell) : lineSafe(cell));

function print(
  { title, columns, rows }: Table,
  line: Line,
  io: Io,
  { top, unread }: { readonly top: number | undefined; readonly unread: readonly Unread[] },
): void {
  const cut = rows.slice(0, top);
  if (line.has('json')) {
    const objects = cut.map((row) => visibleMembers(Object.fromEntries(row.map((cell, i) => [columns[i]!, cell]))));
    printJson(io, {
      report: title,
      rows: objects,
      ...(cut.length < rows.length && { left_out: rows.length - cut.length }),
      unread,
    });
    return;
  }
  if (line.has('csv')) {
    const toEyes = isTerminal(1);
    io.out(csvLine(columns, toEyes));
    for (const row of cut) io.out(csvLine(row.map(String), toEyes));
    return;
  }
  io.out(`${title}\n${cut.length === 0 ? `  ${fromUtf8(absent('Nothing', 'fits', unread))}\n` : ''}`);
  const counts = columns.at(-1) === 'count';
  const table = cut.map((row) => row.map(shown));
  const widths = columns.map((_, i) =>
    largest(
      table.map((row) => row[i]!.length),
      0,
    ),
  );
  const most = counts
    ? largest(
        cut.map((row) => Number(row.at(-1))),
        0,
      )
    : 0;
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
