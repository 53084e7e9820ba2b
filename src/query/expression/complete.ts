// What may stand at a place of an expression that is being typed: a field, an operator, a value, `&&`. It reads what
// stands before the place by the same tokens as the parser; which values there are is for others to say.

import { AuditError } from '../../base/error.ts';
import { type Token, tokens } from './lex.ts';

export type ExpectedKind = 'field' | 'virtual' | 'operator' | 'value' | 'joint';

/** Offsets count characters from 0. */
export interface Expected {
  readonly kind: ExpectedKind;
  /** What an answer takes the place of. */
  readonly from: number;
  readonly to: number;
  /** What stands there up to the place, without an opening quote. */
  readonly typed: string;
  /** Of an operator or a value: the field before it; a virtual one begins with `\`. */
  readonly field: string;
  readonly operator: string;
  /** How many ( are open. */
  readonly open: number;
}

const WORD = /^[A-Za-z0-9_-]*/;
const OPERATOR = /^(?:[ir]?!?={0,2}|[<>]=?)/;

/** What is expected at `at`; undefined where nothing can follow what stands before. */
export function expectedAt(expression: string, at: number): Expected | undefined {
  const characters = [...expression];
  const before = characters.slice(0, at).join('');
  const after = characters.slice(at).join('');
  const split = typedPart(before);
  if (!split) return undefined;
  const { list, start, typed, quoted } = split;
  const state = stateAfter(list);
  if (!state) return undefined;
  const pattern = quoted ? /^[^"\\]*"?/ : state.kind === 'operator' ? OPERATOR : WORD;
  const rest = pattern.exec(after)![0];
  return { ...state, from: [...before.slice(0, start)].length, to: at + [...rest].length, typed };
}

interface Split {
  /** Tokens before what is being typed. */
  readonly list: readonly Token[];
  /** Where that begins, as an offset of the string. */
  readonly start: number;
  readonly typed: string;
  readonly quoted: boolean;
}

function typedPart(before: string): Split | undefined {
  const closed = lexed(before);
  if (closed) {
    const last = closed.at(-1);
    const isOpen = last?.kind === 'word' && last.at + last.text.length === before.length;
    if (!isOpen) return { list: closed, start: before.length, typed: '', quoted: false };
    return { list: closed.slice(0, -1), start: last.at, typed: last.text, quoted: false };
  }
  const string = lexed(`${before}"`);
  const last = string?.at(-1);
  if (last?.kind !== 'string') return undefined;
  return { list: string!.slice(0, -1), start: last.at, typed: last.text, quoted: true };
}

function lexed(text: string): Token[] | undefined {
  try {
    return tokens(text).slice(0, -1);
  } catch (error) {
    if (error instanceof AuditError) return undefined;
    throw error;
  }
}

type State = Pick<Expected, 'kind' | 'field' | 'operator' | 'open'>;

function stateAfter(list: readonly Token[]): State | undefined {
  let state: State | undefined = { kind: 'field', field: '', operator: '', open: 0 };
  for (const token of list) if (state) state = step(state, token);
  return state;
}

const isText = ({ kind }: Token): boolean => kind === 'word' || kind === 'string';

function step(state: State, token: Token): State | undefined {
  const { kind } = token;
  switch (state.kind) {
    case 'field':
      if (kind === '(') return { ...state, open: state.open + 1 };
      if (kind === '!') return state;
      if (kind === '\\') return { ...state, kind: 'virtual' };
      return isText(token) ? { ...state, kind: 'operator', field: token.text } : undefined;
    case 'virtual': {
      if (!isText(token)) return undefined;
      const field = `\\${token.text.toLowerCase()}`;
      return { ...state, kind: field === '\\regexp' ? 'value' : 'operator', field };
    }
    case 'operator':
      return kind === 'operator' ? { ...state, kind: 'value', operator: token.text } : undefined;
    case 'value':
      return isText(token) || kind === 'stamp' || kind === 'regexp' ? { ...state, kind: 'joint' } : undefined;
    case 'joint':
      if (kind === '&&' || kind === '||') return { ...state, kind: 'field', field: '', operator: '' };
      return kind === ')' && state.open > 0 ? { ...state, open: state.open - 1 } : undefined;
  }
}

/** A text as a value of an expression: bare where it may be, else between quotes. */
export const asValue = (text: string): string =>
  /^[A-Za-z0-9_-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
