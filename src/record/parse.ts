// The header of a line: `[node=NAME ]type=TYPE msg=audit(SEC.MS:SERIAL): `. Reads bytes in place and makes no string but
// a new type's and node's; everything after the header is left alone until someone asks. Never throws, whatever bytes.

import { copyOf, latin1 } from '../base/bytes.ts';
import { findHead, HEAD_ROOM, type Head, typeOf } from './head.ts';
import { type AuditRecord, textOf } from './record.ts';

export type { Head };

const SPACE = 32;

/** How a line [start, end) of bytes, without its newline, is taken as a record viewing them; undefined when it holds none. */
export type RecordReader = (bytes: Uint8Array, start: number, end: number) => AuditRecord | undefined;

/**
 * The record of a line, whatever envelope stands before it (envelope.ts); undefined when the line holds none. A stamp that
 * is not SEC.MS:SERIAL is damage: such a line is no record.
 */
export function parseRecord(bytes: Uint8Array, start: number, end: number): AuditRecord | undefined {
  return readHead(bytes, start, end, scratch) ? viewOf(scratch, bytes, start, end) : readElsewhere(bytes, start, end);
}

/**
 * The same as audit-userspace 4.2.2 takes it, for the tools that print what it prints: headers that are damaged (cut off
 * before the bracket closes, stray characters behind a number) are read by the rules of `readOddHeader`, what cannot be
 * read of a stamp being 0.
 */
export function parseRecordAsAusearch(bytes: Uint8Array, start: number, end: number): AuditRecord | undefined {
  return readHead(bytes, start, end, scratch) ? viewOf(scratch, bytes, start, end) : readOddHeader(bytes, start, end);
}

function viewOf(
  { node, type, sec, ms, serial, body }: Head,
  bytes: Uint8Array,
  start: number,
  end: number,
): AuditRecord {
  return { node, type, sec, ms, serial, body, bytes, start, end, text: undefined, fields: undefined };
}

/** A head for `readHead` to fill. */
export const emptyHead = (): Head => ({ node: '', type: 0, sec: 0, ms: 0, serial: 0, body: 0 });

const scratch = emptyHead();

/** Reads the header as auditd writes it into `head`, in place and without a new object; false, and nothing is said of
 * `head`, where the line has no such header. */
export function readHead(bytes: Uint8Array, start: number, end: number, head: Head): boolean {
  let at = start;
  head.node = '';
  if (bytes[at] === 110 && startsWith(bytes, at, end, 'node=')) {
    const past = endOfWord(bytes, at, end);
    head.node = nodeText(bytes, at + 5, past);
    at = past + 1;
  }
  if (!startsWith(bytes, at, end, 'type=')) return false;
  const typeEnd = endOfWord(bytes, at, end);
  if (!startsWith(bytes, typeEnd, end, ' msg=audit(')) return false;
  const from = typeEnd + 11;
  const dot = digitsEnd(bytes, from, end);
  if (dot === from || dot - from > 15 || bytes[dot] !== 46 || dot + 4 >= end) return false;
  if (bytes[dot + 4] !== 58 || digitsEnd(bytes, dot + 1, end) !== dot + 4) return false;
  const close = digitsEnd(bytes, dot + 5, end);
  if (close === dot + 5 || close - dot > 20 || close + 2 >= end) return false;
  if (bytes[close] !== 41 || bytes[close + 1] !== 58 || bytes[close + 2] !== SPACE) return false;
  head.type = typeNumber(bytes, at + 5, typeEnd);
  head.sec = readNumber(bytes, from, dot);
  head.ms = readNumber(bytes, dot + 1, dot + 4);
  head.serial = readNumber(bytes, dot + 5, close);
  head.body = close + 3 - start;
  return true;
}

/** The shortest word that can hold a stamp: `msg=audit(1.000:55)`; at the end of a line its newline counts. */
const SHORTEST_STAMP = 19;
/** Numbers beyond these are no stamp; seconds still make a date, serials are exact. */
const LATEST = 8.64e12;

/** Headers that are not quite as auditd writes them: spaces before or doubled, a stamp with its end cut off, characters
 * that do not belong to a number. Words are [`node=NAME`], `type=NAME` and one with a bracket; a number is what digits
 * stand where it is expected, else 0; milliseconds above 999 or a minus sign are no stamp. */
