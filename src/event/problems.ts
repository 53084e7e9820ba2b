// What is wrong with one event as it stands in the trail: records that should be there and are not, records that are
// there twice, an end nobody saw. A record that came after its event was given up makes an event of its own, and that
// one lacks its SYSCALL record. Nothing is mended here.

import { textOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import type { AuditEvent } from './event.ts';

/** Stable words for programs. */
export type EventProblem = 'unfinished' | 'duplicate-record' | 'missing-path' | 'missing-syscall';

/** Types the kernel writes only beside a SYSCALL or URINGOP record: PATH, SOCKETCALL, SOCKADDR, CWD, EXECVE, OBJ_PID, PROCTITLE. */
const COMPANIONS = new Set([1302, 1304, 1306, 1307, 1309, 1318, 1327]);

/** The event's problems, none twice; empty for a whole event. */
export function problemsOf(event: AuditEvent): EventProblem[] {
  const problems: EventProblem[] = [];
  const { records, ending } = event;
  const call = records.find((r) => r.type === RECORD.SYSCALL || r.type === RECORD.URINGOP);
  if (ending === 'timeout' || ending === 'limit' || ending === 'end') problems.push('unfinished');
  if (records.some((record, i) => i > 0 && textOf(record) === textOf(records[i - 1]!)))
    problems.push('duplicate-record');
  if (call) {
    const items = / items=(\d{1,4}) /.exec(textOf(call));
    if (items && records.reduce((n, r) => n + (r.type === RECORD.PATH ? 1 : 0), 0) < Number(items[1]))
      problems.push('missing-path');
  } else if (records.some((r) => COMPANIONS.has(r.type))) {
    problems.push('missing-syscall');
  }
  return problems;
}
