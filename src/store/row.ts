// An event <-> what is stored of it: its columns and the text of its records. It knows no store.

import { isAscii } from 'node:buffer';
import { latin1 } from '../base/bytes.ts';
import { isSingle } from '../event/assemble.ts';
import type { AuditEvent } from '../event/event.ts';
import { recordOfType } from '../event/event.ts';
import { eventFaults } from '../host/faults.ts';
import { decodedValue } from '../interpret/index.ts';
import { actorFields, callName, type FieldAt, normalize } from '../normalize/index.ts';
import type { FilesOf } from '../paths/index.ts';
import { objectFiles, ownFiles } from '../print/files.ts';
import { fieldText } from '../record/fields.ts';
import { parseLine, parseRecord } from '../record/parse.ts';
import { type AuditRecord, fieldValue, textOf, typeNameOf } from '../record/record.ts';
import { idOf, isAbsent, isSet } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import type { Columns } from './store.ts';

/** The normalised columns of an event (docs/store.md); `files` gives the paths of its files. One that our own code cannot read has empty ones: its records are
 * kept, and found by time and text. */
export const columnsOf = (event: AuditEvent, files: FilesOf = ownFiles): Columns =>
  eventFaults.run(event, () => readColumns(event, files), emptyColumns(event), 'it is kept without its meaning');

const emptyColumns = ({ node }: AuditEvent): Columns => ({
  ...{
    node,
    type: '',
    kind: '',
    action: '',
    outcome: '',
    syscall: '',
    comm: '',
    exe: '',
    tty: '',
    key: '',
    object: '',
  },
  ...{ pid: undefined, ppid: undefined, auid: undefined, uid: undefined, ses: undefined },
});

function readColumns(event: AuditEvent, files: FilesOf): Columns {
  const meaning = normalize(event);
  const { primary } = objectFiles(event, meaning, files);
  const call = recordOfType(event, RECORD.SYSCALL);
  const told = call ?? event.records[0]!;
  const fields = actorFields(told);
  const of = (name: string): string | undefined => fields.find((field) => field.name === name)?.value;
  const text = (name: string): string => plain(name, of(name));
  return {
    node: event.node,
    type: typeNameOf(event.records[0]!),
    kind: meaning?.kind ?? '',
    action: meaning?.action ?? '',
    outcome: meaning?.outcome ?? '',
    syscall: call ? (callName(call) ?? fieldValue(call, 'syscall') ?? '') : '',
    comm: text('comm'),
    exe: text('exe'),
    tty: text('tty') || text('terminal'),
    key: words(meaning?.key),
    object: primary?.path ?? words(meaning?.object.primary),
    // Found by what a record holds: of a refusal that tells no process, by who wrote it down.
    pid: number(of('pid') ?? fieldValue(told, 'pid')),
    ppid: number(of('ppid')),
    auid: number(of('auid')),
    uid: number(of('uid')),
    ses: number(of('ses')),
  };
}

/** A field's text; several keys are parted by a comma. */
function words(at: FieldAt | undefined): string {
  if (!at || isAbsent(at.field.value)) return '';
  return decodedValue(at.record, at.field).replaceAll('\x01', ',');
}

const plain = (name: string, value: string | undefined): string => (isAbsent(value) ? '' : fieldText(name, value));

function number(value: string | undefined): number | undefined {
  const id = idOf(value);
  return isSet(id) ? id : undefined;
}

/** The lines of an event, joined by newlines; latin1. */
export const rawOf = (event: AuditEvent): string => event.records.map(textOf).join('\n');

/** The event again from its lines, all of them: a line that is no record to us, though it was to whoever stored it, is a
 * record of no known type. */
export const eventOf = (raw: string): AuditEvent =>
  eventWith(raw.split('\n').map((line) => parseLine(line) ?? unread(line)));

/** A line without a header that can be read. Its event is that of the lines beside it, or nothing is known of it. */
const unread = (text: string): AuditRecord => ({
  ...{ node: '', type: -1, sec: 0, ms: 0, serial: 0, body: 0, bytes: undefined, start: 0, end: text.length },
  ...{ text, fields: undefined },
});

function eventWith(records: AuditRecord[]): AuditEvent {
  const { node, sec, ms, serial } = records.find(({ body }) => body > 0) ?? records[0]!;
  return { node, sec, ms, serial, records, ending: endingOf(records) };
}

const NEWLINE = 10;

/** Many events as one text: UTF-8 of their latin1, an empty line between two. */
export const textOfEvents = (events: readonly AuditEvent[]): Uint8Array =>
  Buffer.from(events.map(rawOf).join('\n\n'), 'utf8');

/** The events of such a text, as many as were written into it: views of its bytes, as a log's reader gives them. */
export function* eventsIn(text: Uint8Array): Generator<AuditEvent> {
  const utf8 = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const bytes = isAscii(utf8) ? utf8 : Buffer.from(utf8.toString('utf8'), 'latin1');
  let records: AuditRecord[] = [];
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    records.push(parseRecord(bytes, from, to) ?? unread(latin1(bytes, from, to)));
    from = to + 1;
    if (from < bytes.length && bytes[from] !== NEWLINE) continue;
    yield eventWith(records);
    records = [];
    from++;
  }
}

/** How the assembler knew that it had all of the event; what it went by stands in the records. */
function endingOf(records: readonly AuditRecord[]): AuditEvent['ending'] {
  if (records.some((record) => record.type === RECORD.EOE)) return 'eoe';
  if (records.some((record) => record.type === RECORD.PROCTITLE)) return 'proctitle';
  return isSingle(records[0]!.type) ? 'single' : 'end';
}
