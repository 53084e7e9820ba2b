// The columns of the event list: what each shows and how wide it is. Which ones, in which order, is the viewer's choice:
// in the address (a shared link looks the same), else in this browser's settings.
import type { ReactNode } from 'react';
import type { EventRow } from '../../../src/web/contract.ts';
import { setQuery, useAddress } from '../../app/router.tsx';
import { useSetting } from '../../app/settings.ts';
import { Outcome } from '../../parts/event-line.tsx';
import { Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';

/** One column. */
export interface EventColumn {
  readonly name: string;
  readonly title: string;
  /** A track of CSS grid. */
  readonly width: string;
  readonly cell: (row: EventRow) => ReactNode;
  readonly mono?: boolean;
}

const text = (name: keyof EventRow & string, title: string, width: string, mono = false): EventColumn => ({
  name,
  title,
  width,
  mono,
  cell: (row) => <Text value={String(row[name] ?? '')} />,
});

const who = (name: 'auid' | 'uid', title: string, label: 'login' | 'user'): EventColumn => ({
  name,
  title,
  width: '96px',
  cell: (row) => <Text value={row[label] ?? String(row[name] ?? '')} />,
});

/** All there are. */
export const EVENT_COLUMNS: readonly EventColumn[] = [
  { name: 'time', title: 'Time', width: '174px', cell: (row) => <Time value={row.time} />, mono: true },
  { name: 'outcome', title: 'Outcome', width: '64px', cell: (row) => <Outcome value={row.outcome} /> },
  who('auid', 'Login', 'login'),
  text('sentence', 'What happened', 'minmax(280px, 1fr)'),
  text('comm', 'Command', '96px', true),
  text('pid', 'Pid', '52px', true),
  text('key', 'Key', '84px'),
  who('uid', 'User', 'user'),
  text('type', 'Record type', '130px'),
  text('kind', 'Kind', '110px'),
  text('action', 'Action', '140px'),
  text('syscall', 'System call', '100px', true),
  text('exe', 'Program', '200px', true),
  text('object', 'Object', '200px', true),
  text('ppid', 'Parent', '72px', true),
  text('ses', 'Session', '72px', true),
  text('tty', 'Terminal', '84px', true),
  text('node', 'Machine', '110px'),
  text('id', 'Id', '200px', true),
];

const USUAL = 'time,outcome,sentence,comm,key';

const named = (names: string): readonly EventColumn[] => {
  const found = names.split(',').flatMap((name) => EVENT_COLUMNS.find((c) => c.name === name) ?? []);
  return found.length > 0 ? found : named(USUAL);
};

/** The columns to show, and how to choose others. */
export function useColumns(): [readonly EventColumn[], (names: readonly string[]) => void] {
  const { query } = useAddress();
  const [kept, keep] = useSetting('columns');
  const choose = (names: readonly string[]) => {
    const written = names.join(',');
    keep(written === USUAL ? '' : written);
    setQuery({ cols: written === USUAL ? undefined : written }, { replace: true });
  };
  return [named(query.get('cols') ?? (kept || USUAL)), choose];
}

/** The chooser: a tick for each column. */
export function ColumnChooser() {
  const [shown, choose] = useColumns();
  const names = shown.map((c) => c.name);
  const toggle = (name: string) => {
    if (!names.includes(name)) {
      const wanted = new Set([...names, name]);
      choose(EVENT_COLUMNS.map((c) => c.name).filter((n) => wanted.has(n)));
    } else if (names.length > 1) choose(names.filter((n) => n !== name));
  };
  return (
    <fieldset className="stack columns">
      <legend className="sr">Columns</legend>
      <div className="column-choices">
        {EVENT_COLUMNS.map((c) => (
          <label key={c.name} className="choice">
            <input type="checkbox" checked={names.includes(c.name)} onChange={() => toggle(c.name)} /> {c.title}
          </label>
        ))}
      </div>
      <button type="button" className="button small" onClick={() => choose(USUAL.split(','))}>
        The usual ones
      </button>
    </fieldset>
  );
}
