// An event <-> what is stored of it: its columns and the text of its records. It knows no store.

import { isSingle } from '../event/assemble.ts';
import type { AuditEvent } from '../event/event.ts';
import { recordOfType } from '../event/event.ts';
import { decodedValue } from '../interpret/index.ts';
import { callName, type FieldAt, normalize } from '../normalize/index.ts';
import { fieldText } from '../record/fields.ts';
import { parseLine } from '../record/parse.ts';
import { type AuditRecord, fieldValue, textOf, typeText } from '../record/record.ts';
import { UNSET } from '../record/syscall.ts';
import type { Columns } from './store.ts';

const SYSCALL = 1300;
const EOE = 1320;
const PROCTITLE = 1327;

/** The normalised columns of an event (docs/store.md). */
export function columnsOf(event: AuditEvent): Columns {
  const meaning = normalize(event);
  const call = recordOfType(event, SYSCALL);
  const told = call ?? event.records[0]!;
  const text = (name: string): string => plain(name, fieldValue(told, name));
  return {
    node: event.node,
    type: typeText(event.records[0]!),
    kind: meaning?.kind ?? '',
    action: meaning?.action ?? '',
    outcome: meaning?.outcome ?? '',
    syscall: call ? (callName(call) ?? fieldValue(call, 'syscall') ?? '') : '',
    comm: text('comm'),
    exe: text('exe'),
    tty: text('tty') || text('terminal'),
    key: words(meaning?.key),
    object: words(meaning?.object.primary),
    pid: number(told, 'pid'),
    ppid: number(told, 'ppid'),
    auid: number(told, 'auid'),
    uid: number(told, 'uid'),
    ses: number(told, 'ses'),
  };
}

/** A field's text; several keys are parted by a comma. */
function words(at: FieldAt | undefined): string {
  if (!at || at.field.value === '(null)' || at.field.value === '?') return '';
  return decodedValue(at.record, at.field).replaceAll('\x01', ',');
}

const plain = (name: string, value: string | undefined): string =>
  value === undefined || value === '?' || value === '(null)' || value === '(none)' ? '' : fieldText(name, value);

function number(record: AuditRecord, name: string): number | undefined {
  const value = fieldValue(record, name);
  if (value === undefined || !/^\d{1,10}$/.test(value)) return undefined;
  const n = Number(value);
  return n === UNSET ? undefined : n;
}

/** The lines of an event, joined by newlines; latin1. */
export const rawOf = (event: AuditEvent): string => event.records.map(textOf).join('\n');

/** The event again from its lines. */
export function eventOf(raw: string): AuditEvent {
  const records = raw.split('\n').flatMap((line) => parseLine(line) ?? []);
  const { node, sec, ms, serial } = records[0]!;
  return { node, sec, ms, serial, records, ending: endingOf(records) };
}

/** How the assembler knew that it had all of the event; what it went by stands in the records. */
function endingOf(records: readonly AuditRecord[]): AuditEvent['ending'] {
  if (records.some((record) => record.type === EOE)) return 'eoe';
  if (records.some((record) => record.type === PROCTITLE)) return 'proctitle';
  return isSingle(records[0]!.type) ? 'single' : 'end';
}
