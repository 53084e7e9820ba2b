// Any JSON value as an indented, readable tree: members in the order they came, unseen characters visible, deep parts folded.
import { Text } from './text.tsx';

interface JsonProps {
  readonly value: unknown;
  /** Levels that begin open. */
  readonly open?: number;
}

/** A JSON value as text with folds. */
export function Json({ value, open = 2 }: JsonProps) {
  return (
    <div className="json block" dir="ltr" role="region" aria-label="JSON" tabIndex={0}>
      <Value value={value} open={open} />
    </div>
  );
}

function Value({ value, open }: { readonly value: unknown; readonly open: number }) {
  if (typeof value === 'string')
    return (
      <span className="json-string">
        "<Text value={value} />"
      </span>
    );
  if (value === null || typeof value !== 'object') return <span className="json-other">{String(value)}</span>;
  const members = Array.isArray(value) ? value.map((v, i) => [String(i), v] as const) : Object.entries(value);
  const list = Array.isArray(value);
  if (members.length === 0) return <span className="json-other">{list ? '[]' : '{}'}</span>;
  return (
    <details open={open > 0}>
      <summary>{list ? `[ ${members.length} ]` : `{ ${members.length} }`}</summary>
      <ul>
        {members.map(([name, member]) => (
          <li key={name}>
            <span className="json-name">
              <Text value={name} />
            </span>
            : <Value value={member} open={open - 1} />
          </li>
        ))}
      </ul>
    </details>
  );
}
