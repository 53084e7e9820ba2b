// The time range of a selection: `from` with, `to` without, in seconds with a fraction.

import type { AuditTime } from '../base/types.ts';
import type { Selection } from './store.ts';

/** Whether a moment lies in the range. */
export function inTime({ sec, ms }: AuditTime, { from, to }: Selection): boolean {
  return (from === undefined || !isBefore(sec, ms, from)) && (to === undefined || isBefore(sec, ms, to));
}

/** The same as SQL conditions on `sec` and `ms`; seconds stand alone, so that DuckDB can pass over blocks. */
export function timeConditions({ from, to }: Selection): string[] {
  const conditions: string[] = [];
  if (from !== undefined) {
    const { sec, ms } = momentOf(from);
    conditions.push(`sec >= ${sec}`);
    if (ms > 0) conditions.push(`(sec > ${sec} OR ms >= ${ms})`);
  }
  if (to !== undefined) {
    const { sec, ms } = momentOf(to);
    conditions.push(ms > 0 ? `sec <= ${sec} AND (sec < ${sec} OR ms < ${ms})` : `sec < ${sec}`);
  }
  return conditions;
}

function isBefore(sec: number, ms: number, when: number): boolean {
  const at = momentOf(when);
  return sec < at.sec || (sec === at.sec && ms < at.ms);
}

/** Whole milliseconds, so that 0.1 is 100 of them; bounded to what SQL's BIGINT and JavaScript both hold. */
function momentOf(when: number): AuditTime {
  const limit = Number.MAX_SAFE_INTEGER;
  if (Number.isNaN(when)) throw new TypeError('A time range needs numbers.');
  if (Math.abs(when) > limit / 1000) return { sec: when > 0 ? limit : -limit, ms: 0 };
  const all = Math.round(when * 1000);
  const sec = Math.floor(all / 1000);
  return { sec, ms: all - sec * 1000 };
}
