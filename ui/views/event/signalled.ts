// Whom an event's signal was for, whichever call sent it: the kernel writes an OBJ_PID record for each process it reached.

import { signalCall } from '../../../src/tables/calls.ts';
import type { EventDetail } from '../../../src/web/contract.ts';

/** The pids a signal was for, each once; none where the event is no signal, or its record does not tell. */
export function signalled({
  row,
  event,
}: Pick<EventDetail, 'event'> & { readonly row: { readonly syscall: string } }): string[] {
  if (!signalCall(row.syscall)) return [];
  const pids = event.records.filter(({ type }) => type === 'OBJ_PID').flatMap(({ raw }) => raw.opid ?? []);
  return [...new Set(pids)].filter((pid) => /^[1-9]\d*$/.test(pid));
}
