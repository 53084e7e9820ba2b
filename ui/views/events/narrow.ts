// What the event list is narrowed by, as the address has it: expression, range, facets. The API takes the same names.
import type { QueryPatch } from '../../app/router.tsx';

/** Columns of the store that can be clicked on, with their titles, in the order of the panel. */
export const FACETS: Readonly<Record<string, string>> = {
  outcome: 'Outcome',
  kind: 'Kind',
  action: 'Action',
  auid: 'Login',
  uid: 'User',
  exe: 'Program',
  comm: 'Command',
  key: 'Rule key',
  syscall: 'System call',
  type: 'Record type',
  ses: 'Session',
  tty: 'Terminal',
  object: 'Object',
  node: 'Machine',
};

/** Further columns that an address may narrow by. */
export const COLUMNS: readonly string[] = [...Object.keys(FACETS), 'pid', 'ppid'];

/** The parameters of an address that narrow the trail. '' as a facet's value is kept: "has none". */
export function narrowingOf(query: URLSearchParams): URLSearchParams {
  const narrowed = new URLSearchParams();
  for (const name of ['q', 'since', 'until']) {
    const value = query.get(name);
    if (value) narrowed.set(name, value);
  }
  for (const name of COLUMNS) for (const value of query.getAll(name)) narrowed.append(name, value);
  return narrowed;
}

/** One facet that is on. */
export interface Chip {
  readonly column: string;
  readonly value: string;
}

/** The facets that are on. */
export function chipsOf(query: URLSearchParams): readonly Chip[] {
  return COLUMNS.flatMap((column) => query.getAll(column).map((value) => ({ column, value })));
}

/** The query with a facet's value turned on or off. */
export function toggled(query: URLSearchParams, column: string, value: string): URLSearchParams {
  const next = new URLSearchParams(query);
  const values = next.getAll(column);
  next.delete(column);
  const kept = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  for (const one of kept) next.append(column, one);
  return next;
}

/** A patch that takes all narrowing away. */
export const NOTHING: QueryPatch = Object.fromEntries(
  ['q', 'since', 'until', ...COLUMNS].map((name) => [name, undefined]),
);

/** `path?query`, values of '' kept. */
export function hrefWith(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
