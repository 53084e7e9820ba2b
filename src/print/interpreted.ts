// `--format interpret` (`-i`): the records of an event, the last one first, each value as interpret/ reads it.
//
//   type=PATH msg=audit(01/13/21 08:00:12.243:7148742) : item=0 name=/etc/ mode=dir,755 ouid=root …
//
// A line is not printed field by field from the parser's list: what stands between the values is copied as it is, with
// the oddities of the classic tool, which sees only `name=`, blanks, commas and quotes. The head comment of `values`
// tells the rules.

import { ownText } from '../base/bytes.ts';
import { milliText } from '../base/event-id.ts';
import { strftime } from '../base/strftime.ts';
import {
  type Call,
  escapeText,
  fieldKind,
  type InterpretContext,
  interpretValue,
  isPlain,
  type Reading,
  readingOf,
  type Tail,
} from '../interpret/index.ts';
import { ENRICHMENT_SEPARATOR } from '../record/fields.ts';
import { type AuditRecord, textOf, typeText } from '../record/record.ts';
import { RECORD, recordTypes } from '../tables/records.ts';
import { type DateStyle, type EventPrinter, eachSecond } from './printer.ts';
import { lineOf } from './raw.ts';
import { Recall } from './recall.ts';
import { callParts, isCallText, isProcessText } from './syscall-line.ts';

export interface InterpretedOptions {
  readonly dates: DateStyle;
  readonly context: InterpretContext;
  /** False interprets every line anew; the text is the same (a test holds that), the time is not. Default true. */
  readonly remember?: boolean;
}

/** The date is the locale's `%x`, the time always `%H:%M:%S`. */
export function interpretedPrinter({ dates, context, remember = true }: InterpretedOptions): EventPrinter {
  const date = eachSecond((sec) => strftime('%x %H:%M:%S', dates.localTime(sec), dates.locale));
  const body = remember ? rememberedBody(context) : (line: Line) => plainBody(line, context);
  return (event) => {
    const stamp = `msg=audit(${date(event.sec)}.${milliText(event.ms)}:${event.serial}) `;
    let text = '----\n';
    for (let i = event.records.length - 1; i >= 0; i--) {
      const record = event.records[i]!;
      const node = record.node === '' ? '' : `node=${record.node} `;
      text += `${node}${typeWord(record)} ${stamp}${body(lineParts(record))}\n`;
    }
    return text;
  };
}

/** `type=SYSCALL`; of a line that begins otherwise (`#type=SYSCALL`) its first word. */
function typeWord(record: AuditRecord): string {
  const name = recordTypes.name(record.type);
  if (name !== undefined) return `type=${name}`;
  return record.node === '' ? textOf(record).split(' ', 1)[0]! : `type=${typeText(record)}`;
}

/** A record's line; what is printed after the stamp stands at [from, end), the enriched tail after that. */
interface Line {
  readonly record: AuditRecord;
  readonly text: string;
  readonly from: number;
  readonly end: number;
}

function lineParts(record: AuditRecord): Line {
  const text = lineOf(record);
  const close = text.indexOf(')', text.indexOf('audit('));
  const from = close < 0 ? text.length : close + 1;
  const split = text.indexOf(ENRICHMENT_SEPARATOR, from);
  return { record, text, from, end: split < 0 ? text.length : split };
}

function plainBody(line: Line, context: InterpretContext): string {
  const { record, text, from, end } = line;
  if (from === end) return '';
  const equals = text.indexOf('=', from);
  if (equals < 0 || equals >= end) return `${escapeText(text.slice(from, end), context.escape)}\n`;
  return values(text, from, end, readingOf(record, context));
}

/**
 * `plainBody`, faster. A body reads the same wherever it stands, but for the records that name a system call; of those,
 * the part before the arguments and the part that tells of the process do. Trails repeat all three (recall.ts):
 * 100,000 events of a busy trail took 0.84 s where `plainBody` alone took 1.81 s.
 */
function rememberedBody(context: InterpretContext): (line: Line) => string {
  const bodies = new Recall<string>();
  const syscallBody = rememberedCalls(context);
  return (line) => {
    const { type } = line.record;
    // Behind a NUL, where the line ends for us, there may still be an enriched tail that the reading knows.
    if (line.text.length < textOf(line.record).length) return plainBody(line, context);
    if (type === RECORD.SYSCALL) return syscallBody(line) ?? plainBody(line, context);
    if (type === RECORD.SECCOMP) return plainBody(line, context);
    return bodies.get(line.text.slice(line.from), () => plainBody(line, context), type);
  };
}

