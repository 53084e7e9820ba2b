// A trail, and every report of it, as aureport and as `auspex report` make them, and the lists of logins. Nothing throws; events
// counted by hour, day, user and host are as many; a trail in two parts, put together, says what it says whole; and a table's
// rows are as wide as its head.
import { type AuditEvent, readEvents } from '../../src/event/index.ts';
import { lineSafe } from '../../src/interpret/index.ts';
import { csvLine } from '../../src/report/csv.ts';
import { Gathering } from '../../src/report/gather.ts';
import {
  EPOCH,
  factsOf,
  headOf,
  isFlaw,
  overviewText,
  type Report,
  reports,
  summaryHeadOf,
  summaryRows,
} from '../../src/report/index.ts';
import { addLastLogin, type LastLogin, LastLogins } from '../../src/report/last.ts';
import { type Asked, Asker, type ClassicStyle, classicLayout, type GroupName } from '../../src/reporting/question.ts';
import { type AskTrail, reportTable } from '../../src/reporting/tables.ts';
import { type Campaign, hold, holdSame } from '../kit/campaign.ts';
import { recordWords, trails } from '../kit/material.ts';
import { checkJson } from '../kit/shown.ts';

const EVERYTHING = -1;
const GROUPS: readonly GroupName[] = ['hour', 'day', 'user', 'host'];
const STYLES: readonly ClassicStyle[] = [
  { interpret: false, escape: 'tty' },
  { interpret: true, escape: 'shell_quote' },
];

async function check(input: Buffer): Promise<void> {
  const events = readEvents([input]);
  for (const event of events) {
    const facts = factsOf(event, EVERYTHING);
    hold(isFlaw(facts) || facts.serial === event.serial, 'the facts are of the event');
  }
  // One of the reports in every form; another input asks for another.
  const report = reports[(input.length + (input.at(-2) ?? 0)) % reports.length]!;
  checkGroups(events);
  for (const asked of questions(report)) checkParts(events, asked);
  for (const style of STYLES) checkClassic(events, report, style);
  await checkTables(events, report);
  checkLogins(events);
}

/** What a question gathers from events. */
function gathered(events: readonly AuditEvent[], asked: Asked): Gathering {
  const into = new Gathering();
  const asker = new Asker({ asked, gate: {} }, into);
  for (const event of events) asker.take(event);
  return into;
}

const sumOf = (tally: ReadonlyMap<string, number>): number => [...tally.values()].reduce((sum, n) => sum + n, 0);

function checkGroups(events: readonly AuditEvent[]): void {
  const sums = GROUPS.map((by) => sumOf(gathered(events, { kind: 'by', by }).tally()));
  for (const sum of sums) hold(sum <= events.length, () => `${sum} of ${events.length} events`);
  // A malformed record hides its event only from those who need what is malformed.
  hold(sums[0] === sums[1], () => `${sums[0]} events by hour, ${sums[1]} by day`);
}

function* questions({ name, summary }: Report): Generator<Asked> {
  yield { kind: 'overview' };
  yield { kind: 'new', since: 1_795_234_667_000 };
  yield { kind: 'rows', report: name, style: 'modern' };
  if (summary) yield { kind: 'totals', report: name, style: 'modern' };
}

/** Gathered in two parts and put together, it is the same. */
function checkParts(events: readonly AuditEvent[], asked: Asked): void {
  const whole = plainOf(gathered(events, asked));
  const half = events.length >> 1;
  const into = new Gathering();
  for (const part of [events.slice(0, half), events.slice(half)]) into.merge(gathered(part, asked).part());
  holdSame(plainOf(into), whole, `${JSON.stringify(asked)} in two parts`);
}

function plainOf(gathering: Gathering): string {
  const { overview, tallies, rows } = gathering.part();
  const { counts, sets } = overview;
  return JSON.stringify([
    counts,
    Object.entries(sets).map(([name, set]) => [name, [...set]]),
    tallies.map((tally) => [...tally]),
    rows.map(({ text, lengths, widths }) => [text, [...lengths], [...widths]]),
  ]);
}

/** As aureport prints it. */
function checkClassic(events: readonly AuditEvent[], report: Report, style: ClassicStyle): void {
  const layout = classicLayout(style, false);
  headOf(report);
  const ask = (asked: Asked): Gathering => gathered(events, asked);
  overviewText(ask({ kind: 'overview' }).overview, { first: EPOCH, last: EPOCH }, layout);
  const { rows } = ask({ kind: 'rows', report: report.name, style }).part();
  for (const { widths } of rows)
    hold(
      widths.every((width) => width === 1),
      'a row is one text',
    );
  const { summary } = report;
  if (!summary) return;
  summaryHeadOf(summary, undefined);
  summaryRows(summary, ask({ kind: 'totals', report: report.name, style }).tally(), layout);
}

/** As `auspex report` makes it. */
async function checkTables(events: readonly AuditEvent[], report: Report): Promise<void> {
  const ask: AskTrail = async (asked, row) => {
    const into = new Gathering(row);
    const asker = new Asker({ asked, gate: { outcome: row ? 'no' : undefined } }, into);
    for (const event of events) asker.take(event);
    return into;
  };
  const wishes = [
    { report, rows: true, by: undefined },
    { report, rows: false, by: undefined },
    { report, rows: false, by: GROUPS[events.length % GROUPS.length] },
    { report: undefined, rows: false, by: undefined },
  ];
  for (const wish of wishes) {
    const table = await reportTable(ask, { ...wish, most: 50 });
    for (const row of table.rows) {
      hold(row.length === table.columns.length, () => `${row.length} cells below ${table.columns.length} heads`);
      const cells = row.map(String);
      hold(csvLine(cells, true).indexOf('\n') === csvLine(cells, true).length - 1, 'a row is one line');
      hold(
        cells.every((cell) => !/[\x00-\x1f\x7f]/.test(lineSafe(cell))),
        'a cell holds nothing that a terminal obeys',
      );
    }
    checkJson(table);
  }
}

/** aulast and aulastlog. */
function checkLogins(events: readonly AuditEvent[]): void {
  let told = 0;
  let used = 0;
  const count = (): void => void told++;
  const last = new LastLogins({ stay: count, failure: count, used: () => used++, stray: () => {}, nameless: () => {} });
  const logins = new Map<number, LastLogin>();
  for (const event of events) {
    last.add(event);
    addLastLogin(logins, event);
  }
  last.end();
  const records = events.reduce((sum, event) => sum + event.records.length, 0);
  hold(told <= records && used <= records && logins.size <= records, () => `${told} stays of ${records} records`);
}

export const campaign: Campaign = {
  about: 'a trail, and every report of it: aureport’s, tables, logins',
  seeds: trails,
  words: () => [
    ...recordWords(),
    ...[
      'auid=1001',
      'terminal=pts/0',
      'hostname=h addr=1.2.3.4',
      'acct="x"',
      'exe="/x" hostname=? addr=? terminal=? res=success\'',
    ],
    ...['avc:  denied  { read } for  pid=1 scontext=a:b:c tcontext=a:b:c tclass=file', 'old=enabled new=disabled'],
    ...[
      'vm="x" uuid=1',
      'key="a"',
      'key=610162',
      'op=add',
      'data=6C730D',
      'fp=SHA256:00',
      'saddr=02000050010203040000000000000000',
    ],
  ],
  open: () => ({ check }),
};
