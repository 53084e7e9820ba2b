// What the classic options look at: the values ausearch gathers from the records of an event. One value an event for
// numbers, command, executable, terminal and success (the last record that has one counts); lists of files, hosts, keys,
// labels and machines. Read from the text of the records, not their fields: most records are asked for one value only.

import { withoutEnd } from '../base/ends.ts';
import type { AuditEvent } from '../event/event.ts';
import { socketAddress } from '../interpret/sockaddr.ts';
import { hexPrefix, untilNul } from '../interpret/text.ts';
import { ENRICHMENT_SEPARATOR } from '../record/fields.ts';
import { type AuditRecord, textOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import type { IdItem, StringItem } from './predicate.ts';
import { ASSUMED_SUCCESS, type Item, MORE_SOURCES, type Shape, SOURCES, type Where } from './sources.ts';

/** Whether the event's item has that number. */
export function idMatches(item: IdItem, value: number, wide = false): (event: AuditEvent) => boolean {
  const from = readersOf(item, wide);
  return (event) => {
    let found: number | undefined;
    for (const record of event.records) {
      const where = from(record.type);
      if (where.length === 0) continue;
      const text = messageOf(record);
      for (const w of where) found = numberAt(text, record.body, w) ?? found;
    }
    return found === value;
  };
}

/** Whether the system call or message succeeded; an event that does not tell matches neither way. */
export function successMatches(value: boolean): (event: AuditEvent) => boolean {
  const from = readersOf('success');
  return (event) => {
    let found: boolean | 'neither' | undefined;
    for (const record of event.records) {
      for (const w of from(record.type)) {
        const success = successAt(messageOf(record), record.body, w) ?? (ASSUMED_SUCCESS.has(record.type) || undefined);
        if (success !== undefined && !(w.weak && found !== undefined)) found = success;
      }
    }
    return found === value;
  };
}

/** Items of which an event has one; of the others it has as many as its records tell. */
const ONE: ReadonlySet<StringItem> = new Set(['comm', 'exe', 'terminal']);

/** Whether one of the event's strings of that item holds, or with `word` is, the value. */
export function stringMatches(
  item: StringItem,
  value: string,
  { word, wide = false }: { readonly word: boolean; readonly wide?: boolean },
): (event: AuditEvent) => boolean {
  const from = readersOf(item, wide);
  const fits = word ? (text: string) => text === value : (text: string) => text.includes(value);
  const one = ONE.has(item);
  return (event) => {
    let found: string | undefined;
    for (const record of event.records) {
      const where = from(record.type);
      if (where.length === 0) continue;
      const text = messageOf(record);
      for (const w of where) {
        for (const value of stringsAt(text, record.body, w, event)) {
          if (!one && fits(value)) return true;
          if (!(w.weak && found !== undefined)) found = value;
        }
      }
    }
    return one && found !== undefined && fits(found);
  };
}

const NOTHING: readonly Where[] = [];

/** Where records of a type hold an item. */
function readersOf(item: Item, wide = false): (type: number) => readonly Where[] {
  const sources = wide ? [...SOURCES, ...MORE_SOURCES] : SOURCES;
  const known = new Map<number, readonly Where[]>();
  return (type) => {
    let where = known.get(type);
    if (where) return where;
    const range = sources.find(([first, last]) => type >= first && type <= last);
    where = range ? range[2].filter((w) => w.item === item) : NOTHING;
    known.set(type, where);
    return where;
  };
}

/** The line without the names auditd added. */
function messageOf(record: AuditRecord): string {
  const text = textOf(record);
  const tail = text.indexOf(ENRICHMENT_SEPARATOR, record.body);
  return tail < 0 ? text : text.slice(0, tail);
}

/** Where the value of a name begins; -1 when the message has no such field. */
function valueStart(text: string, body: number, name: string, where: Where): number {
  const wanted = `${name}=`;
  if (where.nested) {
    const open = text.indexOf("msg='", body);
    const at = open < 0 ? -1 : text.indexOf(wanted, open);
    return at < 0 ? -1 : at + wanted.length;
  }
  if (where.last) {
    for (let at = text.lastIndexOf(wanted); at >= body; at = text.lastIndexOf(wanted, at - 1))
      if (startsField(text, at, body)) return at + wanted.length;
    return -1;
  }
  for (let at = text.indexOf(wanted, body); at >= 0; at = text.indexOf(wanted, at + 1))
    if (startsField(text, at, body)) return at + wanted.length;
  return -1;
}

/** Whether a field's name can begin there: after a blank, or what opens a nested message. */
function startsField(text: string, at: number, body: number): boolean {
  if (at <= body) return true;
  const before = text.charCodeAt(at - 1);
  return before === 32 || before === 39 || before === 40 || before === 44;
}

function numberAt(text: string, body: number, where: Where): number | undefined {
  for (const name of where.names) {
    const at = valueStart(text, body, name, where);
    if (at < 0) continue;
    const digits = (where.shape === 'hex' ? /[0-9a-fA-F]*/y : /-?\d*/y) as RegExp;
    digits.lastIndex = at;
    const number = Number.parseInt(digits.exec(text)![0], where.shape === 'hex' ? 16 : 10);
    if (!Number.isNaN(number)) return number;
  }
  return undefined;
}

function successAt(text: string, body: number, where: Where): boolean | 'neither' | undefined {
  if (where.shape === 'granted') return /\bgranted\b/.test(text) || (/\bdenied\b/.test(text) ? false : undefined);
  const at = valueStart(text, body, where.names[0]!, where);
  if (at < 0) return undefined;
  if (where.shape === 'yes') return text.startsWith('yes', at);
  if (where.shape === 'one') return oneOrNot(text, at);
  if (where.nested && !text.includes("'", at)) return undefined;
  if (where.shape === 'success') return /^success/i.test(text.slice(at, at + 7));
  if (where.shape === 'word-not-failed' && !/[a-z]/i.test(text.charAt(at))) return undefined;
  return !text.startsWith('failed', at);
}

/** Digits: 1 is a success, 0 and what is no number is none; any other number says nothing, which is not the same as being
 * absent. */
function oneOrNot(text: string, at: number): boolean | 'neither' {
  const number = Number.parseInt(text.slice(at, at + 20), 10);
  return number === 1 ? true : number === 0 || Number.isNaN(number) ? false : 'neither';
}

function stringsAt(text: string, body: number, where: Where, event: AuditEvent): readonly string[] {
  for (const name of where.names) {
    const at = valueStart(text, body, name, where);
    if (at < 0) continue;
    const found = readStrings(text, at, where.shape, where.item, event);
    if (found.length > 0 && (found[0] !== '?' || name === where.names.at(-1))) return found;
  }
  return [];
}

function readStrings(text: string, at: number, shape: Shape, item: Item, event: AuditEvent): readonly string[] {
  if (shape === 'word') return item === 'terminal' && text.startsWith('(null)', at) ? [] : [plainValue(text, at)];
  if (shape === 'inner-word') return text.includes(' ', at) ? [plainValue(text, at)] : [];
  if (shape === 'listed') return [/[^ ,')]*/.exec(plainValue(text, at))![0]];
  if (shape === 'socket') return socketStrings(plainValue(text, at), item);
  const value = quotedOrHex(text, at, shape);
  if (value === undefined) return [];
  if (shape === 'keys') return value.split('\x01');
  return [shape === 'path' && value.startsWith('.') ? below(event, value) : value];
}

function plainValue(text: string, at: number): string {
  const end = text.indexOf(' ', at);
  return text.slice(at, end < 0 ? text.length : end);
}

/** A string as the kernel writes untrusted ones: quoted, or in hex as far as that goes. Undefined for what is neither,
 * but for words in parentheses. Looser shapes take more. */
function quotedOrHex(text: string, at: number, shape: Shape): string | undefined {
  if (text.charCodeAt(at) === 34) {
    const close = text.indexOf('"', at + 1);
    return close < 0 ? undefined : text.slice(at + 1, close);
  }
  if (text.startsWith('(null)', at)) return '(null)';
  const word = plainValue(text, at);
  if (word.startsWith('(')) return shape === 'path' ? undefined : word;
  const value = withoutEnd(word, "',)");
  if (shape === 'loose-text' && !/^[0-9a-f]*$/i.test(value)) return value;
  const bytes = hexPrefix(value, shape === 'path' && value.startsWith('00') ? 2 : 0);
  return bytes === undefined ? undefined : untilNul(bytes);
}

/** A file name that begins with a dot, below the working directory the event tells. */
function below(event: AuditEvent, name: string): string {
  for (const record of event.records) {
    if (record.type !== RECORD.CWD) continue;
    const text = messageOf(record);
    const at = text.indexOf('cwd=', record.body);
    const cwd = at < 0 ? undefined : quotedOrHex(text, at + 4, 'text');
    if (cwd !== undefined) return `${cwd}/${name}`;
  }
  return name;
}

function socketStrings(hex: string, item: Item): readonly string[] {
  const address = socketAddress(hex);
  const found = item === 'host' ? address?.address : address?.path;
  return found === undefined ? [] : [found];
}
