// The time axis of the process timeline: which stretch of time is in sight, where a moment lies in it, and its ticks.
// Pure; times are ms since 1970 UTC, places are shares of the width (0 left, 1 right).

import { momentText } from '../../parts/moment.ts';

/** A stretch of time. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** No zoom goes below this: the trail's clock ticks in ms. */
export const NARROWEST = 4;

/** The stretch that holds them all, with a little room on both sides. */
export function extentOf(spans: readonly Span[]): Span {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    from = Math.min(from, span.from);
    to = Math.max(to, span.to);
  }
  if (from > to) return { from: 0, to: NARROWEST };
  const room = Math.max(1, Math.round((to - from) * 0.01));
  return { from: from - room, to: Math.max(to + room, from + NARROWEST) };
}

/** The span moved inside `whole`, keeping its width where it can. */
export function within(span: Span, whole: Span): Span {
  const width = Math.min(Math.max(span.to - span.from, NARROWEST), whole.to - whole.from);
  const from = Math.min(Math.max(span.from, whole.from), whole.to - width);
  return { from, to: from + width };
}

/** Zoomed by `factor` (2 shows half as much) so that what lies at the share `at` stays where it is. */
export function zoomed(span: Span, factor: number, at: number, whole: Span): Span {
  const width = Math.max(NARROWEST, (span.to - span.from) / factor);
  const fixed = span.from + (span.to - span.from) * at;
  const from = fixed - width * at;
  return within({ from: Math.round(from), to: Math.round(from + width) }, whole);
}

/** Moved by a share of its width. */
export function panned(span: Span, share: number, whole: Span): Span {
  const by = Math.round((span.to - span.from) * share);
  return within({ from: span.from + by, to: span.to + by }, whole);
}

/** Where a moment lies; less than 0 or more than 1 when out of sight. */
export const shareOf = (at: number, span: Span): number => (at - span.from) / Math.max(1, span.to - span.from);

/** A bar: left and width as shares, cut to what is in sight. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

/** The bar of a process; undefined when it lies out of sight. */
export function barOf(process: Span, span: Span): Bar | undefined {
  if (process.to < span.from || process.from > span.to) return undefined;
  const left = Math.max(0, shareOf(process.from, span));
  const right = Math.min(1, shareOf(process.to, span));
  return { left, width: right - left, cutLeft: process.from < span.from, cutRight: process.to > span.to };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** The distance of ticks so that at most `most` are in sight. */
export const stepOf = ({ from, to }: Span, most: number): number =>
  STEPS.find((step) => (to - from) / step <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;

/** Ticks at round times. `offset` is what the viewer's zone is ahead of UTC, in ms, so that days begin at midnight there. */
export function ticksOf(span: Span, most: number, offset: number): { readonly at: number; readonly step: number }[] {
  const step = stepOf(span, most);
  const ticks: { at: number; step: number }[] = [];
  const first = Math.ceil((span.from + offset) / step) * step - offset;
  // Counted: of a moment that no calendar has, one step later may be the same number.
  for (let i = 0; i <= most && first + i * step <= span.to; i++) ticks.push({ at: first + i * step, step });
  return ticks;
}

/** What a tick says: as much of the time as its distance needs. `offset` as in `ticksOf`. */
export function tickText(at: number, step: number, offset: number): string {
  const text = momentText(at + offset);
  if (text.startsWith('@')) return momentText(at);
  if (step >= DAY) return text.slice(0, 10);
  if (step >= MINUTE) return text.slice(11, 16);
  return step >= SECOND ? text.slice(11, 19) : text.slice(11, 23);
}

/** `1795234667115-1795234667215` in the address, and back; undefined for what is none. */
export const spanText = ({ from, to }: Span): string => `${Math.round(from)}-${Math.round(to)}`;

export function spanFrom(text: string | undefined): Span | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '');
  if (!match) return undefined;
  const [from, to] = [Number(match[1]), Number(match[2])];
  return to > from ? { from, to } : undefined;
}
