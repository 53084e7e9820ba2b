// Answers that are tables: reports, and what rules cost.

import { RuleTally } from '../../policy/index.ts';
import { Gathering } from '../../report/gather.ts';
import { reportNamed } from '../../report/index.ts';
import { Asker } from '../../reporting/question.ts';
import { type AskTrail, reportTable, type Table } from '../../reporting/tables.ts';
import { sourceText } from '../../rule/index.ts';
import type { RuleCostReply } from '../contract.ts';
import type { PageTable } from '../report-page.ts';
import { shown } from '../words.ts';
import type { CostQuestion, Ground, TablesQuestion } from './question.ts';
import { rulesToPrice } from './rules.ts';

const DAY = 86_400;

/** The tables of wishes, their cells as Unicode, out of one pass through the trail. */
export async function tablesAnswer(question: TablesQuestion, ground: Ground): Promise<PageTable[]> {
  const { range, wishes, outcome } = question;
  const askers: Asker[] = [];
  let passed: () => void = () => {};
  const pass = new Promise<void>((resolve) => {
    passed = resolve;
  });
  const ask: AskTrail = async (asked, row) => {
    const gathering = new Gathering(row);
    askers.push(new Asker({ asked, gate: { outcome } }, gathering));
    await pass;
    return gathering;
  };
  const tables = Promise.all(
    wishes.map(({ report, ...wish }) =>
      reportTable(ask, { ...wish, report: report === undefined ? undefined : reportNamed(report) }),
    ),
  ); // each puts its question at once
  await ground.each(range, (event) => {
    for (const asker of askers) asker.take(event);
  });
  passed();
  return (await tables).map(unicode);
}

const unicode = (table: Table): PageTable => ({
  ...table,
  rows: table.rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell : shown(cell)))),
});

export async function costAnswer({ range, text }: CostQuestion, ground: Ground): Promise<RuleCostReply> {
  const rules = rulesToPrice(ground, text);
  const { host } = ground.policy.context;
  const tally = new RuleTally(rules);
  await ground.each(range, (event) => tally.push(event));
  const { shares, seconds } = tally.done();
  const priced = rules.filter(({ rule }) => rule.list === 'exit' && rule.action === 'always');
  const none = { events: 0, records: 0, bytes: 0 };
  const of = priced.map((rule) => ({ rule, share: shares.get(rule) ?? none }));
  const bytes = of.reduce((sum, { share }) => sum + share.bytes, 0);
  const perDay = (n: number): number => Math.round((n / Math.max(1, seconds)) * DAY);
  return {
    seconds,
    rules: of
      .sort((a, b) => b.share.bytes - a.share.bytes)
      .map(({ rule, share }) => ({
        text: shown(sourceText(rule.rule, host)),
        eventsPerDay: perDay(share.events),
        recordsPerDay: perDay(share.records),
        bytesPerDay: perDay(share.bytes),
        share: bytes === 0 ? 0 : share.bytes / bytes,
      })),
  };
}
