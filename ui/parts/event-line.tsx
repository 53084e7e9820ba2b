// One event in a line: when, how it ended, what it says; leads to the event. For short lists outside the Events view.
import type { EventRow } from '../../src/web/contract.ts';
import { Link } from '../app/router.tsx';
import { Badge } from './page.tsx';
import { Text } from './text.tsx';
import { Time } from './time.tsx';

/** How an event ended, as a badge; nothing when it does not say. */
export function Outcome({ value }: { readonly value: EventRow['outcome'] }) {
  if (value === '') return null;
  return value === 'failed' ? <Badge kind="bad">failed</Badge> : <span className="dim">success</span>;
}

/** A list of such lines. */
export function EventLines({ label, rows }: { readonly label: string; readonly rows: readonly EventRow[] }) {
  return (
    <ul className="event-lines" aria-label={label}>
      {rows.map((row) => (
        <li key={row.seq}>
          <Link to={`/events/${row.seq}`}>
            <Time value={row.time} style="short" />
            <span className="sentence">
              <Text value={row.sentence || `${row.type} ${row.id}`} />
            </span>
            {row.outcome === 'failed' ? <Outcome value={row.outcome} /> : null}
          </Link>
        </li>
      ))}
    </ul>
  );
}
