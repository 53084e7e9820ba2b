// The most frequent values of each column, with counts; a click narrows the trail by one, another click takes it back. A
// folded column is not asked for.
import { useState } from 'react';
import type { FacetReply } from '../../src/web/contract.ts';
import { count } from './table.tsx';
import { Text, visible } from './text.tsx';

type Values = FacetReply['facets'][number]['values'];

interface FacetsProps {
  readonly reply: FacetReply | undefined;
  /** Titles of columns, in the order they are shown. */
  readonly titles: Readonly<Record<string, string>>;
  /** Columns that are unfolded. */
  readonly open: readonly string[];
  readonly onOpen: (column: string, open: boolean) => void;
  readonly selected: (column: string) => readonly string[];
  readonly onToggle: (column: string, value: string) => void;
}

/** All facets. */
export function Facets({ reply, titles, open, onOpen, selected, onToggle }: FacetsProps) {
  const known = new Map(reply?.facets.map((f) => [f.column, f.values]));
  return (
    <div className="facets">
      {Object.entries(titles).map(([column, title]) => (
        <details
          key={column}
          className="facet"
          open={open.includes(column)}
          onToggle={(event) => {
            const now = event.currentTarget.open;
            if (now !== open.includes(column)) onOpen(column, now);
          }}
        >
          <summary>{title}</summary>
          <Facet values={known.get(column)} selected={selected(column)} onToggle={(value) => onToggle(column, value)} />
        </details>
      ))}
    </div>
  );
}

interface FacetProps {
  readonly values: Values | undefined;
  readonly selected: readonly string[];
  readonly onToggle: (value: string) => void;
}

const FEW = 6;

function Facet({ values, selected, onToggle }: FacetProps) {
  const [all, setAll] = useState(false);
  const gone = selected.filter((s) => !values?.some((v) => v.value === s)).map((value) => ({ value, count: 0 }));
  const rows: Values = [...(values ?? []), ...(values ? gone : [])];
  if (!values) return <p className="dim small">Counting …</p>;
  if (rows.length === 0) return <p className="dim small">None.</p>;
  const shown = all ? rows : rows.slice(0, FEW);
  return (
    <>
      <ul>
        {shown.map((row) => {
          const name = row.label ?? row.value;
          return (
            <li key={row.value}>
              <button
                type="button"
                aria-pressed={selected.includes(row.value)}
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
    </>
  );
}
