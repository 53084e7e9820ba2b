// The zod shapes of what requests bring, and how a request's texts are read with them. Shapes are strict: a name that a
// route does not know is refused, so that a misspelt filter never shows more than was asked for.

import { z } from 'zod';
import { type Column, FACETS, NUMBERS } from '../store/store.ts';
import { Fault } from './fault.ts';

const LONGEST_TEXT = 4096;

export const text = (longest = LONGEST_TEXT) => z.string().max(longest);

/** A whole number as a parameter writes it. */
export const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'a whole number')
    .transform(Number)
    .refine((n) => n >= minimum && n <= maximum, `from ${minimum} to ${maximum}`)
    .meta({ type: 'integer', minimum, maximum });

export const flag = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .meta({ type: 'boolean' });

/** An id of 32 bits. */
export const id = whole(0, 0xffffffff);

const moment = text(64).describe('Seconds since 1970, or a moment: 15m, 2h, today, 2026-11-21T14:30:00Z');

export const period = { since: moment.optional(), until: moment.optional() };

const values = z.union([text(), z.array(text()).max(64)]).optional();
const columns = Object.fromEntries(
  [...FACETS, ...NUMBERS].map((name) => [name, values.describe(`Value of this column; repeated: any of them`)]),
) as Record<Column, typeof values>;

/** What every view may narrow the trail by. */
export const narrowing = {
  q: text().optional().describe('An expression (docs/expression.md)'),
  ...period,
  ...columns,
};

/** Reads a request's input; throws Fault 400 that names the parameter. */
export function readInput<S extends z.ZodObject>(shape: S, input: Readonly<Record<string, unknown>>): z.output<S> {
  const read = shape.safeParse(input);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const parameter = issue.keys[0]!;
    throw new Fault(400, 'unknown-parameter', `Cannot answer: there is no parameter \`${parameter}\` here`, {
      parameter,
    });
  }
  const parameter = String(issue.path[0] ?? '');
  const missing = parameter !== '' && input[parameter] === undefined;
  const message = missing ? `the parameter \`${parameter}\` is missing` : `\`${parameter}\`: ${issue.message}`;
  throw new Fault(400, 'bad-parameter', `Cannot answer: ${message}`, parameter === '' ? {} : { parameter });
}

/** Query parameters: a text, or a list where the name stands more than once. */
export function queryOf(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(url.searchParams.keys())) {
    const all = url.searchParams.getAll(name);
    query[name] = all.length === 1 ? all[0]! : all;
  }
  return query;
}
