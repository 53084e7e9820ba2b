// Counts over time: stacked bars or lines on uPlot, a legend with totals, a brush that yields a range. What is drawn is also
// said: a summary for those who cannot see it, and the same brush as keys (arrows move a window, enter takes it).
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useSetting } from '../app/settings.ts';
import { barOptions, stack } from './chart-options.ts';
import { SERIES, useThemeKey } from './colors.ts';
import { count } from './table.tsx';
import { Text, visible } from './text.tsx';
import { timeText } from './time.tsx';

/** Counts of equal buckets; the contract's Histogram is one. */
export interface ChartData {
  readonly seconds: number;
  readonly fromSeconds: number;
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
}

interface ChartProps {
  readonly label: string;
  readonly data: ChartData;
  readonly height?: number;
  readonly lines?: boolean;
  readonly legend?: boolean;
  /** Names of series that mean trouble, drawn in the colour of it. */
  readonly danger?: readonly string[];
  /** A range was chosen, in seconds since 1970. */
  readonly onBrush?: (fromSeconds: number, toSeconds: number) => void;
}

/** The chart. */
export function Chart({ label, data, height = 160, lines = false, legend = true, danger = [], onBrush }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [zone] = useSetting('zone');
  const theme = useThemeKey();
  const brush = useRef(onBrush);
  brush.current = onBrush;
  const dangerKey = danger.join('\n');
  useEffect(() => {
    const element = frame.current;
    if (!element || data.series.length === 0) return;
    const options = barOptions({
      data,
      lines,
      height,
      width: element.clientWidth || 300,
      utc: zone === 'utc',
      danger: dangerKey.split('\n'),
      theme,
      onBrush: (from, to) => brush.current?.(from, to),
      brushable: brush.current !== undefined,
    });
    const plot = new uPlot(options, stack(data, lines), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth || 300, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [data, height, lines, zone, theme, dangerKey]);
  const summary = useMemo(() => summaryOf(data, zone === 'utc'), [data, zone]);
  return (
    <figure className="chart" aria-label={label}>
      <div ref={frame} className="chart-frame" style={{ height }} role="img" aria-label={`${label}. ${summary}`} />
      {onBrush ? <KeyBrush data={data} utc={zone === 'utc'} onBrush={onBrush} /> : null}
      {legend ? <Legend data={data} danger={danger} /> : null}
    </figure>
  );
}

function Legend({ data, danger }: { readonly data: ChartData; readonly danger: readonly string[] }) {
  return (
    <figcaption className="legend">
      {data.series.map((series, i) => (
        <span key={series.name}>
          <i
            className={danger.includes(series.name) ? 'swatch danger' : `swatch series-${i % SERIES}`}
            aria-hidden="true"
          />
          {series.name === '' ? 'other' : <Text value={series.name} />}{' '}
          <b>{count(series.counts.reduce((a, b) => a + b, 0))}</b>
        </span>
      ))}
    </figcaption>
  );
}

/** What the chart says in words: how many, when most. */
function summaryOf(data: ChartData, utc: boolean): string {
  const length = data.series[0]?.counts.length ?? 0;
  const totals = Array.from({ length }, (_, i) => data.series.reduce((sum, s) => sum + (s.counts[i] ?? 0), 0));
  const all = totals.reduce((a, b) => a + b, 0);
  if (all === 0) return 'No events in this range';
  const peak = totals.indexOf(Math.max(...totals));
  const names = data.series.map((s) => `${visible(s.name || 'other')} ${count(s.counts.reduce((a, b) => a + b, 0))}`);
  const when = timeText(data.fromSeconds + peak * data.seconds, 'short', utc);
  return `${count(all)} events; most at ${when}: ${count(totals[peak]!)}. ${names.join(', ')}`;
}

/** The brush by keyboard: hidden until it has the focus. */
function KeyBrush(props: { data: ChartData; utc: boolean; onBrush: (from: number, to: number) => void }) {
  const { data, utc, onBrush } = props;
  const length = data.series[0]?.counts.length ?? 0;
  const [at, setAt] = useState(0);
  const [width, setWidth] = useState(1);
  const from = data.fromSeconds + at * data.seconds;
  const to = from + width * data.seconds;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && event.shiftKey) setWidth(Math.max(1, Math.min(length - at, width + step)));
    else if (step) setAt(Math.max(0, Math.min(length - width, at + step)));
    else if (event.key === 'Enter') onBrush(from, to);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button type="button" className="key-brush" onKeyDown={onKeyDown}>
      Range {timeText(from, 'short', utc)} to {timeText(to, 'short', utc)}: arrows move it, shift and arrows widen it,
      enter takes it
    </button>
  );
}
