// The head of a record where it is not as auditd writes it to its log: in an envelope, or in the kernel's own form.
//
//   type=SYSCALL msg=audit(1.000:5): …     of auditd and those that take its records on
//   type=1400 audit(1.000:5): …            of the kernel's log
//   audit(1.000:5): type=1503 …            of kernels before 2.6.30
//   audit(1.000:5): avc:  denied …         of kernels before 2.6.6
//   type=1400 audit(0.0:279): …            of Android: the time is the line's

import { RECORD, recordTypeNumber } from '../tables/records.ts';
import { readEnvelope } from './envelope.ts';

/** What a head says; see AuditRecord. `body` counts from where the record begins. */
export interface Head {
  node: string;
  type: number;
  sec: number;
  ms: number;
  serial: number;
  body: number;
}

/** A record's place in a line. */
export interface Found {
  /** Where its text begins, and its head. */
  readonly at: number;
  readonly head: Head;
}

/** Characters in which a head must begin. */
export const HEAD_ROOM = 1024;

/** The beginning of a record, whatever stands before it and however its stamp reads. */
const BEGINNING =
  /(?<![a-z_])(?:node=\S{0,255}\s+)?type=[^\s"'=,]{1,64}\s+(?:msg=)?audit\(|audit\([\d.:]{1,40}\):\s+(?:type=\d|avc:\s)/;

const STAMP = String.raw`audit\((\d{1,12})\.(\d{3}|0(?=:)):(\d{1,15})\)`;
/** Behind a stamp: the body, or nothing where the end of the line was trimmed. */
const PAST = String.raw`(?::[ \t]?|(?=\s*$))`;
const USUAL = new RegExp(String.raw`(?:node=(\S*)\s+)?type=(\S+)\s+(msg=)?${STAMP}${PAST}`, 'y');
const STAMP_FIRST = new RegExp(String.raw`${STAMP}:\s+(?:type=(\d{1,9})(?:\s|$)|(?=avc:\s))`, 'y');

/**
 * The first record of a line's text (latin1, as much as HEAD_ROOM of it); undefined where the line holds none: its first
 * record is damaged in its stamp, or stands in text that is no envelope.
 */
export function findHead(text: string): Found | undefined {
  const beginning = BEGINNING.exec(text);
  if (!beginning) return undefined;
  const at = beginning.index;
  const envelope = readEnvelope(text.slice(0, at));
  const head = envelope && headAt(text, at, envelope.foreign);
  return head && { at, head };
}

/** The head that begins at `at`; with `foreign`, only one in the form of auditd. */
export function headAt(text: string, at: number, foreign = false): Head | undefined {
  USUAL.lastIndex = at;
  const usual = USUAL.exec(text);
  if (usual) {
    const [whole, node = '', type, msg, sec, ms, serial] = usual as unknown as string[];
    if (foreign && msg === undefined) return undefined;
    return headOf(node, typeOf(type!), [sec!, ms!, serial!], whole!.length);
  }
  STAMP_FIRST.lastIndex = at;
  const first = foreign ? undefined : STAMP_FIRST.exec(text);
  if (!first) return undefined;
  const [whole, sec, ms, serial, type] = first as unknown as string[];
  return headOf('', type === undefined ? RECORD.AVC : Number(type), [sec!, ms!, serial!], whole!.length);
}

const headOf = (node: string, type: number, [sec, ms, serial]: readonly string[], body: number): Head => ({
  node,
  type,
  sec: Number(sec),
  ms: Number(ms),
  serial: Number(serial),
  body,
});

/** The number of a type as written: a name in either case, digits, `UNKNOWN[n]`; -1 for what is none. */
export function typeOf(name: string): number {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  return recordTypeNumber(name) ?? recordTypeNumber(name.toUpperCase()) ?? -1;
}

/**
 * Where each record of a line begins, for lines that hold several: `… key="x" type=PATH msg=audit(…): …`. What stands in
 * quotes is a value, whatever it looks like. The first begins at 0, its envelope included; a line that is no record's is
 * one piece, whatever it quotes.
 */
export function recordStarts(line: string): number[] {
  const starts = [0];
  const beginnings = new RegExp(BEGINNING, 'g');
  const first = beginnings.exec(line);
  if (!first || !readEnvelope(line.slice(0, first.index))) return starts;
  let quotes = { at: first.index, open: 0 };
  for (let next = beginnings.exec(line); next; next = beginnings.exec(line)) {
    quotes = quotesAt(line, next.index, quotes);
    if (quotes.open === 0) starts.push(next.index);
  }
  return starts;
}

const QUOTE = 34;
const APOSTROPHE = 39;
/** Bits: a message's apostrophe is open, a value's quote is. */
const IN_MESSAGE = 1;
const IN_VALUE = 2;

/** Which quotes are open at `to`, from what was open at a place before. An apostrophe in a quoted value is a letter. */
function quotesAt(line: string, to: number, from: { at: number; open: number }): { at: number; open: number } {
  let { open } = from;
  for (let i = from.at; i < to; i++) {
    const code = line.charCodeAt(i);
    if (code === QUOTE) open ^= IN_VALUE;
    else if (code === APOSTROPHE && (open & IN_VALUE) === 0) open ^= IN_MESSAGE;
  }
  return { at: to, open };
}
