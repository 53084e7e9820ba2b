// A latin1 string (one character per byte) as a JSON string whose bytes are valid UTF-8. UTF-8 in the log stays as it
// is; a byte that is no part of any shows as `\xff`. Control characters, C1 controls among them, and the characters that
// turn the direction of text are escaped, so that the output is safe on a terminal as well.

const PLAIN = /^[ !#-[\]-~]*$/;
const UNSAFE = /[\x00-\x1f"\\\x7f-\xff]+/g;

/** The JSON string of a text, with its quotes. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(UNSAFE, escapeRun)}"`;
}

/** Whether every byte of the text belongs to valid UTF-8. */
export function isUtf8(text: string): boolean {
  for (let i = 0; i < text.length; ) {
    const length = text.charCodeAt(i) < 0x80 ? 1 : sequenceLength(text, i);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

/** The text with each byte that belongs to no valid UTF-8 written out as `\xff`. */
export function visibleUtf8(text: string): string {
  if (isUtf8(text)) return text;
  let out = '';
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    const length = code < 0x80 ? 1 : sequenceLength(text, i);
    out += length === 0 ? `\\x${hex(code, 2)}` : text.slice(i, i + length);
    i += length || 1;
  }
  return out;
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

/** Bytes of the UTF-8 sequence that begins at `at`; 0 when none does (RFC 3629, table 3-7 of Unicode). */
function sequenceLength(text: string, at: number): number {
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

function codePoint(text: string, at: number, length: number): number {
  let point = text.charCodeAt(at) & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | (text.charCodeAt(at + i) & 0x3f);
  return point;
}
