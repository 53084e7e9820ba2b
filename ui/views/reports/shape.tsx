// How a report is shaped: totals or events, grouped by what, which outcome, how many rows. Each choice is at once in the
// address.
import { setQuery, useAddress } from '../../app/router.tsx';

/** Rows that are shown unless more are asked for; files have all of them. */
export const SHOWN = '200';
/** Rows the server gives at most. */
export const MOST = '10000';

const OUTCOMES = [
  ['', 'All'],
  ['failed', 'Failed'],
  ['success', 'Succeeded'],
] as const;

/** How the report is shaped; each choice is at once in the address. */
export function Shape({ name, hasSummary }: { readonly name: string; readonly hasSummary: boolean }) {
  const { query } = useAddress();
  const outcome = query.get('failed') === 'true' ? 'failed' : query.get('success') === 'true' ? 'success' : '';
  const by = query.get('by') ?? '';
  const rows = query.get('rows') === 'true';
  return (
    <div className="question" role="group" aria-label="Shape of the report">
      {name !== 'overview' && hasSummary && (
        <Pick
          label="Show"
          value={rows ? 'rows' : by === '' ? '' : by}
          options={[
            ['', 'totals'],
            ['rows', 'each event'],
            ['hour', 'by hour'],
            ['day', 'by day'],
            ['user', 'by user'],
            ['host', 'by host'],
          ]}
          onPick={(value) =>
            setQuery({
              rows: value === 'rows' ? 'true' : undefined,
              by: value === 'rows' || value === '' ? undefined : value,
            })
          }
        />
      )}
      {(name === 'overview' || !hasSummary) && (
        <Pick
          label="Show"
          value={by}
          options={[
            ['', name === 'overview' ? 'totals' : 'each event'],
            ['hour', 'by hour'],
            ['day', 'by day'],
            ['user', 'by user'],
            ['host', 'by host'],
          ]}
          onPick={(value) => setQuery({ by: value || undefined, rows: undefined })}
        />
      )}
      <Pick
        label="Outcome"
        value={outcome}
        options={OUTCOMES}
        onPick={(value) =>
          setQuery({
            failed: value === 'failed' ? 'true' : undefined,
            success: value === 'success' ? 'true' : undefined,
          })
        }
      />
      <Pick
        label="At most"
        value={query.get('top') ?? ''}
        options={[
          ['', `${SHOWN} rows`],
          ['10', '10 rows'],
          ['50', '50 rows'],
          ['1000', '1,000 rows'],
          [MOST, '10,000 rows'],
        ]}
        onPick={(value) => setQuery({ top: value || undefined })}
      />
    </div>
  );
}

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onPick: (value: string) => void;
}

const Pick = ({ label, value, options, onPick }: PickProps) => (
  <label className="field">
    <span>{label}</span>
    <select value={value} onChange={(event) => onPick(event.target.value)}>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
