// What uPlot is told: axes in the chosen zone and in the theme's colours, stacked bars or lines, the brush. Pure but for the
// colours of the page.
import uPlot from 'uplot';
import type { ChartData } from './chart.tsx';
import { colorOf, SERIES } from './colors.ts';
import { timeText } from './time.tsx';

interface OptionsInput {
  readonly data: ChartData;
  readonly lines: boolean;
  readonly width: number;
  readonly height: number;
  readonly utc: boolean;
  readonly danger: readonly string[];
  readonly theme: string;
  readonly brushable: boolean;
  readonly onBrush: (fromSeconds: number, toSeconds: number) => void;
}

/** uPlot's columns: the middle of each bucket, then each series; stacked ones from the greatest sum to the least. */
export function stack(data: ChartData, lines: boolean): uPlot.AlignedData {
  const length = data.series[0]?.counts.length ?? 0;
  const x = Array.from({ length }, (_, i) => data.fromSeconds + (i + 0.5) * data.seconds);
  if (lines) return [x, ...data.series.map((s) => [...s.counts])];
  const sums = new Array<number>(length).fill(0);
  const stacked = data.series.map((s) => sums.map((_, i) => (sums[i] = sums[i]! + (s.counts[i] ?? 0))).slice());
  return [x, ...stacked.reverse()];
}

/** Options of a chart of counts over time. */
export function barOptions(input: OptionsInput): uPlot.Options {
  const { data, lines, width, height, utc, danger, brushable, onBrush } = input;
  const named = data.series.map((s, i) => ({
    name: s.name,
    color: colorOf(danger.includes(s.name) ? '--bad' : `--series-${i % SERIES}`),
  }));
  const drawn = lines ? named : named.reverse();
  const bars = uPlot.paths.bars!({ size: [0.94, Number.POSITIVE_INFINITY], align: 0, gap: 0 });
  const font = '11px system-ui, sans-serif';
  const dim = colorOf('--dim');
  const grid = { stroke: colorOf('--line'), width: 1 };
  const length = data.series[0]?.counts.length ?? 0;
  const end = data.fromSeconds + length * data.seconds;
  return {
    width,
    height,
    padding: [8, 40, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: brushable, y: false, setScale: false } },
    scales: {
      x: { time: true, range: () => [data.fromSeconds, end] },
      y: { range: (_u, _min, max) => [0, Math.max(1, max * 1.05)] },
    },
    tzDate: (seconds) => (utc ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    axes: [
      { stroke: dim, font, grid: { show: false }, ticks: grid, size: 28, space: roomForTime, values: timeLabels(utc) },
      {
        stroke: dim,
        font,
        grid,
        ticks: { show: false },
        size: 44,
        splits: undefined!,
        values: (_u, ticks) => ticks.map(short),
      },
    ],
    series: [
      {},
      ...drawn.map(({ name, color }) => ({
        label: name,
        stroke: color,
        width: lines ? 1.5 : 0,
        points: { show: false },
        ...(lines ? {} : { fill: color, paths: bars }),
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const from = plot.posToVal(plot.select.left, 'x');
          const to = plot.posToVal(plot.select.left + plot.select.width, 'x');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onBrush(from, to);
        },
      ],
    },
  };
}

/** Pixels from tick to tick: room for `05:17:46`, or for `05:17:46.100` where ticks would be
 * half a second apart or less. */
const roomForTime: Exclude<uPlot.Axis.Space, number> = (_plot, _axis, from, to, pixels) =>
  (to - from) / (pixels / TICK) <= 0.5 ? TICK_MS : TICK;

const TICK = 64;
const TICK_MS = 92;

/** Labels of the time axis: days where ticks are days apart, seconds where they are less than a minute apart. */
function timeLabels(utc: boolean): uPlot.Axis.DynamicValues {
  return (_plot, ticks) => {
    const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
    return ticks.map((at, i) => {
      const [date, clock] = timeText(at, 'full', utc).split(' ') as [string, string?];
      if (clock === undefined || date.length > 10) return date; // no calendar has it, or five digits of a year
      if (step >= 86_400) return date.slice(5);
      const time = step < 60 ? clock.slice(0, step < 1 ? 12 : 8) : clock.slice(0, 5);
      const before = i > 0 ? timeText(ticks[i - 1]!, 'date', utc) : '';
      return date === before ? time : `${time}\n${date}`;
    });
  };
}

/** A count in few characters: 950, 12k, 3.4M. */
function short(n: number): string {
  if (!Number.isInteger(n)) return '';
  if (n >= 1e6) return `${Number((n / 1e6).toFixed(1))}M`;
  return n >= 10_000 ? `${Number((n / 1000).toFixed(1))}k` : String(n);
}
