// A rule <-> struct audit_rule_data of linux/audit.h, as AUDIT_ADD_RULE, AUDIT_DEL_RULE and AUDIT_LIST_RULES carry it:
//
//   u32 flags (list, 0x10 = prepend) | u32 action | u32 field_count | u32 mask[64] | u32 fields[64] | u32 values[64]
//   | u32 fieldflags[64] (operators) | u32 buflen | the texts of the text fields one after the other, in field order
//
// Little endian. The message is padded to four bytes. No meaning is checked here.
import { AuditError, bytesOf, latin1 } from '../base/index.ts';
import { ruleActions, ruleFields, ruleLists, ruleOperators, type Table } from '../tables/index.ts';
import {
  type Rule,
  type RuleAction,
  type RuleField,
  type RuleList,
  type RuleOperator,
  TEXT_FIELDS,
  UNKNOWN_FIELD,
} from './rule.ts';

const WORDS = 64; // of the mask, and the most fields a rule can have
const MASK = 12;
const FIELDS = MASK + 4 * WORDS;
const VALUES = FIELDS + 4 * WORDS;
const OPERATORS = VALUES + 4 * WORDS;
const TEXT = OPERATORS + 4 * WORDS + 4;
const PREPEND = 0x10;

/** The most conditions of one rule (AUDIT_MAX_FIELDS). */
export const MAX_FIELDS = WORDS;
/** System call numbers a rule can hold: below this. */
export const MAX_SYSCALL = 32 * WORDS;

function numberIn(table: Table, name: string): number {
  const number = table.number(name);
  if (number === undefined) throw new AuditError('rule', `Cannot write the rule: "${name}" has no number`);
  return number;
}

const fieldNumber = (name: string): number => Number(UNKNOWN_FIELD.exec(name)?.[1] ?? numberIn(ruleFields, name));

/** The bytes the kernel takes for a rule. */
export function encodeRule(rule: Rule): Uint8Array {
  const texts = rule.fields.map((f) => (TEXT_FIELDS.has(f.field) ? (f.text ?? '') : '')).join('');
  const bytes = new Uint8Array(TEXT + 4 * Math.ceil(texts.length / 4));
  const view = new DataView(bytes.buffer);
  const put = (at: number, value: number) => view.setUint32(at, value >>> 0, true);
  put(0, numberIn(ruleLists, rule.list) | (rule.prepend ? PREPEND : 0));
  put(4, numberIn(ruleActions, rule.action));
  put(8, rule.fields.length);
  if (rule.syscalls === 'all') bytes.fill(0xff, MASK, FIELDS);
  else for (const n of rule.syscalls) bytes[MASK + (n >> 3)]! |= 1 << (n & 7);
  rule.fields.forEach((f, i) => {
    put(FIELDS + 4 * i, fieldNumber(f.field));
    put(VALUES + 4 * i, TEXT_FIELDS.has(f.field) ? (f.text ?? '').length : f.value);
    put(OPERATORS + 4 * i, numberIn(ruleOperators, f.op));
  });
  put(TEXT - 4, texts.length);
  bytes.set(bytesOf(texts), TEXT);
  return bytes;
}

/** What identifies a rule to the kernel, as latin1: its bytes without the prepend bit and without the empty part of each
 * table (two rules have the same id when they have the same bytes). */
export function ruleId(rule: Rule): string {
  const bytes = encodeRule({ ...rule, prepend: false });
  const used = 4 * rule.fields.length;
  const tables = [FIELDS, VALUES, OPERATORS].map((from) => latin1(bytes, from, from + used));
  return latin1(bytes, 0, FIELDS) + tables.join('') + latin1(bytes, TEXT - 4);
}

/** A rule from the kernel's bytes; AuditError `rule` when they are too short or hold an unknown list, action or operator. */
export function decodeRule(bytes: Uint8Array): Rule {
  if (bytes.length < TEXT) throw new AuditError('rule', `Cannot read the rule: ${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const get = (at: number) => view.getUint32(at, true);
  const named = (table: Table, number: number, what: string) => {
    const name = table.name(number);
    if (name === undefined) throw new AuditError('rule', `Cannot read the rule: unknown ${what} ${number}`);
    return name;
  };
  const flags = get(0);
  const fields: RuleField[] = [];
  let at = TEXT;
  for (let i = 0; i < Math.min(get(8), WORDS); i++) {
    const number = get(FIELDS + 4 * i);
    const field = ruleFields.name(number) ?? `f${number}`;
    const op = named(ruleOperators, get(OPERATORS + 4 * i), 'operator') as RuleOperator;
    const value = get(VALUES + 4 * i);
    if (TEXT_FIELDS.has(field)) {
      if (at + value > bytes.length)
        throw new AuditError(
          'rule',
          `Cannot read the rule: ${bytes.length} bytes end before the text of ${field} does`,
        );
      fields.push({ field, op, value, text: latin1(bytes, at, at + value) });
      at += value;
    } else fields.push({ field, op, value });
  }
  return {
    list: named(ruleLists, flags & ~PREPEND, 'list') as RuleList,
    action: named(ruleActions, get(4), 'action') as RuleAction,
    prepend: (flags & PREPEND) !== 0,
    syscalls: readMask(bytes),
    fields,
  };
}

/** Older tools set all but the last word for "all". */
function readMask(bytes: Uint8Array): 'all' | readonly number[] {
  const syscalls: number[] = [];
  for (let n = 0; n < MAX_SYSCALL; n++) if ((bytes[MASK + (n >> 3)]! >> (n & 7)) & 1) syscalls.push(n);
  return syscalls.length >= MAX_SYSCALL - 32 ? 'all' : syscalls;
}
