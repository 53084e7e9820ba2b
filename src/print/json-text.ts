// A latin1 string (one character per byte) as a JSON string whose bytes are valid UTF-8. UTF-8 in the log stays as it
// is; a byte that is no part of any shows as `\xff`. Control characters, C1 controls among them, and the characters that
// turn the direction of text are escaped, so that the output is safe on a terminal as well.

import { sequenceLength } from '../base/visible.ts';

const PLAIN = /^[ !#-[\]-~]*$/;
const UNSAFE = /[\x00-\x1f"\\\x7f-\xff]+/g;

/** The JSON string of a text, with its quotes. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(UNSAFE, escapeRun)}"`;
}

const NAMED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

function escapeRun(run: string): string {
  let out = '';
  for (let i = 0; i < run.length; ) {
    const code = run.charCodeAt(i);
    if (code < 0x80) {
      out += NAMED[run[i]!] ?? `\\u${hex(code, 4)}`;
      i++;
      continue;
    }
    const length = sequenceLength(run, i);
    const point = length === 0 ? -1 : codePoint(run, i, length);
    if (point < 0) out += `\\\\x${hex(code, 2)}`;
    else out += isHidden(point) ? `\\u${hex(point, 4)}` : run.slice(i, i + length);
    i += length || 1;
  }
  return out;
}

/** C1 controls, line and paragraph separators, marks of direction. */
function isHidden(point: number): boolean {
  return (
    point < 0xa0 ||
    point === 0x61c ||
    (point >= 0x200e && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2066 && point <= 0x2069)
  );
}

function codePoint(text: string, at: number, length: number): number {
  let point = text.charCodeAt(at) & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | (text.charCodeAt(at + i) & 0x3f);
  return point;
}
