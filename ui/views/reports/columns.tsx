// Counts by hour or day as columns. The labels are the report's own words, in the zone of the machine that made it, so
// nothing here is converted. What is drawn is also said for those who cannot see it; the table below has every number.
import { count } from '../../parts/table.tsx';
import type { ReportBar } from './chart.ts';

const HEIGHT = 140;

export function Columns({ label, bars }: { readonly label: string; readonly bars: readonly ReportBar[] }) {
  const most = bars.reduce((best, bar) => (bar.count > best.count ? bar : best));
  const all = bars.reduce((sum, bar) => sum + bar.count, 0);
  const middle = bars[Math.floor(bars.length / 2)]!;
  return (
    <figure className="columns pad">
      <figcaption className="dim small">
        most {count(most.count)}, at {most.label}
      </figcaption>
      <svg
        viewBox={`0 0 ${bars.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${count(all)} in all, from ${bars[0]!.label} to ${bars.at(-1)!.label}; most at ${most.label}: ${count(most.count)}`}
      >
        {bars.map((bar, i) => (
          <g key={bar.label}>
            <title>{`${bar.label}: ${count(bar.count)}`}</title>
            <rect className="column-room" x={i * 10} y={0} width={10} height={HEIGHT} />
            <rect x={i * 10 + 1} y={HEIGHT * (1 - bar.share)} width={8} height={HEIGHT * bar.share} />
          </g>
        ))}
      </svg>
      <p className="columns-axis dim small" aria-hidden="true">
        <span>{bars[0]!.label}</span>
        {bars.length > 2 && <span>{middle.label}</span>}
        <span>{bars.at(-1)!.label}</span>
      </p>
    </figure>
  );
}
