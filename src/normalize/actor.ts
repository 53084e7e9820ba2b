// The fields of a record that tell who acted: of most records all of them.

import type { Field } from '../record/fields.ts';
import { type AuditRecord, fieldsOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import { firstWord } from './draft.ts';

/** Of USER_AVC these are told of the program that wrote it down (systemd, dbus-daemon), not of who was refused. */
const WRITERS = new Set(['pid', 'uid', 'auid', 'ses', 'subj', 'exe', 'sauid']);

/**
 * A record's fields, those that tell the actor by today's names and before any other of the name. USER_AVC: who was refused
 * stands in the message (`spid` where dbus tells the process). LOGIN of old kernels: `old auid=` is `old-auid`. Others as
 * they stand.
 */
export function actorFields(record: AuditRecord): readonly Field[] {
  if (record.type === RECORD.USER_AVC) return refused(fieldsOf(record));
  return record.type === RECORD.LOGIN ? loggedIn(fieldsOf(record)) : fieldsOf(record);
}

function refused(fields: readonly Field[]): readonly Field[] {
  if (!fields.some(({ part }) => part === 'message')) return fields;
  return fields.flatMap((field) => {
    if (field.part === 'body') return WRITERS.has(field.name) ? [] : [field];
    if (field.name === 'exe' || field.name === 'sauid') return [];
    return [field.name === 'spid' ? { ...field, name: 'pid' } : field];
  });
}

/** `old auid=` and `new auid=`: the word stands behind the value before it. */
function loggedIn(fields: readonly Field[]): readonly Field[] {
  if (!fields.some(({ value }) => value.endsWith(' old'))) return fields;
  let age = '';
  return fields.map((field) => {
    const name = age === 'old' ? `old-${field.name}` : field.name;
    const value = firstWord(field.value);
    age = field.value.slice(value.length + 1);
    return { ...field, name, value };
  });
}
