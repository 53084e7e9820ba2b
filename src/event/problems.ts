// What is wrong with one event as it stands in the trail: records that should be there and are not, records that are
// there twice, an end nobody saw. A record that came after its event was given up makes an event of its own, and that
// one lacks its SYSCALL record. Nothing is mended here.

import { isCut, textOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import type { AuditEvent } from './event.ts';

/** Stable words for programs. */
export type EventProblem = 'unfinished' | 'cut' | 'duplicate-record' | 'missing-path' | 'missing-syscall';

/** Types the kernel writes only beside a SYSCALL or URINGOP record. */
const COMPANIONS = new Set<number>([
  RECORD.PATH,
  RECORD.SOCKETCALL,
  RECORD.SOCKADDR,
  RECORD.CWD,
  RECORD.EXECVE,
  RECORD.OBJ_PID,
  RECORD.PROCTITLE,
]);

/** Endings of an event whose last record nobody saw. */
const OPEN_ENDED: ReadonlySet<string> = new Set(['timeout', 'limit', 'end']);

/** The event's problems, none twice; empty for a whole event. */
export function problemsOf(event: AuditEvent): EventProblem[] {
  const problems: EventProblem[] = [];
  const { records, ending } = event;
  const call = records.find((r) => r.type === RECORD.SYSCALL || r.type === RECORD.URINGOP);
  const partly = !call && records.some((r) => COMPANIONS.has(r.type));
  // One record is all that many events have (AVC, ANOM_ABEND, CONFIG_CHANGE, …), and no record tells that no other follows;
  // of a call, `items` tells what is missing.
  if (records.length > 1 && (call || partly) && OPEN_ENDED.has(ending)) problems.push('unfinished');
  if (records.some(isCut)) problems.push('cut');
  if (records.some((record, i) => i > 0 && textOf(record) === textOf(records[i - 1]!)))
    problems.push('duplicate-record');
  if (call) {
    const items = / items=(\d{1,4}) /.exec(textOf(call));
    const paths = records.reduce((n, r) => n + (r.type === RECORD.PATH ? 1 : 0), 0);
    if (items && paths < Number(items[1])) problems.push('missing-path');
  } else if (partly) problems.push('missing-syscall');
  return problems;
}
