// Text for people's terminals: log text made harmless, words cut to a width, and colours as functions so that a
// renderer needs not know whether there are any. Pure; it does not ask what the terminal can do, and writes nothing: the
// one way out is host/terminal.ts.
import { spelledBytes, spelledOut } from './harm.ts';

/** A latin1 string of the log as Unicode that is safe to print in a line: what is harmful (harm.ts) and bytes that are no
 * UTF-8 are escaped, newlines and tabs too. */
export function safeText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : spelledBytes(text, 'unicode');
}

/** Unicode text (an argument, a name in a request) made safe in the same way. */
export const safeWord = (text: string): string => spelledOut(text, 'unicode');

/** Unicode data as compact JSON in which every harmful character is escaped. */
export function jsonText(data: unknown): string {
  const text = JSON.stringify(data);
  return /^[\x20-\x7e]*$/.test(text) ? text : spelledOut(text, 'json');
}

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

// No column: marks that combine, and the format characters that a terminal does not draw.
const NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// Two columns: what Unicode's East Asian Width calls wide or full-width (UAX 11), by blocks, and emoji.
const EMOJI = /^\p{Emoji_Presentation}$/u;
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1faff],
  [0x20000, 0x3fffd],
];

function columns(code: number): number {
  if (code < 0x300) return 1;
  const character = String.fromCodePoint(code);
  if (NO_COLUMN.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) || EMOJI.test(character) ? 2 : 1;
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

/** Styles of our own. What they are put around is safe already (`safeText`). */
export interface Paint {
  readonly bold: Colour;
  readonly dim: Colour;
  readonly red: Colour;
  readonly green: Colour;
  readonly yellow: Colour;
  readonly cyan: Colour;
  /** Foreground and background exchanged. */
  readonly reverse: Colour;
}

const paintedBy = (style: (on: number, off: number) => Colour): Paint => ({
  bold: style(1, 22),
  dim: style(2, 22),
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
  cyan: style(36, 39),
  reverse: style(7, 27),
});

/** No styles. */
export const plainPaint: Paint = paintedBy(() => (text) => text);

/** Styles whose sequences begin with `mark` in the place of `ESC [`. */
export const paintWith = (mark: string): Paint =>
  paintedBy((on, off) => (text) => (text === '' ? '' : `${mark}${on}m${text}${mark}${off}m`));

/** ANSI colours (ECMA-48 SGR), for those who write to terminals themselves; `auspex` paints as host/terminal.ts says. */
export const ansiPaint: Paint = paintWith('\x1b[');

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
