// From a selection to SQL: a condition that every matching event meets. Where it is met by others too, `exact` is false
// and the matcher decides on what comes back; so the answers are the matcher's in any case.

import { type Predicate, type RecordPredicate, TRUE } from '../query/index.ts';
import { needlesOf } from '../query/needles.ts';
import { timeConditions } from './range.ts';
import type { Selection, Value } from './store.ts';

export interface Where {
  /** On columns that are quick to look at. */
  readonly cheap: string;
  /** On the text of the records: every match meets it, and others may. */
  readonly costly?: string;
  /** Whether what meets `cheap` matches; then there is no `costly`. */
  readonly exact: boolean;
}

interface Part {
  readonly sql: string;
  readonly exact: boolean;
}

const EVERY: Part = { sql: 'true', exact: true };

/** The condition of a selection. */
export function whereOf(selection: Selection): Where {
  const { predicate = TRUE, columns = {} } = selection;
  const wanted = Object.entries(columns).map(([name, value]) => {
    if (!/^[a-z]+$/.test(name)) throw new TypeError(`There is no column ${name}.`);
    const values: readonly Value[] = Array.isArray(value) ? value : [value as Value];
    return values.map((one) => hasValue(name, one)).join(' OR ') || 'false';
  });
  const tree = partOf(predicate);
  const cheap = [...wanted, ...timeConditions(selection), tree.sql].map((sql) => `(${sql})`).join(' AND ');
  const costly = tree.exact ? undefined : textPart(predicate);
  return { cheap, exact: tree.exact, ...(costly && { costly }) };
}

function hasValue(name: string, value: Value): string {
  if (value === undefined) return `${name} IS NULL`;
  return `${name} = ${typeof value === 'number' ? integer(value) : quoted(value)}`;
}

/** What the text of an event's records must hold, as SQL; undefined when nothing can be said. */
function textPart(predicate: Predicate | RecordPredicate): string | undefined {
  switch (predicate.kind) {
    case 'and': {
      const parts = predicate.of.map(textPart).filter((part) => part !== undefined);
      return parts.length > 0 ? parts.map((part) => `(${part})`).join(' AND ') : undefined;
    }
    case 'or': {
      const parts = predicate.of.map(textPart);
      return parts.length === 0 || parts.includes(undefined)
        ? undefined
        : parts.map((part) => `(${part})`).join(' OR ');
    }
    case 'some':
      return textPart(predicate.of);
    default:
      return needlesOf(predicate)
        ?.any.map((needle) => `contains(raw, ${quoted(needle)})`)
        .join(' OR ');
  }
}

function partOf(predicate: Predicate): Part {
  switch (predicate.kind) {
    case 'true':
      return EVERY;
    case 'and':
    case 'or': {
      const parts = predicate.of.map(partOf);
      const joint = predicate.kind === 'and' ? ' AND ' : ' OR ';
      if (parts.length === 0) return predicate.kind === 'and' ? EVERY : { sql: 'false', exact: true };
      return { sql: parts.map((p) => `(${p.sql})`).join(joint), exact: parts.every((p) => p.exact) };
    }
    case 'not': {
      const inner = partOf(predicate.of);
      return inner.exact ? { sql: `NOT (${inner.sql})`, exact: true } : { sql: 'true', exact: false };
    }
    case 'time': {
      const ends = [];
      if (predicate.from !== undefined) ends.push(`sec >= ${number(predicate.from)}`);
      if (predicate.to !== undefined) ends.push(`sec <= ${number(predicate.to)}`);
      return { sql: ends.join(' AND ') || 'true', exact: true };
    }
    case 'serial':
      return { sql: `serial = ${number(predicate.serial)}`, exact: true };
    case 'node':
      return { sql: predicate.names.map((n) => `node = ${quoted(n)}`).join(' OR ') || 'false', exact: true };
    case 'types':
      return {
        sql: predicate.types.map((t) => `contains(types, ',${integer(t)},')`).join(' OR ') || 'false',
        exact: true,
      };
    default:
      return { sql: 'true', exact: false };
  }
}

/** SQL text; the store keeps latin1 text as it is in memory: one character per byte. */
export const quoted = (text: string): string =>
  text.includes('\0') ? text.split('\0').map(literal).join(' || chr(0) || ') : literal(text);

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const integer = (n: number): string => (Number.isSafeInteger(n) ? String(n) : 'NULL');

/** A number as SQL; never scientific text that a cast to BIGINT would round. */
const number = (n: number): string =>
  n === Number.POSITIVE_INFINITY ? "'inf'::DOUBLE" : n === Number.NEGATIVE_INFINITY ? "'-inf'::DOUBLE" : `${n}`;
