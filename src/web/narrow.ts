// From what a view is narrowed by (query parameters) to a selection of the store.

import { AuditError, beginOf, endOf, firstLine, type TimeRange } from '../base/index.ts';
import { readMoment } from '../host/moment.ts';
import { parseExpression } from '../query/index.ts';
import { type Column, FACETS, NUMBERS, type Selection } from '../store/store.ts';
import { Fault } from './fault.ts';
import { meant } from './words.ts';

type Texts = string | readonly string[] | undefined;

/** The parameters of `narrowing` (inputs.ts). */
export type Narrowed = {
  readonly q?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
} & {
  readonly [C in Column]?: Texts;
};

/** Seconds since 1970, with a fraction; `now` in ms. Throws Fault 400. */
export function secondsOf(parameter: 'since' | 'until' | 'at', given: string, now: number): number {
  if (/^-?\d{1,15}(\.\d+)?$/.test(given)) return Number(given);
  try {
    return readMoment(given, now) / 1000;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    throw new Fault(400, 'bad-parameter', error.message, { parameter });
  }
}

/** `since` and `until` as a range of time, as every verb has it. */
export function timeRangeOf({ since, until }: Pick<Narrowed, 'since' | 'until'>, now: number): TimeRange {
  return {
    ...(since !== undefined && { since: beginOf(secondsOf('since', since, now) * 1000) }),
    ...(until !== undefined && { until: endOf(until, secondsOf('until', until, now) * 1000) }),
  };
}

/** The same as the range of a selection, in seconds. */
export function rangeOf(asked: Pick<Narrowed, 'since' | 'until'>, now: number): Pick<Selection, 'from' | 'to'> {
  const { since, until } = timeRangeOf(asked, now);
  return { ...(since !== undefined && { from: since / 1000 }), ...(until !== undefined && { to: until / 1000 }) };
}

/** The events a view is about. Throws Fault 400, for an expression with its column. */
export function selectionOf(asked: Narrowed, now: number): Selection {
  const { q } = asked;
  const columns: { [C in Column]?: readonly (string | number | undefined)[] } = {};
  for (const name of FACETS) if (asked[name] !== undefined) columns[name] = [asked[name]].flat().flatMap(meant);
  for (const name of NUMBERS)
    if (asked[name] !== undefined) columns[name] = [asked[name]].flat().map((value) => numberOf(name, value));
  return {
    ...rangeOf(asked, now),
    ...(q !== undefined && q.trim() !== '' && { predicate: expressionOf(q) }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}

function numberOf(parameter: Column, value: string): number | undefined {
  if (value === '') return undefined;
  if (!/^\d{1,10}$/.test(value))
    throw new Fault(400, 'bad-parameter', `Cannot answer: \`${parameter}\` is a number, not \`${value}\``, {
      parameter,
    });
  return Number(value);
}

function expressionOf(q: string) {
  try {
    return parseExpression(q);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    const column = (error.position?.column ?? 1) - 1;
    throw new Fault(400, 'expression', firstLine(error.message), {
      parameter: 'q',
      column,
      length: wordLength(q, column),
    });
  }
}

/** How long the word at a column is, to be marked; at least 1. */
export function wordLength(q: string, column: number): number {
  const rest = [...q].slice(column).join('');
  return [...(/^(?:[\w-]+|\S)/.exec(rest)?.[0] ?? ' ')].length;
}
