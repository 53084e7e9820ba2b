// A process's title: its arguments as they lie in memory, each ended by a NUL, in hex. Printed with spaces between.

import { withoutEnd } from '../base/ends.ts';
import type { Kind } from './context.ts';
import { hexBytes, hexPrefix, inParentheses } from './text.ts';

/** The title's bytes, NULs and all; a quoted title without its quotes. */
export function titleBytes(value: string): string {
  if (value.charCodeAt(0) === 34) {
    const close = value.indexOf('"', 1);
    return close < 0 ? ' ' : value.slice(1, close);
  }
  if (value.startsWith('(')) return inParentheses(value) ?? value;
  if (value.startsWith('00') && hexPrefix(value, 2) === undefined) return value;
  return hexBytes(value) ?? value;
}

/** The title as text: spaces between its arguments, and none for the NULs at its end. */
export function titleText(value: string): string {
  return withoutEnd(titleBytes(value), '\0').replaceAll('\0', ' ');
}

/** `proctitle`. */
export const proctitle: Kind = (value) => titleBytes(value).replaceAll('\0', ' ');
