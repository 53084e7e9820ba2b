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
const BRACKET = 40;

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
const LARGEST_ID = 2n ** 64n - 1n;

/**
 * The decimal number at the cursor as the C library reads it (no digits: 0), ended like a word; a number out of range is
 * malformed by `code` + 1, or by `large`.
 */
export function number(s: Scan, code: number, large: number = code + 1): number {
  let i = s.at;
  const negative = s.text.charCodeAt(i) === 45;
  if (negative) i++;
  const from = i;
  let value = 0;
  for (; i < s.end; i++) {
    const digit = s.text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i < s.end && s.text.charCodeAt(i) === 32) s.at = i;
  else skip(s, code);
  if (value >= LARGEST && (value > 2 * LARGEST || BigInt(s.text.slice(from, i)) > LARGEST_ID))
    throw new Malformed(large);
  return value >= LARGEST ? (negative ? 1 : -1) : negative ? -value : value;
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

/** Passes a hex number; one out of range is malformed by `code` + 1. */
export function hexNumber(s: Scan, code: number): void {
  const start = s.at;
  skip(s, code);
  if (s.at - start > 16 && /^[0-9a-f]{17}/i.test(s.text.slice(start, s.at))) throw new Malformed(code + 1);
}

/**
 * The string at the cursor as the kernel writes those of others: quoted, in brackets (`(null)`, which belong to it), or
 * hex up to what is none. Undefined when it is none of these; without its closing quote the record is malformed.
 */
export function untrusted(s: Scan, open: number): string | undefined {
  const first = s.text.charCodeAt(s.at);
  if (first === QUOTE) {
    const close = s.text.indexOf('"', s.at + 1);
    if (close < 0 || close >= s.end) throw new Malformed(open);
    const text = s.text.slice(s.at + 1, close);
    s.at = close;
    return text;
  }
  if (first === BRACKET) {
    const close = s.text.indexOf(')', s.at);
    if (close < 0 || close >= s.end) return undefined;
    const text = s.text.slice(s.at, close + 1);
    s.at = close;
    return text;
  }
  const end = hexEnd(s);
  const text = hexText(s.text.slice(s.at, end));
  s.at = end;
  return text;
}

/** The same as programs write it: a word that is neither quoted nor hex stands for itself; undefined without one. */
export function named(s: Scan, open: number): string | undefined {
  if (s.text.charCodeAt(s.at) === QUOTE) return untrusted(s, open);
  const text = word(s, 0);
  return hexText(text) ?? (/^[\da-f]?$/i.test(text) ? undefined : text);
}

/** Where the hex at the cursor ends. */
export function hexEnd(s: Scan): number {
  let i = s.at;
  while (i < s.end && hexDigit(s.text.charCodeAt(i)) >= 0) i++;
  return i;
}

/** Hex as a C string: it ends at a NUL. Undefined when it is no hex, or less than a byte. */
export function hexText(hex: string): string | undefined {
  const text = hexBytes(hex);
  const nul = text === undefined ? -1 : text.indexOf('\0');
  return nul < 0 ? text : text!.slice(0, nul);
}

/** The bytes of hex, where a lone last digit counts as the high half. Undefined when it is no hex. */
export function hexBytes(hex: string): string | undefined {
  if (hex.length < 2) return undefined;
  let text = '';
  for (let i = 0; i < hex.length; i += 2) {
    const high = hexDigit(hex.charCodeAt(i));
    const low = i + 1 < hex.length ? hexDigit(hex.charCodeAt(i + 1)) : 0;
    if (high < 0 || low < 0) return undefined;
    text += String.fromCharCode(high * 16 + low);
  }
  return text;
}
