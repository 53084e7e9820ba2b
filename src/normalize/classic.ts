// Where audit-userspace 4.2.2 means something else than the trail says: what `ausearch --format text` and csv print, and
// nobody else asks for.

import type { AuditEvent } from '../event/event.ts';
import { type AuditRecord, fieldsOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import type { FieldAt } from './types.ts';

/** Fields of a SYSCALL record before its arguments: arch, syscall, success, exit. */
const BEFORE_ARGUMENTS = 4;
/** What an access decision says before its fields: its result and its permissions count as two. */
const DECISION = 2;

/** The argument `a0` … of a call as the reference takes it: by its place among the fields, but of the event's first record,
 * which need not be the call's. */
export function classicArgument(first: AuditRecord, name: string): FieldAt | undefined {
  const place = BEFORE_ARGUMENTS + Number(name.slice(1)) - (first.type === RECORD.AVC ? DECISION : 0);
  const field = fieldsOf(first).filter((one) => one.name !== '' && one.part === 'body')[place];
  return field && { record: first, field };
}

/** The word behind `avc:` decides, whatever it is: `received` is no permission. */
export function classicDecision(record: AuditRecord): FieldAt | undefined {
  const fields = fieldsOf(record);
  const at = fields.findIndex((field) => field.name === '' && field.value === 'avc:');
  const field = fields[at + 1];
  return at >= 0 && field?.name === '' ? { record, field } : undefined;
}

/** The event as auditd's library takes it apart once more: it is over at its PROCTITLE or EOE, and what comes behind is
 * another of the same stamp. An EOE alone is none. */
export function classicEvents(event: AuditEvent): readonly AuditEvent[] {
  const { records } = event;
  const last = records.length - 1;
  if (records.every((record, i) => i === last || !ENDS.has(record.type))) return [event];
  const events: AuditEvent[] = [];
  let from = 0;
  for (const [i, record] of records.entries()) {
    if (i < last && !ENDS.has(record.type)) continue;
    const part = records.slice(from, i + 1);
    if (part.some(({ type }) => type !== RECORD.EOE)) events.push({ ...event, records: part });
    from = i + 1;
  }
  return events;
}

const ENDS: ReadonlySet<number> = new Set([RECORD.PROCTITLE, RECORD.EOE]);
