// What narrows the events and how they are listed: expression, range, live, columns, and the facets that are on.
import { type RefObject, useRef } from 'react';
import type { Fault } from '../../api/client.ts';
import { hrefOf, navigate, setQuery, useAddress } from '../../app/router.tsx';
import { RangePicker, useClosing } from '../../parts/range.tsx';
import { Text, visible } from '../../parts/text.tsx';
import { useSlim } from '../use-narrow.ts';
import { ColumnChooser } from './columns.tsx';
import type { LiveSwitch } from './live-rows.ts';
import { chipsOf, FACETS, hrefWith, NOTHING, toggled } from './narrow.ts';
import { QueryBar } from './query-bar.tsx';

interface BarProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly live: LiveSwitch;
  /** New rows come in. */
  readonly flowing: boolean;
  /** What is wrong with the question. */
  readonly fault: Fault | undefined;
  /** Asks the same question again. */
  readonly onAgain: () => void;
}

/** The bar over the list. */
export function Bar({ input, live, flowing, fault, onAgain }: BarProps) {
  const { query } = useAddress();
  const narrow = useSlim();
  return (
    <div className="events-bar">
      <QueryBar
        value={query.get('q') ?? ''}
        onSubmit={(q) => ask(q, query.get('q') ?? '', onAgain)}
        fault={fault}
        input={input}
      />
      <div className="row">
        <RangePicker />
        <button
          type="button"
          className="button"
          aria-pressed={live.on}
          onClick={() => live.set(!live.on)}
          title="Key: l"
        >
          <span className={flowing ? 'dot live' : 'dot off'} aria-hidden="true" />
          Live
        </button>
        {narrow ? null : <Columns />}
      </div>
    </div>
  );
}

/** Asks what was typed: a new address, or the same question again. */
function ask(q: string, before: string, again: () => void): void {
  if (q === before) again();
  else setQuery({ q: q || undefined });
}

/** The facets that are on, each with a button that takes it away. */
export function Chips() {
  const { query } = useAddress();
  const chips = chipsOf(query);
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters">
      {chips.map(({ column, value }) => (
        <li key={`${column} ${value}`}>
          <button
            type="button"
            className="chip"
            aria-label={`Remove the filter ${FACETS[column] ?? column} ${visible(value)}`}
            onClick={() => navigate(hrefWith('/events', toggled(query, column, value)))}
          >
            <span className="dim">{FACETS[column] ?? column}</span>{' '}
            {value === '' ? <em>none</em> : <Text value={value} />} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="link small" onClick={() => navigate(hrefOf('/events', NOTHING, query))}>
          Clear all
        </button>
      </li>
    </ul>
  );
}

function Columns() {
  const box = useRef<HTMLDetailsElement>(null);
  useClosing(box);
  return (
    <details className="popup right" ref={box}>
      <summary className="button">Columns</summary>
      <div className="popup-body">
        <ColumnChooser />
      </div>
    </details>
  );
}
