// An event: the records that share machine, time and serial, in the order they arrived.

import type { EventId } from '../base/event-id.ts';
import type { AuditRecord } from '../record/record.ts';
import { detach } from '../record/record.ts';

/** How the assembler knew that no record is missing; `timeout` and `limit` and `end` did not know. */
export type Ending = 'single' | 'eoe' | 'proctitle' | 'timeout' | 'limit' | 'end';

export interface AuditEvent extends EventId {
  /** At least one, in order of arrival; its EOE record, where it has one, is among them. */
  readonly records: readonly AuditRecord[];
  readonly ending: Ending;
}

/** The first record of a type; undefined when the event has none. */
export function recordOfType(event: AuditEvent, type: number): AuditRecord | undefined {
  for (const record of event.records) if (record.type === type) return record;
  return undefined;
}

/** Lets go of the chunks the event was read from, for callers that keep events. */
export function detachEvent(event: AuditEvent): AuditEvent {
  for (const record of event.records) detach(record);
  return event;
}
