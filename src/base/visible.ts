// Text of a log (latin1, one character per byte) as Unicode from which no byte is lost: what is UTF-8 is that; a byte that
// belongs to none is written out as `\xff`. The one rule of every JSON output (docs/json.md) and of what people read.

import { bytesOf, isAscii, utf8 } from './bytes.ts';

/** Whether every byte of the text belongs to valid UTF-8. */
export function isUtf8(text: string): boolean {
  for (let i = 0; i < text.length; ) {
    const length = text.charCodeAt(i) < 0x80 ? 1 : sequenceLength(text, i);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

/** The text (latin1) with each byte that belongs to no valid UTF-8 written out as `\xff`. */
export function visibleUtf8(text: string): string {
  if (isUtf8(text)) return text;
  let out = '';
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    const length = code < 0x80 ? 1 : sequenceLength(text, i);
    out += length === 0 ? `\\x${code.toString(16).padStart(2, '0')}` : text.slice(i, i + length);
    i += length || 1;
  }
  return out;
}

/** The same as Unicode text. */
export const visible = (text: string): string => (isAscii(text) ? text : utf8(visibleUtf8(text)));

/** Names as members of a JSON object: as `visible`, and beside them the exact bytes of those that are no UTF-8, in hex. */
export function visibleMembers<T>(members: Readonly<Record<string, string | T>>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  const bytes: Record<string, string> = {};
  for (const [name, value] of Object.entries(members)) {
    shown[name] = typeof value === 'string' ? visible(value) : value;
    if (typeof value === 'string' && !isUtf8(value)) bytes[name] = hexOf(value);
  }
  return Object.keys(bytes).length === 0 ? shown : { ...shown, bytes };
}

const hexOf = (text: string): string => [...bytesOf(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes of the UTF-8 sequence that begins at `at`; 0 when none does (RFC 3629, table 3-7 of Unicode). */
export function sequenceLength(text: string, at: number): number {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  if (first >= 0xc2 && first <= 0xdf) return isTail(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isTail(text.charCodeAt(at + 2)) ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const low = first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xf4 ? 0x8f : 0xbf;
  const rest = isTail(text.charCodeAt(at + 2)) && isTail(text.charCodeAt(at + 3));
  return second >= low && second <= high && rest ? 4 : 0;
}

const isTail = (code: number): boolean => code >= 0x80 && code <= 0xbf;
