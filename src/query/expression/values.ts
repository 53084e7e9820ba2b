// What the two sides of a value comparison (`==`, `<`, …) are: time stamps, record types, and the fields that hold a
// number. Source: ausearch-expression(5), "Virtual fields". The manual gives no audit field a value; libauparse gives one
// to the fields of user and group ids, and we to every field that is a decimal number.

import { suggestion } from '../../base/nearest.ts';
import { fieldsOfKind } from '../../interpret/fields.ts';
import { recordTypeNumber } from '../../tables/records.ts';
import type { Stamp } from '../predicate.ts';

const NUMBERS = new Set([
  ...fieldsOfKind('uid'),
  ...fieldsOfKind('gid'),
  ...(
    'pid ppid opid ses oses old-ses exit syscall items item argc inode sig code fd list count backlog_limit old new ' +
    'entries lport rport size len'
  ).split(' '),
]);

/** Whether fields of that name can be compared by value. */
export const hasValue = (field: string): boolean => NUMBERS.has(field);

/** A decimal integer; undefined when the text is none or too large to be exact. */
export function integer(text: string): number | undefined {
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  return number === undefined || !Number.isSafeInteger(number) ? undefined : number;
}

/** `ts:SECONDS.MILLI` or, with `extended`, `ts:SECONDS.MILLI:SERIAL`; a text that says what is wrong otherwise. */
export function stamp(text: string, extended: boolean): Stamp | string {
  const form = extended ? 'ts:SECONDS.MILLI:SERIAL' : 'ts:SECONDS.MILLI';
  const match = /^ts:\s*([-+]?\d{1,15})\.(\d+)(?::(\d+))?$/.exec(text);
  if (!match || (match[3] !== undefined) !== extended) return `a time stamp is written ${form}, not \`${text}\``;
  const ms = Number(match[2]);
  if (ms > 999) return `${match[2]} milliseconds are more than a second`;
  return { sec: Number(match[1]), ms, ...(extended ? { serial: Number(match[3]) } : {}) };
}

/** A record type by its name, in any case, or its decimal number; a text that says what is wrong otherwise. */
export function recordType(text: string, names: () => readonly string[]): number | string {
  const number = /^\d+$/.test(text) ? Number(text) : recordTypeNumber(text.toUpperCase());
  return number ?? `no record type is called "${text}"${suggestion(text.toUpperCase(), names())}`;
}
