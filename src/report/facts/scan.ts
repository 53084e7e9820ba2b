// A cursor over one record's text, for readers that look for fields in the order in which records carry them. Looking
// for ten fields this way costs ten short searches and no list of fields; it is what keeps a report of a million
// records under seconds. It interprets nothing.

import { hexDigit } from '../../base/hex.ts';

/** The text between `from` and `end`; `at` moves past what was found. */
export interface Scan {
  readonly text: string;
  readonly from: number;
  readonly end: number;
  at: number;
}

/** Thrown inside this folder only: the record lacks what its type must have. `code` says which (see readers.ts). */
export class Malformed {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

const QUOTE = 34;

/** Moves past the next `name` and tells whether there was one; otherwise the cursor stays. */
export function seek(s: Scan, name: string, from: number = s.at): boolean {
  const found = s.text.indexOf(name, from);
  if (found < 0 || found >= s.end) return false;
  s.at = found + name.length;
  return true;
}

/** As `seek`, but a record without `name` is malformed. */
export function need(s: Scan, name: string, code: number, from: number = s.at): void {
  if (!seek(s, name, from)) throw new Malformed(code);
}

/** The word at the cursor, up to a space; without one the record is malformed, unless `code` is 0. */
export function word(s: Scan, code: number): string {
  let space = s.text.indexOf(' ', s.at);
  if (space < 0 || space >= s.end) {
    if (code !== 0) throw new Malformed(code);
    space = s.end;
  }
  const text = s.text.slice(s.at, space);
  s.at = space;
  return text;
}

/** What fits no unsigned long of 64 bits is malformed. */
const LARGEST = 2 ** 64;

/**
 * The decimal number at the cursor as the C library reads it (no digits: 0), ended like a word; a number out of range is
 * malformed by `code` + 1.
 */
export function number(s: Scan, code: number): number {
  let i = s.at;
  const negative = s.text.charCodeAt(i) === 45;
  if (negative) i++;
  let value = 0;
  for (; i < s.end; i++) {
    const digit = s.text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i < s.end && s.text.charCodeAt(i) === 32) s.at = i;
  else skip(s, code);
  if (value >= LARGEST) throw new Malformed(code + 1);
  return negative ? -value : value;
}

/** Moves to the space that ends the word at the cursor. */
export function skip(s: Scan, code: number): void {
  let space = s.text.indexOf(' ', s.at);
  if (space < 0 || space >= s.end) {
    if (code !== 0) throw new Malformed(code);
    space = s.end;
  }
  s.at = space;
}

/** How an untrusted string may be broken: no closing quote, no space after hex, no hex. 0 lets it pass as it is. */
export interface StringCodes {
  readonly open: number;
  readonly unended: number;
  readonly plain: number;
}

/** The untrusted string at the cursor: quoted, or hex up to a space. */
export function untrusted(s: Scan, codes: StringCodes): string {
  if (s.text.charCodeAt(s.at) === QUOTE) {
    const close = s.text.indexOf('"', s.at + 1);
    if (close < 0 || close >= s.end) throw new Malformed(codes.open);
    const text = s.text.slice(s.at + 1, close);
    s.at = close;
    return text;
  }
  const raw = word(s, codes.unended);
  const text = hexText(raw);
  if (text !== undefined) return text;
  if (codes.plain !== 0) throw new Malformed(codes.plain);
  return raw;
}

/** Hex as a C string: it ends at a NUL. Undefined when it is no hex. */
export function hexText(hex: string): string | undefined {
  const text = hexBytes(hex);
  const nul = text === undefined ? -1 : text.indexOf('\0');
  return nul < 0 ? text : text!.slice(0, nul);
}

/** The bytes of hex, where a lone last digit counts as the high half. Undefined when it is no hex. */
export function hexBytes(hex: string): string | undefined {
  if (hex === '') return undefined;
  let text = '';
  for (let i = 0; i < hex.length; i += 2) {
    const high = hexDigit(hex.charCodeAt(i));
    const low = i + 1 < hex.length ? hexDigit(hex.charCodeAt(i + 1)) : 0;
    if (high < 0 || low < 0) return undefined;
    text += String.fromCharCode(high * 16 + low);
  }
  return text;
}
