// Text for people's terminals: log text made harmless, words cut to a width, and colours as functions so that a
// renderer needs not know whether there are any. Pure; it does not ask what the terminal can do.
import { visible } from './visible.ts';

// Control characters (an escape sequence can retitle a terminal or worse), what turns the direction of writing, and
// separators that break a line: none of them may leave a log for a screen.
const HARMFUL = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** A latin1 string of the log as Unicode that is safe to print: bytes that are no UTF-8 and controls are escaped. */
export function safeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return visible(text).replace(HARMFUL, escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return SHORT[character] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`);
}

/** Unicode data as compact JSON in which every such character is escaped. */
export const jsonText = (data: unknown): string =>
  JSON.stringify(data).replace(HARMFUL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Arguments as one line: safe, and quoted where a space or a quote would mislead. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((word) => {
      const safe = safeText(word);
      return safe !== '' && /^[^\s'"]*$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
    })
    .join(' ');
}

/** Columns a text takes: wide East Asian characters and emoji take two, combining marks none. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columns(character.codePointAt(0)!);
  return width;
}

function columns(code: number): number {
  if ((code >= 0x300 && code <= 0x36f) || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** The text cut to `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += columns(character.codePointAt(0)!);
    if (used > width - 1) break;
    kept += character;
  }
  return width > 0 ? `${kept}…` : '';
}

export type Colour = (text: string) => string;

export interface Paint {
  readonly bold: Colour;
  readonly dim: Colour;
  readonly red: Colour;
  readonly green: Colour;
  readonly yellow: Colour;
  readonly cyan: Colour;
}

const same: Colour = (text) => text;
const sgr = (on: number, off: number): Colour => {
  return (text) => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`);
};

/** No colours. */
export const plainPaint: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** ANSI colours (ECMA-48 SGR), for terminals. */
export const ansiPaint: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};

/** The text in lines of at most `width` columns, broken at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = '';
    }
    let rest = word;
    while (line === '' && widthOf(rest) > width) {
      const piece = cut(rest, width + 1).slice(0, -1);
      if (piece === '') break;
      lines.push(piece);
      rest = rest.slice(piece.length);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
