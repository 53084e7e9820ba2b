// An expression's text as tokens. Source: ausearch-expression(5), "Lexical structure". Each token knows where it began,
// so that errors can point at it. A word also takes `-`, since field names hold it (old-auid); after `ts` the lexer
// reads a time stamp, whose `:` and `.` stand in no other token.

import { AuditError, oneLine } from '../../base/error.ts';

export type Operator = (typeof OPERATORS)[number];

export type Token =
  | { readonly kind: 'word' | 'string' | 'regexp' | 'stamp'; readonly text: string; readonly at: number }
  | { readonly kind: 'operator'; readonly text: Operator; readonly at: number }
  | { readonly kind: '(' | ')' | '\\' | '!' | '&&' | '||' | 'end'; readonly text: string; readonly at: number };

// Longest first: `!==` before `!`, `<=` before `<`.
const OPERATORS = ['i!=', 'r!=', '!==', 'i=', 'r=', '==', '<=', '>=', '<', '>'] as const;
const PUNCTUATION = ['&&', '||', '(', ')', '\\', '!'] as const;
const SPACE = /[ \t\n]*/y;
const WORD = /[A-Za-z0-9_-]+/y;
const STAMP = /ts:\s*[-+]?\d+(?:\.\d*)?(?::\d*)?/y;

/** The column (from 1, in characters) of an offset (from 0). */
export const columnOf = (expression: string, at: number): number => [...expression.slice(0, at)].length + 1;

/** Characters of an expression at most. */
const LONGEST = 65_536;
/** Characters shown before and after a fault, where an expression is long. */
const AROUND = 80;

/** The error of an expression: `at` counts characters from 0; the message shows the expression, or what is around the
 * fault, with a mark under it. */
export function expressionError(expression: string, at: number, what: string): AuditError {
  const column = columnOf(expression, at);
  const characters = [...expression.slice(Math.max(0, at - 4 * AROUND), at + 4 * AROUND)];
  const before = [...expression.slice(Math.max(0, at - 4 * AROUND), at)].length;
  const from = expression.length > 2 * AROUND ? Math.max(0, before - AROUND) : 0;
  const to = expression.length > 2 * AROUND ? before + AROUND : characters.length;
  const cut = from > 0 || at > 4 * AROUND ? '…' : '';
  const shown = `${cut}${characters.slice(from, to).join('')}`.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
  const mark = `${' '.repeat(cut.length + before - from)}^`;
  const message = `Cannot read the expression at column ${column}: ${oneLine(what)}\n  ${shown}\n  ${mark}`;
  return new AuditError('expression', message, { position: { column }, lines: true, brief: what });
}

/** The tokens of an expression, the last of kind `end`. Throws AuditError `expression`. */
export function tokens(expression: string): Token[] {
  const list: Token[] = [];
  let at = 0;
  if (expression.length > LONGEST)
    throw expressionError(expression, LONGEST, `it is longer than ${LONGEST} characters; ask in several steps`);
  for (;;) {
    at = past(SPACE, expression, at) ?? at;
    if (at >= expression.length) {
      list.push({ kind: 'end', text: '', at });
      return list;
    }
    const [token, next] = tokenAt(expression, at);
    list.push(token);
    at = next;
  }
}

function past(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function tokenAt(text: string, at: number): [Token, number] {
  const operator = OPERATORS.find((o) => text.startsWith(o, at));
  if (operator) return [{ kind: 'operator', text: operator, at }, at + operator.length];
  const sign = PUNCTUATION.find((p) => text.startsWith(p, at));
  if (sign) return [{ kind: sign, text: sign, at }, at + sign.length];
  if (text[at] === '"') return delimited(text, at, 'string');
  if (text[at] === '/') return delimited(text, at, 'regexp');
  const stamp = past(STAMP, text, at);
  if (stamp !== undefined) return [{ kind: 'stamp', text: text.slice(at, stamp), at }, stamp];
  const word = past(WORD, text, at);
  if (word !== undefined) return [{ kind: 'word', text: text.slice(at, word), at }, word];
  throw expressionError(text, at, strange(text, at));
}

function strange(text: string, at: number): string {
  const sign = String.fromCodePoint(text.codePointAt(at)!);
  if (sign === '=') return 'a single `=` compares nothing: write i= (as shown), r= (as recorded) or == (a number)';
  if (sign === '&' || sign === '|') return `write ${sign}${sign}`;
  if (sign === "'") return 'write strings between double quotes';
  return `"${sign}" means nothing here; put text that holds it between double quotes`;
}

/** A quoted string or a regexp. `\\` is a backslash and `\` before the delimiter is the delimiter; in a regexp any other
 * escape is left to the regexp (`\.`, `\(`), in a string it is an error. */
function delimited(text: string, at: number, kind: 'string' | 'regexp'): [Token, number] {
  const delimiter = text[at]!;
  let value = '';
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i]!;
    if (c === delimiter) return [{ kind, text: value, at }, i + 1];
    if (c !== '\\') {
      value += c;
      continue;
    }
    const escaped = text[++i];
    if (escaped === undefined) break;
    if (escaped !== '\\' && escaped !== delimiter) {
      if (kind === 'string')
        throw expressionError(text, i - 1, `no escape is called \\${escaped}; there are \\\\ and \\"`);
      value += '\\';
    }
    value += escaped;
  }
  throw expressionError(text, at, `the ${kind} that begins here has no closing ${delimiter}`);
}