/** The body of a SYSCALL record put together from its parts; undefined for a line that has them not. */
function rememberedCalls(context: InterpretContext): (line: Line) => string | undefined {
  const calls = new Recall<{ readonly text: string | undefined; readonly call: Call }>();
  const processes = new Recall<{ readonly text: string | undefined; readonly tail: Tail }>();
  return ({ record, text, from, end }) => {
    const parts = callParts(text, from, end);
    if (!parts) return undefined;
    const { marks } = parts;
    const process = processes.get(text.slice(parts.process), () => {
      const reading = readingOf(record, context);
      const usual = isProcessText(text.slice(parts.process - 1, end));
      return { text: usual ? ownText(values(text, parts.process, end, reading)) : undefined, tail: reading.tail };
    });
    const name = text.slice(from, marks[0]);
    const called = calls.get(end < text.length ? name + text.slice(end) : name, () => {
      const reading = readingOf(record, context);
      const usual = isCallText(name, reading.call.name);
      const call = { ...reading.call, a0: '', a1: '' }; // those are each line's own
      return { text: usual ? ownText(values(text, from, marks[0], reading)) : undefined, call };
    });
    if (called.text === undefined || process.text === undefined) return undefined;
    const a0 = text.slice(marks[0] + 4, marks[1]);
    const a1 = text.slice(marks[1] + 4, marks[2]);
    const { arch, number, name: callName } = called.call;
    const call: Call = { arch, number, name: callName, a0, a1 };
    const reading: Reading = { type: RECORD.SYSCALL, ruleInfo: false, call, tail: process.tail, context };
    const a2 = interpretValue(reading, 'a2', text.slice(marks[2] + 4, marks[3]));
    const a3 = interpretValue(reading, 'a3', text.slice(marks[3] + 4, marks[4]));
    const first = `${called.text}a0=${interpretValue(reading, 'a0', a0)} a1=${interpretValue(reading, 'a1', a1)}`;
    return `${first} a2=${a2} a3=${a3}${text.slice(marks[4], parts.process)}${process.text}`;
  };
}

const SPACE = 32;
const COMMA = 44;

/**
 * The body with its values interpreted. A name is what stands between the last blank and `=`; text before it is copied.
 * `msg=` opens a nested message and has no value of its own. A quoted value ends at its quote, and the character after it
 * is dropped; another ends at a blank, or at a comma before it (labels keep theirs), and a blank is printed for either.
 * What follows the last value is dropped, but for a value that a comma ended.
 */
function values(line: string, from: number, end: number, reading: Reading): string {
  let out = '';
  let at = from;
  let comma = false;
  for (;;) {
    const equals = line.indexOf('=', at);
    if (equals < 0 || equals >= end) break;
    comma = false;
    const before = line.slice(at, equals);
    let name = before.slice(before.lastIndexOf(' ') + 1);
    out += `${before}=`;
    at = equals + 1;
    if (name === 'msg') continue;
    if (name.startsWith("'")) name = name.slice(1);
    const label = fieldKind(reading.type, name) === 'context';
    if (name.startsWith('(')) name = name.replace(/^\(+/, '');
    const kind = fieldKind(reading.type, name);
    let past = quotedEnd(line, at, end);
    if (past < 0) {
      past = plainEnd(line, at, end, !label);
      comma = past < end && line.charCodeAt(past) === COMMA;
    }
    let value = line.slice(at, past);
    // Some programs write a colon after an account.
    if (name === 'acct' && value.endsWith(':')) value = value.slice(0, -1);
    out += interpretValue(reading, name, value);
    if (comma && isPlain(kind, value)) out += ',';
    else if (kind !== 'tty') out += ' ';
    at = Math.min(end, past + 1);
  }
  return comma ? `${out}${escapeText(line.slice(at, end), reading.context.escape)}\n` : out;
}

/** One past a quoted value's closing quote, the line's end without one; -1 when the value is not quoted. */
function quotedEnd(line: string, at: number, end: number): number {
  const quote = line.charCodeAt(at);
  if (at >= end || (quote !== 34 && quote !== 39)) return -1;
  const close = line.indexOf(quote === 34 ? '"' : "'", at + 1);
  return close < 0 || close >= end ? end : close + 1;
}

/** Where an unquoted value ends: at a blank, the line's end, or a comma if that counts. */
function plainEnd(line: string, at: number, end: number, commas: boolean): number {
  for (let i = at; i < end; i++) {
    const code = line.charCodeAt(i);
    if (code === SPACE || (commas && code === COMMA)) return i;
  }
  return end;
}
