// What a set costs, estimated by trying it on the trail: bytes a day for each rule, the dearest first.
import { useState } from 'react';
import type { RuleCostReply } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { Link } from '../../app/router.tsx';
import { Bars } from '../../parts/bars.tsx';
import { Figure, Panel } from '../../parts/page.tsx';
import type { useRange } from '../../parts/range.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { type Column, count, size, Table } from '../../parts/table.tsx';
import { Code } from '../../parts/text.tsx';
import { counted, duration } from '../words.ts';
import { costBars } from './editor.ts';

/** The cost of the set that is loaded, or of the files. */
export function Cost({ range }: { readonly range: ReturnType<typeof useRange> }) {
  const reply = useReply<RuleCostReply>('/api/rules/cost', range);
  return (
    <ReplyView reply={reply} what="Trying the rules on the trail">
      {(cost) => <CostTold cost={cost} />}
    </ReplyView>
  );
}

type Priced = RuleCostReply['rules'][number];

const COLUMNS: readonly Column<Priced>[] = [
  { key: 'rule', title: 'Rule', render: ({ text }) => <Code value={text} /> },
  {
    key: 'events',
    title: 'Events a day',
    numeric: true,
    render: ({ eventsPerDay }) => count(Math.round(eventsPerDay)),
  },
  {
    key: 'records',
    title: 'Records a day',
    numeric: true,
    render: ({ recordsPerDay }) => count(Math.round(recordsPerDay)),
  },
  { key: 'bytes', title: 'Size a day', numeric: true, render: ({ bytesPerDay }) => size(Math.round(bytesPerDay)) },
];

export function CostTold({ cost }: { readonly cost: RuleCostReply }) {
  const [whole, setWhole] = useState(false);
  if (cost.rules.length === 0)
    return (
      <EmptyState title="No rules to price">
        Neither the kernel nor the files have a rule. Write one under <Link to="/rules/edit">Edit</Link>.
      </EmptyState>
    );
  const { bars, silent } = costBars(cost);
  const sum = (of: (rule: Priced) => number): number => Math.round(cost.rules.reduce((all, rule) => all + of(rule), 0));
  return (
    <div className="stack">
      <p className="dim">
        Estimated from {duration(cost.seconds * 1000)} of trail, as if it went on like that all day
        {cost.seconds < 3600 && '; so short a stretch says little of a day: take it as an order of size'}.
      </p>
      <div className="figures">
        <Figure name="a day" value={size(sum((rule) => rule.bytesPerDay))} />
        <Figure name="events a day" value={count(sum((rule) => rule.eventsPerDay))} />
        <Figure name="records a day" value={count(sum((rule) => rule.recordsPerDay))} />
        <Figure name="rules that record" value={count(bars.length)} />
        <Figure name="rules that stay silent" value={count(silent)} />
      </div>
      <Panel title="Size a day by rule">
        {bars.length === 0 ? (
          <p className="dim">No rule matches anything in this stretch of the trail.</p>
        ) : (
          <Bars
            label="Size a day by rule"
            bars={bars.slice(0, 25).map(({ text, bytesPerDay }, i) => ({
              name: bars.findIndex((bar) => bar.text === text) === i ? text : `${text} (${i + 1})`,
              value: bytesPerDay,
              text: size(Math.round(bytesPerDay)),
            }))}
          />
        )}
      </Panel>
      <details className="as-text" onToggle={(event) => setWhole(event.currentTarget.open)}>
        <summary>All {counted(cost.rules.length, 'rule')} as a table</summary>
        {whole && (
          <div className="panel">
            <Table caption="Cost by rule" columns={COLUMNS} rows={cost.rules} rowKey={(_, i) => i} />
          </div>
        )}
      </details>
    </div>
  );
}
