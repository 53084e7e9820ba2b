// What stands beside the event list: facets and the histogram, with their counts. Both ask after the first rows are there,
// and again every few seconds while rows come in live.
import { useEffect, useRef, useState } from 'react';
import type { FacetReply, Histogram } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { navigate, setQuery, useAddress } from '../../app/router.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Facets } from '../../parts/facets.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useSlim } from '../use-narrow.ts';
import { FACETS, hrefWith, toggled } from './narrow.ts';

/** Unfolded facets, as the viewer left them. */
let unfolded: readonly string[] = ['outcome', 'kind', 'auid', 'exe', 'key'];

export interface SideProps {
  readonly parameters: URLSearchParams;
  /** The first rows are there: what costs more may be asked. */
  readonly ready: boolean;
  /** Changes when rows came in live: counts are asked for again. */
  readonly pulse: number;
}

/** Asks again when the pulse changes. */
function usePulse(pulse: number, reload: () => void): void {
  const before = useRef(pulse);
  useEffect(() => {
    if (before.current === pulse) return;
    before.current = pulse;
    reload();
  }, [pulse, reload]);
}

const PULSE = 3000;

/** `value` as it was at most a few seconds ago. */
export function useCalm(value: number): number {
  const [calm, setCalm] = useState(value);
  const newest = useRef(value);
  newest.current = value;
  useEffect(() => {
    const timer = setInterval(() => setCalm(newest.current), PULSE);
    return () => clearInterval(timer);
  }, []);
  return calm;
}

/** The facets, at the left; folded away on a phone. */
export function FacetPanel({ parameters, ready, pulse }: SideProps) {
  const { query } = useAddress();
  const narrow = useSlim();
  const [shown, setShown] = useState(false);
  const [open, setOpen] = useState(unfolded);
  const asked = new URLSearchParams(parameters);
  asked.set('columns', open.join(','));
  asked.set('limit', '15');
  const wanted = ready && open.length > 0 && (!narrow || shown);
  const reply = useReply<FacetReply>(wanted ? '/api/facets' : undefined, asked);
  usePulse(pulse, reply.reload);
  const body = reply.fault ? (
    <ErrorState fault={reply.fault} retry={reply.reload} />
  ) : (
    <div className={reply.stale ? 'stale' : undefined}>
      <Facets
        reply={reply.data}
        titles={FACETS}
        open={open}
        onOpen={(column, on) => {
          unfolded = on ? [...open, column] : open.filter((one) => one !== column);
          setOpen(unfolded);
        }}
        selected={(column) => query.getAll(column)}
        onToggle={(column, value) => navigate(hrefWith('/events', toggled(query, column, value)))}
      />
    </div>
  );
  if (!narrow)
    return (
      <aside className="facet-panel" aria-label="Filters by value">
        {body}
      </aside>
    );
  return (
    <details className="facet-fold" onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary className="button">Filters</summary>
      {shown ? body : null}
    </details>
  );
}

const GROUPS: readonly (readonly [string, string])[] = [
  ['kind', 'kind'],
  ['outcome', 'outcome'],
  ['key', 'rule key'],
  ['exe', 'program'],
  ['auid', 'login'],
  ['type', 'record type'],
];
const FAILED = ['failed'];

/** The histogram over the list. */
export function Timeline({ parameters, ready, pulse }: SideProps) {
  const { query } = useAddress();
  const narrow = useSlim();
  const by = query.get('by') ?? 'kind';
  const asked = new URLSearchParams(parameters);
  asked.set('by', by);
  asked.set('buckets', narrow ? '48' : '120');
  const reply = useReply<Histogram>(ready ? '/api/histogram' : undefined, asked);
  usePulse(pulse, reply.reload);
  if (reply.fault)
    return (
      <section className="timeline" aria-label="When">
        <ErrorState fault={reply.fault} retry={reply.reload} />
      </section>
    );
  return (
    <section className={reply.stale ? 'timeline stale' : 'timeline'} aria-label="When">
      <Grouping by={by} />
      {reply.data && reply.data.series.length > 0 ? (
        <Chart
          label="Matching events over time"
          data={reply.data}
          height={narrow ? 80 : 96}
          legend={!narrow}
          danger={FAILED}
          onBrush={(from, to) => setQuery({ since: from.toFixed(3), until: to.toFixed(3), live: undefined })}
        />
      ) : reply.data ? (
        <p className="dim none timeline-wait">No event in this range.</p>
      ) : (
        <div className="timeline-wait" />
      )}
    </section>
  );
}

/** What the bars of the histogram are split by. */
function Grouping({ by }: { readonly by: string }) {
  return (
    <label className="timeline-by small dim">
      by{' '}
      <select
        value={by}
        onChange={(event) =>
          setQuery({ by: event.target.value === 'kind' ? undefined : event.target.value }, { replace: true })
        }
      >
        {GROUPS.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
