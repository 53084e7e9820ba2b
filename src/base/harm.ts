// What no text of a stranger may bring to a terminal, and how it is shown instead. One set for all of the house: what a
// terminal obeys, what turns or breaks a line, what is not seen, what hides what stands before it. Pure; who writes to
// terminals is host/terminal.ts.
import { fromUtf8, isAscii, utf8 } from './bytes.ts';
import { sequenceLength } from './visible.ts';

/**
 * How a harmful character is shown: `octal`, its UTF-8 bytes as the classic tools write them (`\033`, `\342\200\256`, what
 * `printf` and `$'…'` of a shell read back); `unicode`, the character's number (`\e`, `\x07`, `\u202e`, `\u{e0041}`; `\xff`
 * is a byte that is no UTF-8); `json`, JSON's own escape, which is the same text to every reader of JSON.
 */
export type Spelling = 'octal' | 'unicode' | 'json';

// Unicode's classes: controls (C0, DEL, C1), line and paragraph separators, marks of direction, all that is to be invisible
// (zero-width characters, soft hyphen, fillers, variation selectors, tags), interlinear marks, private use, lone surrogates,
// noncharacters.
const CLASS =
  '\\p{Cc}\\p{Zl}\\p{Zp}\\p{Bidi_Control}\\p{Default_Ignorable_Code_Point}\\p{Co}\\p{Cs}\\p{Noncharacter_Code_Point}\\ufff9-\\ufffb';
// A mark is drawn over the character before it: over a letter or digit that is writing; over anything else (a space, `=`, a
// quote of ours) it strikes out what we wrote. More than four on one letter grow over the lines above and below.
const MARKS = '(?<![\\p{L}\\p{N}\\p{M}])\\p{M}+|(?<=[\\p{L}\\p{N}]\\p{M}{4})\\p{M}+|\\p{Me}\\p{M}*';
const HARM = `[${CLASS}]\\p{M}*|${MARKS}`;

// Made when first needed: the sets of Unicode cost two milliseconds at the start of a program that may print none of it.
let every: RegExp | undefined;
let overLines: RegExp | undefined;

/** What is harmful, as a pattern (Unicode text); with `lines`, newlines and tabs are not. */
function harmful(but: 'lines' | undefined): RegExp {
  return but === 'lines'
    ? (overLines ??= new RegExp(`(?![\\n\\t])(?:${HARM})`, 'gu'))
    : (every ??= new RegExp(HARM, 'gu'));
}

/** Bytes that are no UTF-8 stand in our Unicode text as these lone surrogates, which no decoding brings forth. */
const STRAY = 0xdc00;

/** Log bytes (latin1) as Unicode text in which each byte that is no UTF-8 is the surrogate U+DC80 to U+DCFF. */
function decoded(text: string): string {
  if (isAscii(text)) return text;
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const length = code < 0x80 ? 1 : sequenceLength(text, at);
    if (length === 0) {
      if (from < at) out += utf8(text.slice(from, at));
      out += String.fromCharCode(STRAY + code);
      from = at + 1;
    }
    at += length || 1;
  }
  return out + utf8(text.slice(from));
}

const isStray = (code: number): boolean => code >= STRAY + 0x80 && code <= STRAY + 0xff;
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
const OCTAL = Array.from({ length: 256 }, (_, byte) => `\\${byte.toString(8).padStart(3, '0')}`);
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** One character in each spelling. */
const SPELLED: Readonly<Record<Spelling, (character: string) => string>> = {
  octal: (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x80) return OCTAL[code]!;
    if (isStray(code)) return OCTAL[code - STRAY]!;
    const tail = (shift: number): string => OCTAL[0x80 | ((code >> shift) & 0x3f)]!;
    if (code < 0x800) return OCTAL[0xc0 | (code >> 6)]! + tail(0);
    if (code < 0x10000) return OCTAL[0xe0 | (code >> 12)]! + tail(6) + tail(0);
    return OCTAL[0xf0 | (code >> 18)]! + tail(12) + tail(6) + tail(0);
  },
  unicode: (character) => {
    const code = character.codePointAt(0)!;
    if (isStray(code)) return `\\x${hex(code - STRAY, 2)}`;
    if (code < 0x80) return SHORT[character] ?? `\\x${hex(code, 2)}`;
    return code > 0xffff ? `\\u{${hex(code, 4)}}` : `\\u${hex(code, 4)}`;
  },
  json: (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`).join(''),
};

function spell(text: string, spelling: Spelling): string {
  const one = SPELLED[spelling];
  if (text.length === 1) return one(text);
  let out = '';
  for (const character of text) out += one(character);
  return out;
}

/** Unicode text with every harmful character spelled; `but`: `lines` lets newlines and tabs pass. */
export function spelledOut(text: string, spelling: Spelling, but?: 'lines'): string {
  return text.replace(harmful(but), (harm) => spell(harm, spelling));
}

/** The same of log bytes (latin1), as Unicode text. */
export const spelledBytes = (text: string, spelling: Spelling, but?: 'lines'): string =>
  spelledOut(decoded(text), spelling, but);

/**
 * A reader of styled text: log bytes (latin1) made safe as `spelledBytes` with `lines`, but for style sequences that begin
 * with `mark` (Paint of `paintWith(mark)`), which become SGR of ECMA-48. `mark` must be what no stranger can write.
 */
export function styledBytes(mark: string): (text: string, spelling: Spelling) => string {
  const parts = new RegExp(`${styleOf(mark)}|(?![\\n\\t])(?:${HARM})`, 'gu');
  return (text, spelling) => {
    if (/^[\n\t\x20-\x7e]*$/.test(text)) return text;
    const safe = decoded(text).replace(parts, (part) =>
      part.startsWith(mark) ? `\x1b[${part.slice(mark.length)}` : spell(part, spelling),
    );
    return fromUtf8(safe);
  };
}

/** A style sequence that begins with `mark`, as the source of a pattern. */
export const styleOf = (mark: string): string =>
  `${mark.replace(/\W/g, (character) => `\\x${hex(character.charCodeAt(0), 2)}`)}[\\d;]*m`;
