// POSIX extended regular expressions (regex(7)) as JavaScript ones over latin1 text: bracket classes, `]` first in a
// bracket, a repeat of a repeat, GNU's \< \> \w \s. What only JavaScript knows (`(?:`) is refused, as regcomp(3) does.
// Only whether a text matches is asked, so that leftmost-longest makes no difference.

import { fromUtf8 } from '../../base/bytes.ts';

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t-\\r',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** What stands for an escape; any other escaped character is itself. */
const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\b(?=\\w)',
  '>': '\\b(?<=\\w)',
  b: '\\b',
  B: '\\B',
  w: '\\w',
  W: '\\W',
  s: '[ \\t-\\r]',
  S: '[^ \\t-\\r]',
  '`': '^',
  "'": '$',
};

/** Why a text is no regular expression, and where in it (from 0). */
export class PatternError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'PatternError';
    this.at = at;
  }
}

interface Translation {
  readonly source: string;
  /** Offset of the next character of `source`. */
  at: number;
  out: string;
  /** Where in `out` the atom begins that a repeat would repeat; undefined after none. */
  atom: number | undefined;
  /** Whether that atom has been repeated already. */
  repeated: boolean;
  /** Where in `out`, and in `source`, each open group began. */
  readonly groups: [number, number][];
}

/** `source` (Unicode) as a pattern for latin1 text whose bytes are UTF-8. Throws PatternError. */
export function posixPattern(source: string): RegExp {
  const t: Translation = { source, at: 0, out: '', atom: undefined, repeated: false, groups: [] };
  while (t.at < source.length) step(t);
  const open = t.groups.at(-1);
  if (open) throw new PatternError('this `(` is not closed', open[1]);
  try {
    return new RegExp(t.out, 's');
  } catch (e) {
    throw new PatternError((e as Error).message, 0);
  }
}

function step(t: Translation): void {
  const c = t.source[t.at]!;
  switch (c) {
    case '*':
    case '+':
    case '?':
    case '{':
      repeat(t);
      break;
    case '[':
      atom(t, ...bracket(t.source, t.at));
      break;
    case '\\':
      escaped(t);
      break;
    case '(':
      t.groups.push([t.out.length, t.at]);
      other(t, c);
      break;
    case ')':
      closeGroup(t);
      break;
    case '|':
    case '^':
      other(t, c);
      break;
    case '.':
    case '$':
      atom(t, c, t.at + 1);
      break;
    default: {
      const character = String.fromCodePoint(t.source.codePointAt(t.at)!);
      atom(t, literal(character), t.at + character.length);
    }
  }
}

function closeGroup(t: Translation): void {
  const open = t.groups.pop();
  if (open) {
    other(t, ')');
    t.atom = open[0];
  } else atom(t, '\\)', t.at + 1); // as glibc does: one that closes nothing is itself
}

function atom(t: Translation, text: string, next: number): void {
  t.atom = t.out.length;
  t.repeated = false;
  t.out += text;
  t.at = next;
}

/** One character that no repeat can follow, or that the caller gives an atom to. */
function other(t: Translation, text: string): void {
  t.out += text;
  t.at++;
  t.atom = undefined;
  t.repeated = false;
}

function repeat(t: Translation): void {
  const match = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(t.source.slice(t.at));
  if (t.atom === undefined)
    throw new PatternError(`there is nothing before this \`${t.source[t.at]}\` to repeat`, t.at);
  const [text, least, comma, most] = match ?? [''];
  if (!match || (least === '' && most === '')) throw new PatternError('this `{` begins no repeat like {2,5}', t.at);
  if (most && Number(most) < Number(least)) throw new PatternError('the repeat ends below its begin', t.at);
  if (t.repeated) t.out = `${t.out.slice(0, t.atom)}(?:${t.out.slice(t.atom)})`;
  t.out += least === undefined ? text : `{${least || '0'}${comma}${most}}`;
  t.at += text.length;
  t.repeated = true;
}

function escaped(t: Translation): void {
  const c = t.source[t.at + 1];
  if (c === undefined) throw new PatternError('nothing follows the last backslash', t.at);
  const character = String.fromCodePoint(t.source.codePointAt(t.at + 1)!);
  const text = Object.hasOwn(ESCAPES, c) ? ESCAPES[c]! : /[1-9]/.test(c) ? `(?:\\${c})` : literal(character);
  atom(t, text, t.at + 1 + character.length);
}

/** A character as itself; one of several bytes in a group, so that a repeat takes all of them. */
function literal(character: string): string {
  const bytes = fromUtf8(character);
  const text = [...bytes].map(byte).join('');
  return bytes.length > 1 ? `(?:${text})` : text;
}

const byte = (c: string): string => (/[\w ]/.test(c) ? c : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A bracket expression that begins at `from`, and the offset past it. Characters of several bytes become alternatives. */
function bracket(source: string, from: number): [string, number] {
  let at = from + 1;
  const negated = source[at] === '^';
  if (negated) at++;
  let set = '';
  const long: string[] = [];
  for (let first = true; first || source[at] !== ']'; first = false) {
    if (at >= source.length) throw new PatternError('this `[` is not closed', from);
    const named = /^\[([:.=])(.*?)\1\]/s.exec(source.slice(at));
    if (named?.[1] === ':') {
      if (!Object.hasOwn(CLASSES, named[2]!)) throw new PatternError(`no class is called [:${named[2]}:]`, at);
      set += CLASSES[named[2]!]!;
      at += named[0].length;
      continue;
    }
    const character = named ? named[2]! : String.fromCodePoint(source.codePointAt(at)!);
    at += named ? named[0].length : character.length;
    const end = source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length ? source[at + 1]! : undefined;
    if (fromUtf8(character).length !== 1) long.push(literal(character));
    else if (end !== undefined && fromUtf8(end).length === 1) {
      if (end < character) throw new PatternError(`the range ${character}-${end} is upside down`, at);
      set += `${byte(character)}-${byte(end)}`;
      at += 2;
    } else set += byte(character);
  }
  const short = set === '' ? (negated ? '[^]' : '[]') : `[${negated ? '^' : ''}${set}]`;
  if (long.length === 0) return [short, at + 1];
  const any = long.join('|');
  return [negated ? `(?:(?!${any})${short})` : `(?:${any}|${short})`, at + 1];
}
