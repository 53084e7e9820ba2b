// The most frequent values of each column, with counts; a click narrows the trail by one, another click takes it back.
import { useState } from 'react';
import type { FacetReply } from '../../src/web/contract.ts';
import { count } from './table.tsx';
import { Text, visible } from './text.tsx';

interface FacetsProps {
  readonly reply: FacetReply;
  /** Titles of columns, in the order they are shown. */
  readonly titles: Readonly<Record<string, string>>;
  readonly selected: (column: string) => readonly string[];
  readonly onToggle: (column: string, value: string) => void;
}

/** All facets. */
export function Facets({ reply, titles, selected, onToggle }: FacetsProps) {
  const known = new Map(reply.facets.map((f) => [f.column, f.values]));
  return (
    <div className="facets">
      {Object.entries(titles).map(([column, title]) => (
        <Facet
          key={column}
          title={title}
          values={known.get(column) ?? []}
          selected={selected(column)}
          onToggle={(value) => onToggle(column, value)}
        />
      ))}
    </div>
  );
}

interface FacetProps {
  readonly title: string;
  readonly values: FacetReply['facets'][number]['values'];
  readonly selected: readonly string[];
  readonly onToggle: (value: string) => void;
}

const FEW = 6;

function Facet({ title, values, selected, onToggle }: FacetProps) {
  const [all, setAll] = useState(false);
  const gone = selected.filter((s) => !values.some((v) => v.value === s)).map((value) => ({ value, count: 0 }));
  const rows: FacetReply['facets'][number]['values'] = [...values, ...gone];
  if (rows.length === 0 || (rows.length === 1 && rows[0]!.value === '' && selected.length === 0)) return null;
  const shown = all ? rows : rows.slice(0, FEW);
  return (
    <details open className="facet">
      <summary>{title}</summary>
      <ul>
        {shown.map((row) => {
          const on = selected.includes(row.value);
          const name = row.label ?? row.value;
          return (
            <li key={row.value}>
              <button
                type="button"
                aria-pressed={on}
                title={visible(row.label && row.label !== row.value ? `${row.label} (${row.value})` : row.value)}
                onClick={() => onToggle(row.value)}
              >
                <span className="facet-name">{name === '' ? <em>none</em> : <Text value={name} />}</span>
                <span className="facet-count">{count(row.count)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {rows.length > FEW ? (
        <button type="button" className="link small" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${rows.length - FEW} more`}
        </button>
      ) : null}
    </details>
  );
}
