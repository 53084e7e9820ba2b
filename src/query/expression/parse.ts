// The expression language of ausearch-expression(5) as a predicate tree. The expression is about one record: an event
// matches when any of its records does. Grammar, loosest first:
//
//   or      = and { "||" and }
//   and     = unary { "&&" unary }
//   unary   = "!" unary | "(" or ")" | primary
//   primary = field operator value | "\" virtual operator value | "\" "regexp" string-or-regexp
//
// What is read beyond the manual: `==`, `<` … on fields that hold a decimal number (values.ts), quoted time stamps, and
// in a regexp every escape of POSIX. Record types and names of virtual fields may be in any case.

import { fromUtf8 } from '../../base/bytes.ts';
import { suggestion } from '../../base/nearest.ts';
import { otherRecordTypes, recordTypes } from '../../tables/records.ts';
import { MOST_STEPS, PatternError, readPattern } from '../pattern/index.ts';
import type { Order, Predicate, RecordPredicate } from '../predicate.ts';
import { columnOf, expressionError, type Operator, type Token, tokens } from './lex.ts';
import { hasValue, integer, recordType, stamp } from './values.ts';

/** What is never true, whatever the record. */
const FALSE: RecordPredicate = { kind: 'or', of: [] };

const VIRTUAL = ['timestamp', 'timestamp_ex', 'record_type', 'regexp'];

/**
 * The predicate of an expression (Unicode text, as the user typed it).
 * Throws AuditError `expression`, whose `position.column` (from 1) and message point at the fault.
 */
export function parseExpression(expression: string): Predicate {
  return { kind: 'some', of: parseRecordExpression(expression) };
}

/** The same as a predicate about one record. */
export function parseRecordExpression(expression: string): RecordPredicate {
  const parser = new Parser(expression);
  return parser.whole();
}

/** Reads tokens from left to right; lives for one expression. */
class Parser {
  private readonly expression: string;
  private readonly list: readonly Token[];
  private next = 0;
  private depth = 0;
  /** Steps that regular expressions may still become. */
  private room = MOST_STEPS;

  constructor(expression: string) {
    this.expression = expression;
    this.list = tokens(expression);
  }

  whole(): RecordPredicate {
    if (this.peek().kind === 'end') throw this.error(this.peek(), 'it is empty; an example: comm i= "sshd"');
    const tree = this.or();
    const rest = this.peek();
    if (rest.kind === ')') throw this.error(rest, 'this ) closes nothing');
    if (rest.kind !== 'end') throw this.error(rest, `expected && or || before ${name(rest)}`);
    return tree;
  }

  private peek(): Token {
    return this.list[this.next]!;
  }

  private take(): Token {
    const token = this.list[this.next]!;
    if (token.kind !== 'end') this.next++;
    return token;
  }

  private error(token: Token, what: string): Error {
    return expressionError(this.expression, token.at, what);
  }

  private or(): RecordPredicate {
    return this.joined('||', 'or', () => this.joined('&&', 'and', () => this.unary()));
  }

  private joined(sign: '&&' | '||', kind: 'and' | 'or', part: () => RecordPredicate): RecordPredicate {
    const of = [part()];
    while (this.peek().kind === sign) {
      this.take();
      of.push(part());
    }
    return of.length === 1 ? of[0]! : { kind, of };
  }

  private unary(): RecordPredicate {
    const token = this.peek();
    if (token.kind !== '!' && token.kind !== '(') return this.primary();
    if (++this.depth > 500) throw this.error(token, 'it is nested more than 500 deep');
    this.take();
    const inner = token.kind === '!' ? this.unary() : this.or();
    this.depth--;
    if (token.kind === '!') return { kind: 'not', of: inner };
    const close = this.take();
    if (close.kind !== ')')
      throw this.error(close, `expected ) here, for the ( at column ${columnOf(this.expression, token.at)}`);
    return inner;
  }

  private primary(): RecordPredicate {
    const token = this.take();
    if (token.kind === '\\') return this.virtual();
    if (token.kind !== 'word' && token.kind !== 'string')
      throw this.error(token, `expected a field, !, ( or \\ but found ${name(token)}`);
    const operator = this.operator(token.text);
    const value = this.value(operator);
    return this.field(token, operator, value);
  }

