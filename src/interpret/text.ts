// Untrusted strings: the kernel and libaudit write them in quotes when they are plain and in hex when they are not
// (kernel/audit.c audit_log_untrustedstring). A hex string that begins with a NUL is an abstract socket's name.

import { hexDigit, isHex } from '../base/hex.ts';
import type { Kind } from './context.ts';
import { escapeText } from './escape.ts';

const QUOTE = 34;

/** The bytes of hex text up to the first pair that is no hex; undefined when not even the first pair is. */
export function hexPrefix(text: string, from = 0): string | undefined {
  let out = '';
  for (let i = from; i + 1 < text.length; i += 2) {
    const high = hexDigit(text.charCodeAt(i));
    const low = hexDigit(text.charCodeAt(i + 1));
    if (high < 0 || low < 0) break;
    out += String.fromCharCode(high * 16 + low);
  }
  return out === '' ? undefined : out;
}

/** As many bytes as hex text promises: what is no hex counts as NULs. Undefined as for `hexPrefix`. */
export const hexBytes = (text: string): string | undefined => hexPrefix(text)?.padEnd(text.length >> 1, '\0');

/** What stands before the first NUL, as C reads a string. */
export function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** `(null)`, `(none)`: the kernel's words where it has no name; what follows is not part of them. */
export function inParentheses(value: string): string | undefined {
  const close = value.indexOf(')');
  return close < 0 ? undefined : value.slice(0, close + 1);
}

/** The bytes a quoted or hex value stands for as audit-userspace 4.2.2 reads it: as much of it as is hex; undefined for a
 * value that is neither. */
export function encodedText(value: string): string | undefined {
  if (value.charCodeAt(0) === QUOTE) {
    const close = value.indexOf('"', 1);
    return close < 0 ? ' ' : value.slice(1, close);
  }
  if (value.startsWith('(')) return inParentheses(value);
  const bytes = hexPrefix(value, value.startsWith('00') ? 2 : 0);
  return bytes === undefined ? undefined : untilNul(bytes);
}

/** The bytes a quoted or hex value stands for; a value that is neither, an odd number of digits among them, as it is; of one
 * whose quote is never closed, what stands behind the quote. No escaping. */
export function decodeText(value: string): string {
  if (isQuoted(value)) {
    const close = value.indexOf('"', 1);
    return value.slice(1, close < 0 ? value.length : close);
  }
  if (value.startsWith('(')) return inParentheses(value) ?? value;
  // `00` alone is a name that begins with a NUL byte, and nothing behind it.
  return isHex(value) ? (encodedText(value) ?? '') : value;
}

/** `comm`, `exe`, `name`, … */
export const untrusted: Kind = (value, { classic }) => (classic ? (encodedText(value) ?? value) : decodeText(value));

/** `key`: several keys of one event are joined by \x01; each is printed as a field of its own, escaped by itself. */
export const key: Kind = (value, context) =>
  untrusted(value, context)
    .split('\x01')
    .map((one) => escapeText(one, context.escape))
    .join(' key=');

/** Whether a value is in quotes, and so is text whatever its field. */
export const isQuoted = (value: string): boolean => value.charCodeAt(0) === QUOTE;

/** Whether a value that need not be encoded is: in quotes, or nothing but hex digits. */
export const isEncoded = (value: string): boolean => isQuoted(value) || /^[0-9a-fA-F]*$/.test(value);