function readOddHeader(bytes: Uint8Array, start: number, end: number): AuditRecord | undefined {
  const enveloped = readElsewhere(bytes, start, end);
  if (enveloped) return enveloped;
  const head = headOf(bytes, start, end);
  const match = /^ *(?:node=([^ \0]*) +)?([^ \0]{4,64}) +([^ \0]{18,})/.exec(head);
  if (!match) return undefined;
  const [whole, node = '', kind, stamp] = match as unknown as [string, string | undefined, string, string];
  const open = stamp.indexOf('(');
  const newline = whole.length === end - start ? 1 : 0;
  if (stamp.length + newline < SHORTEST_STAMP || open < 0) return undefined;
  const numbers = /^\s*([+-]?\d*)/.exec(stamp.slice(open + 1))!;
  const dot = stamp.indexOf('.', open);
  const ms = dot < 0 ? '' : /^\s*([+-]?\d*)/.exec(stamp.slice(dot + 1))![1]!;
  const colon = stamp.indexOf(':', dot < 0 ? open : dot);
  const serial = colon < 0 ? '' : /^\+?(\d*)/.exec(stamp.slice(colon + 1))![1]!;
  const sec = Number(numbers[1] || 0);
  if (!(sec >= 0 && sec <= LATEST && Number(ms) >= 0 && Number(ms) <= 999)) return undefined;
  if (!(Number(serial) <= Number.MAX_SAFE_INTEGER)) return undefined;
  const read: Head = {
    node,
    type: typeOf(kind.slice(5)),
    sec: Math.trunc(sec),
    ms: Number(ms),
    serial: Number(serial),
    body: Math.min(end - start, whole.length + 1),
  };
  return viewOf(read, bytes, start, end);
}

/** The record of a line that does not begin as auditd writes it: in an envelope, or in the kernel's own form. */
function readElsewhere(bytes: Uint8Array, start: number, end: number): AuditRecord | undefined {
  const found = findHead(headOf(bytes, start, end));
  return found && viewOf(found.head, bytes, start + found.at, end);
}

/** The beginning of a line, in which its header stands. */
const headOf = (bytes: Uint8Array, start: number, end: number): string =>
  latin1(bytes, start, Math.min(end, start + HEAD_ROOM));

/** The same from a latin1 line, for callers that hold text. */
export function parseLine(line: string): AuditRecord | undefined {
  const bytes = new Uint8Array(line.length);
  for (let i = 0; i < line.length; i++) bytes[i] = line.charCodeAt(i);
  const record = parseRecord(bytes, 0, bytes.length);
  if (record) {
    textOf(record);
    record.bytes = undefined;
  }
  return record;
}

// Trails repeat a dozen types; a small cache keyed by length and the first and last bytes saves the string and the
// table look-up (1.13 million records: 0.11 s instead of 0.24 s). A hit is checked byte by byte.
const cacheBytes: (Uint8Array | undefined)[] = new Array(1024);
const cacheType = new Int32Array(1024);

function typeNumber(bytes: Uint8Array, start: number, end: number): number {
  const slot = (bytes[start]! * 7 + bytes[end - 1]! * 31 + bytes[(start + end) >> 1]! * 3 + (end - start) * 61) & 1023;
  const known = cacheBytes[slot];
  if (known && known.length === end - start && sameBytes(known, bytes, start)) return cacheType[slot]!;
  const type = typeOf(latin1(bytes, start, end));
  if (end - start <= 40) {
    cacheBytes[slot] = copyOf(bytes, start, end);
    cacheType[slot] = type;
  }
  return type;
}

let lastNode = '';

/** A node's name; trails repeat one. */
function nodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start === lastNode.length && startsWith(bytes, start, end, lastNode)) return lastNode;
  return (lastNode = latin1(bytes, start, end));
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}

function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function endOfWord(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] !== SPACE) i++;
  return i;
}

function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i]! >= 48 && bytes[i]! <= 57) i++;
  return i;
}

function readNumber(bytes: Uint8Array, at: number, end: number): number {
  let n = 0;
  for (let i = at; i < end; i++) n = n * 10 + bytes[i]! - 48;
  return n;
}
