// One line of the trail as a record: its header now, its text and fields when asked. A record is a view on the chunk it
// was read from; `detach` gives it its own memory, so that a waiting record does not keep a whole chunk alive.

import { latin1 } from '../base/bytes.ts';
import type { EventId } from '../base/event-id.ts';
import { otherRecordTypes, recordTypeName, recordTypes } from '../tables/records.ts';
import { endsAsUsual, endsEarly, mendLast, unmarkedEnd } from './cut.ts';
import { withSeparator } from './enrichment.ts';
import { type Field, parseFields } from './fields.ts';

/** One line of a trail. Node, time and serial are those of the event it belongs to. */
export interface AuditRecord extends EventId {
  /** Message type (kernel include/uapi/linux/audit.h); -1 for a name no table knows. */
  readonly type: number;
  /** Where the message body begins, counted from the start of the line. */
  readonly body: number;
  /** The line [start, end) without its newline; undefined once detached. Use `textOf`. */
  bytes: Uint8Array | undefined;
  readonly start: number;
  readonly end: number;
  /** Caches of `textOf` and `fieldsOf`. */
  text: string | undefined;
  fields: readonly Field[] | undefined;
}

/** The whole line without its newline, as latin1 text (one character per byte). The names auditd added stand behind their
 * separator, also where the line had something else there (enrichment.ts). */
export function textOf(record: AuditRecord): string {
  return (record.text ??= textAt(record.bytes!, record.start, record.end, record.body));
}

/** The text of a record that stands at [start, end) of `bytes`, its message `body` bytes behind `start`; see `textOf`. */
export const textAt = (bytes: Uint8Array, start: number, end: number, body: number): string =>
  withSeparator(latin1(bytes, start, end), body);

/** The message after `msg=audit(…): `, as latin1 text, including an enriched tail. */
export function bodyOf(record: AuditRecord): string {
  return textOf(record).slice(record.body);
}

/** The record's type as the line writes it: `SYSCALL`, `UNKNOWN[1399]`, `1300`; its name where the line writes none. */
export function typeText(record: AuditRecord): string {
  const text = textOf(record);
  const at = text.indexOf('type=', record.node === '' ? 0 : 5 + record.node.length) + 5;
  if (at < 5 || at > record.body) return recordTypeName(record.type);
  const end = text.indexOf(' ', at);
  return text.slice(at, end < 0 ? text.length : end);
}

/** The record's type by its name, also where the line tells it by number (`1400`, `UNKNOWN[1423]`). A number without a
 * name is `UNKNOWN[1399]`; a name that no table knows stands as written. */
export function typeNameOf(record: AuditRecord): string {
  const { type } = record;
  return recordTypes.name(type) ?? otherRecordTypes.name(type) ?? (type < 0 ? typeText(record) : recordTypeName(type));
}

/** The fields in order, with repeats; parsed once. */
export function fieldsOf(record: AuditRecord): readonly Field[] {
  return (record.fields ??= readFields(record));
}

function readFields(record: AuditRecord): Field[] {
  const text = textOf(record);
  return mendLast(record.type, text, parseFields(text, record.body, unmarkedEnd(text, record.body)));
}

/** Whether the record ends too early: cut by a pager, by syslog, or by the end of a file (cut.ts). */
export function isCut(record: AuditRecord): boolean {
  const text = textOf(record);
  return (
    !endsAsUsual(record.type, text, record.body) && endsEarly(record.type, text, record.body, () => fieldsOf(record))
  );
}

/** The raw value of the first field called `name`, quotes included; undefined when there is none. */
export function fieldValue(record: AuditRecord, name: string): string | undefined {
  for (const field of fieldsOf(record)) if (field.name === name) return field.value;
  return undefined;
}

/** Lets go of the chunk the record was read from. */
export function detach(record: AuditRecord): void {
  textOf(record);
  record.bytes = undefined;
}
