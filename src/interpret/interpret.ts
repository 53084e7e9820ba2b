// One field in its record as `ausearch -i` prints it. The order of trust: the enriched tail, then the value itself, with
// this machine's accounts for ids. Everything is latin1 text; nothing here throws, whatever the bytes.

import { ownText } from '../base/bytes.ts';
import { TextMemo } from '../base/memo.ts';
import { enrichmentOf } from '../record/enrichment.ts';
import type { Field } from '../record/fields.ts';
import { type AuditRecord, textOf } from '../record/record.ts';
import { unquoted } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import { plainHex } from './arguments.ts';
import { callOf, callText } from './call.ts';
import type { Call, InterpretContext, Kind } from './context.ts';
import { type Tail, tailOf } from './enriched.ts';
import { escapeText } from './escape.ts';
import { type FieldKind, fieldKind } from './fields.ts';
import { numberKind } from './flags.ts';
import { kindOf } from './kinds.ts';
import { titleText } from './proctitle.ts';
import { decodeText, isEncoded, isQuoted, key, untrusted } from './text.ts';

/** At most so many values of a kind are remembered, and none longer than this. */
const MOST = 2048;
const LONGEST = 128;

/** A record on its way to text: what every one of its values may depend on. */
export interface Reading {
  readonly type: number;
  /** Whether `fan_info` is the number of a rule. */
  readonly ruleInfo: boolean;
  readonly call: Call;
  readonly tail: Tail;
  readonly context: InterpretContext;
}

/** Prepares the interpretation of a record's values. */
export function readingOf(record: AuditRecord, context: InterpretContext): Reading {
  const text = textOf(record);
  return {
    type: record.type,
    ruleInfo: record.type === RECORD.FANOTIFY && / fan_type=1(?![^ ,])/.test(text),
    call: callOf(record),
    tail: tailOf(text.slice(enrichmentOf(text, record.body).tail)),
    context,
  };
}

/** `kind` of `value`, escaped; asked once per value. The same few thousand values make up most of a trail. */
function remembered(kind: Kind, value: string, context: InterpretContext): string {
  let known = context.known.get(kind);
  if (!known) context.known.set(kind, (known = new TextMemo(MOST, LONGEST)));
  let text = known.find(value);
  if (text !== undefined) return text;
  text = kind(value, context);
  if (kind !== key) text = escapeText(text, context.escape);
  return value.length > LONGEST ? text : known.keep(value, ownText(text));
}

/** What the enriched tail says of a field; undefined when it says nothing. */
function fromTail(kind: FieldKind, name: string, { tail, context }: Reading): string | undefined {
  const value = tail.get(name.toLowerCase());
  if (value === undefined) return undefined;
  if (kind === 'uid' || kind === 'gid') return untrusted(value, context);
  // auditd 3 could not name a call by its number alone; the number still stands in the record.
  return kind === 'syscall' && value.startsWith('unknown-') ? undefined : value;
}

/** Whether a value is printed as it stands, unescaped: its field is unknown, or it is not encoded as its field may be. */
export function isPlain(kind: FieldKind, value: string): boolean {
  if (kind === 'plain') return true;
  if (kind === 'account' || kind === 'loose-text') return !isEncoded(value);
  return kind === 'quoted' && !isQuoted(value);
}

/** `fan_info` is the number of a rule where the record says so, in hex. */
const ruleNumber: Kind = numberKind(16, String);

function isLowerHex(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}

/** The raw `value` of the field `name` as `ausearch -i` prints it. */
export function interpretValue(reading: Reading, name: string, value: string): string {
  const kind = fieldKind(reading.type, name);
  if (isPlain(kind, value)) return reading.context.classic || kind !== 'plain' ? value : unquoted(value);
  const told = reading.tail.size > 0 ? fromTail(kind, name, reading) : undefined;
  if (told !== undefined) return told;
  const { call, context } = reading;
  if (kind === 'syscall') return escapeText(callText(call), context.escape);
  if (kind === 'tty' && /^[0-9a-fA-F]?$/.test(value)) return '(null)';
  if (kind === 'account' || kind === 'loose-text' || kind === 'quoted') return remembered(untrusted, value, context);
  if (kind === 'fanotify-info')
    return reading.ruleInfo ? remembered(ruleNumber, value, context) : escapeText(value, context.escape);
  if (!context.classic && isQuoted(value) && !QUOTED_KINDS.has(kind))
    return escapeText(unquoted(value), context.escape);
  const read = kindOf(kind, name, call);
  // Addresses seldom come twice: they would fill the memory for nothing.
  return read === plainHex && isLowerHex(value) ? `0x${value}` : remembered(read, value, context);
}

/** The record that a field was last asked of, and how its values read. To find that out goes through the whole record: 3,000
 * fields of a line of 24 kB, one by one, took 0.4 s; the fields of a line of 1 MiB would take minutes. */
const lastReadings = new WeakMap<InterpretContext, { readonly record: AuditRecord; readonly reading: Reading }>();

/** A field of `record` as `ausearch -i` prints it. */
export function interpretField(record: AuditRecord, field: Field, context: InterpretContext): string {
  let last = lastReadings.get(context);
  if (last?.record !== record) lastReadings.set(context, (last = { record, reading: readingOf(record, context) }));
  return interpretValue(last.reading, field.name, field.value);
}

/** What kind of value the field `name` of `record` holds. */
export const fieldKindOf = (record: AuditRecord, name: string): FieldKind => fieldKind(record.type, name);

/** Kinds whose readers take the quotes off themselves. */
const QUOTED_KINDS: ReadonlySet<FieldKind> = new Set(['key', 'proctitle', 'text', 'tty']);

const TEXT_KINDS: ReadonlySet<FieldKind> = new Set(['account', 'key', 'loose-text', 'text', 'tty']);

/**
 * The bytes a field's value stands for, as latin1 text without any escaping: quotes taken off, hex undone where a field
 * of that kind holds text; NULs of a process title are spaces. Numbers stay as written.
 */
export function decodedValue(record: AuditRecord, field: Field): string {
  const { value } = field;
  const kind = fieldKind(record.type, field.name);
  if (kind === 'proctitle') return titleText(value);
  if (TEXT_KINDS.has(kind)) return decodeText(value);
  return unquoted(value);
}
