// Counts over time for a chart: bars of a width that people read well, with a zero where nothing happened, and one series
// for each of the most frequent values of a column.

import type { Bar, Column, Selection, Store, Value } from '../store/index.ts';
import type { Histogram } from './contract.ts';
import { shown } from './words.ts';

const DAY = 86_400;
const WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 7 * DAY];
const PARTS = 8;

export interface SeriesRequest {
  /** At most so many bars. */
  readonly buckets: number;
  readonly by?: Column | undefined;
}

/** The width of bars, in seconds, with which a span needs at most `buckets` of them. */
export function widthFor(from: number, to: number, buckets: number): number {
  const fits = (width: number): boolean => Math.floor(to / width) - Math.floor(from / width) < buckets;
  const known = WIDTHS.find(fits);
  if (known !== undefined) return known;
  let width = Math.max(1, Math.ceil((to - from) / (7 * DAY) / buckets)) * 7 * DAY;
  // A range may lie across the border of two bars of any width that is not beyond its end.
  while (!fits(width) && width <= 2 * Math.max(Math.abs(from), Math.abs(to))) width *= 2;
  return width;
}

/** The events of a selection over time: over the range that it names, else over that of the events it finds. */
export async function histogramOf(
  store: Store,
  selection: Selection,
  { buckets, by }: SeriesRequest,
  signal: AbortSignal,
): Promise<Histogram> {
  const range = await rangeOf(store, selection, signal);
  if (!range) return { seconds: 1, fromSeconds: 0, toSeconds: 0, series: [] };
  const [from, to] = range;
  const seconds = widthFor(from, to, buckets);
  const bars = await store.histogram({ ...selection, seconds, ...(by && { by, parts: PARTS }) }, signal);
  const first = Math.floor(from / seconds) * seconds;
  const length = Math.floor(to / seconds) - Math.floor(from / seconds) + 1;
  return {
    seconds,
    fromSeconds: first,
    toSeconds: first + length * seconds,
    series: seriesOf(bars, (bar) => (bar.from - first) / seconds, length, by !== undefined),
  };
}

/** First and last second, both with events possible in them; undefined where there is no event and no range. */
async function rangeOf(store: Store, selection: Selection, signal: AbortSignal): Promise<[number, number] | undefined> {
  const { from, to } = selection;
  const end = to === undefined ? undefined : Math.ceil(to) - 1;
  if (from !== undefined && end !== undefined) return end < from ? undefined : [Math.floor(from), end];
  const { groups } = await store.aggregate({ ...selection, by: [], limit: 1 }, signal);
  const all = groups[0];
  if (!all || all.count === 0) return undefined;
  return [from === undefined ? all.first.sec : Math.floor(from), end ?? all.last.sec];
}

function seriesOf(bars: readonly Bar[], at: (bar: Bar) => number, length: number, split: boolean): Histogram['series'] {
  const series = new Map<Value, number[]>();
  const add = (name: Value, index: number, count: number): void => {
    if (count === 0 || index < 0 || index >= length) return;
    let counts = series.get(name);
    if (!counts) series.set(name, (counts = new Array<number>(length).fill(0)));
    counts[index]! += count;
  };
  const others: Bar[] = [];
  for (const bar of bars) {
    if (!split) add('events', at(bar), bar.count);
    for (const { value, count } of bar.parts ?? []) add(value, at(bar), count);
    if (split)
      others.push({ from: bar.from, count: bar.count - (bar.parts ?? []).reduce((sum, p) => sum + p.count, 0) });
  }
  const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);
  const named = [...series].map(([name, counts]) => ({ name: shown(String(name ?? '')), counts }));
  named.sort((a, b) => total(b.counts) - total(a.counts));
  series.clear();
  for (const other of others) add('other', at(other), other.count);
  return [...named, ...[...series.values()].map((counts) => ({ name: 'other', counts }))];
}