  private operator(after: string): Token & { kind: 'operator' } {
    const token = this.take();
    if (token.kind === 'operator') return token;
    throw this.error(token, `expected a comparison after "${after}" (i= i!= r= r!= == !== < <= > >=)`);
  }

  private value(after: Token): Token {
    const token = this.take();
    if (token.kind === 'word' || token.kind === 'string' || token.kind === 'stamp') return token;
    const hint = token.kind === 'regexp' ? '; a regexp stands as \\regexp /…/ and is about the whole record' : '';
    throw this.error(token, `expected a value after ${after.text} but found ${name(token)}${hint}`);
  }

  private field(field: Token, operator: Token & { kind: 'operator' }, value: Token): RecordPredicate {
    const fieldName = fromUtf8(field.text);
    if (!isOrder(operator.text)) {
      const form = operator.text.startsWith('r') ? 'raw' : 'interpreted';
      const how = operator.text.endsWith('!=') ? 'is-not' : 'is';
      return { kind: 'field', name: fieldName, form, compare: { how, value: fromUtf8(value.text) } };
    }
    if (!hasValue(fieldName))
      throw this.error(
        operator,
        `"${field.text}" holds no number that ${operator.text} could compare; write i= or i!= (as shown), r= or r!= (as recorded)`,
      );
    const number = integer(value.text);
    if (number === undefined)
      throw this.error(value, `${operator.text} compares with a decimal number; for a name write ${field.text} i= …`);
    const compare = { how: 'number', order: ORDERS[operator.text], value: number } as const;
    return { kind: 'field', name: fieldName, form: 'raw', compare };
  }

  private virtual(): RecordPredicate {
    const token = this.take();
    if (token.kind !== 'word' && token.kind !== 'string')
      throw this.error(token, `expected one of ${VIRTUAL.join(', ')} after \\`);
    const virtual = token.text.toLowerCase();
    if (!VIRTUAL.includes(virtual))
      throw this.error(
        token,
        `no virtual field is called "${token.text}"${suggestion(token.text, VIRTUAL)}; there are ${VIRTUAL.join(', ')}`,
      );
    if (virtual === 'regexp') return this.regexp();
    const operator = this.operator(`\\${token.text}`);
    const value = this.value(operator);
    if (!isOrder(operator.text)) return FALSE; // virtual fields have neither a raw nor an interpreted text
    const order = ORDERS[operator.text];
    if (virtual === 'record_type') {
      const type = recordType(value.text, typeNames);
      if (typeof type === 'string') throw this.error(value, type);
      return order === '=' ? { kind: 'type', types: [type] } : { kind: 'type-number', order, type };
    }
    const read = stamp(value.text, virtual === 'timestamp_ex');
    if (typeof read === 'string') throw this.error(value, read);
    return { kind: 'stamp', order, stamp: read };
  }

  private regexp(): RecordPredicate {
    const token = this.take();
    if (token.kind !== 'regexp' && token.kind !== 'string' && token.kind !== 'word')
      throw this.error(token, `expected a regexp after \\regexp, as /…/ or "…", but found ${name(token)}`);
    try {
      const pattern = readPattern(token.text, { room: this.room });
      this.room -= pattern.steps;
      return { kind: 'text', pattern };
    } catch (e) {
      if (!(e instanceof PatternError)) throw e;
      const shift = token.kind === 'word' ? 0 : 1;
      throw expressionError(this.expression, token.at + shift + e.at, `the regexp is wrong: ${e.message}`);
    }
  }
}

const ORDERS = { '==': '=', '!==': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const satisfies Partial<
  Record<Operator, Order>
>;

const isOrder = (operator: Operator): operator is keyof typeof ORDERS => Object.hasOwn(ORDERS, operator);

const name = (token: Token): string => (token.kind === 'end' ? 'its end' : `"${token.text}"`);

const typeNames = (): string[] => [...recordTypes.entries(), ...otherRecordTypes.entries()].map(([, n]) => n);
