// Which events are older than an age. An event's own time tells, where it can be believed: not before there was audit, nor
// later than now. A board whose clock was never set writes records of 1970, and anyone may forge one of the year 5000: the
// first must not be deleted an hour after it came, nor the second stay for ever. So an event whose time is not to be
// believed goes with its neighbours: once one that arrived after it is too old, and none that arrived before that one stays.

import { AUDIT_BEGAN } from '../event/trail-clock.ts';
import type { RetentionLimits } from './store.ts';

/** Clocks differ, and zones are set wrongly. */
const DAY = 86_400;

/** The seconds an event's time is believed in, both included. */
export const believed = ({ now = Number.MAX_SAFE_INTEGER }: RetentionLimits): readonly [number, number] => [
  AUDIT_BEGAN,
  Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(now) + DAY),
];

/** The condition of what is older than `oldest`, as SQL on the table `event`. */
export function oldCondition(oldest: number, limits: RetentionLimits): string {
  const [from, to] = believed(limits);
  const known = `sec BETWEEN ${from} AND ${to}`;
  const kept = `(SELECT coalesce(min(seq), 9223372036854775807) FROM event WHERE ${known} AND sec >= ${oldest})`;
  const gone = `(SELECT max(seq) FROM event WHERE ${known} AND sec < ${oldest} AND seq < ${kept})`;
  const none = `NOT EXISTS (SELECT 1 FROM event WHERE ${known})`;
  return `(${known} AND sec < ${oldest}) OR (NOT (${known}) AND (seq < ${gone} OR (sec < ${oldest} AND ${none})))`;
}

/** The same of events in memory, in order of arrival. */
export function oldOnes(
  events: readonly { readonly seq: number; readonly event: { readonly sec: number } }[],
  oldest: number,
  limits: RetentionLimits,
): ReadonlySet<number> {
  const [from, to] = believed(limits);
  const isKnown = (sec: number): boolean => sec >= from && sec <= to;
  const known = events.filter(({ event }) => isKnown(event.sec));
  const kept = known.find(({ event }) => event.sec >= oldest)?.seq ?? Number.POSITIVE_INFINITY;
  const gone = known.findLast(({ seq, event }) => event.sec < oldest && seq < kept)?.seq ?? 0;
  const isOld = ({ seq, event: { sec } }: (typeof events)[number]): boolean =>
    isKnown(sec) ? sec < oldest : seq < gone || (sec < oldest && known.length === 0);
  return new Set(events.filter(isOld).map(({ seq }) => seq));
}
