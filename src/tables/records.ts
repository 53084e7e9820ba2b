// Record types: the number a message has in the kernel and on the wire, the name after `type=` in a log.
// Two sets: what audit-userspace 4.2.2 names, and what only the kernel or other builds name (read, never printed by
// the classic tools). `UNKNOWN[n]` is the spelling of a number without a name.
import { otherRecordTypes as otherPacked, recordTypes as packed, RECORD } from './records.gen.ts';
import { type Table, table } from './table.ts';

/** Record types by name: `RECORD.SYSCALL` is 1300. Every name of both sets below. */
export { RECORD };

/** A record type that has a name. */
export type RecordType = (typeof RECORD)[keyof typeof RECORD];

/** The record types that audit-userspace 4.2.2 knows, in ascending order. */
export const recordTypes: Table = table(packed);

/** Record types known besides: control messages, newer kernels, AppArmor builds. */
export const otherRecordTypes: Table = table(otherPacked);

/** The name after `type=`: `SYSCALL`, or `UNKNOWN[1499]`. */
export const recordTypeName = (number: number): string => recordTypes.name(number) ?? `UNKNOWN[${number}]`;

/** The number of a type name or of `UNKNOWN[n]`; undefined when it is neither. */
export function recordTypeNumber(name: string): number | undefined {
  const number = recordTypes.number(name);
  if (number !== undefined) return number;
  if (name.startsWith('UNKNOWN[') && name.endsWith(']')) {
    const digits = name.slice(8, -1);
    return /^\d{1,10}$/.test(digits) ? Number(digits) : undefined;
  }
  return otherRecordTypes.number(name);
}
