// The classic options as a predicate. Options stand side by side with "and"; each keeps its last value, except message
// types and nodes, of which any may match, and `-ua` and `-ga`, which fill three and two ids of which any may match.

import { allOf, anyOf, type IdItem, type Predicate, type StringItem } from './predicate.ts';

type Ids = 'uid' | 'euid' | 'auid';
type Groups = 'gid' | 'egid';

/** What ausearch's search options ask for; a part left out is not asked for. Strings are latin1. */
export interface ClassicSearch {
  from?: number;
  to?: number;
  serial?: number;
  nodes?: string[];
  types?: number[];
  ids: Partial<Record<IdItem, number>>;
  /** `-ua`: any of uid, euid and auid will do. */
  anyUser?: boolean;
  /** `-ga`: any of gid and egid will do. */
  anyGroup?: boolean;
  success?: boolean;
  strings: Partial<Record<StringItem, string>>;
  /** `-se`: subject or object. */
  context?: string;
  /** `-w` */
  word?: boolean;
}

/** The predicate of a search; true for every event when nothing is asked for. */
export function classicPredicate(search: ClassicSearch): Predicate {
  const { from, to, serial, nodes, types, success, word = false } = search;
  const parts: Predicate[] = [];
  if (from !== undefined || to !== undefined)
    parts.push({ kind: 'time', ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
  if (serial !== undefined) parts.push({ kind: 'serial', serial });
  if (nodes) parts.push({ kind: 'node', names: nodes });
  if (types) parts.push({ kind: 'types', types });
  if (success !== undefined) parts.push({ kind: 'success', value: success });
  const ids = { ...search.ids };
  parts.push(...together(ids, ['uid', 'euid', 'auid'] satisfies Ids[], search.anyUser));
  parts.push(...together(ids, ['gid', 'egid'] satisfies Groups[], search.anyGroup));
  for (const item of Object.keys(ids) as IdItem[]) parts.push({ kind: 'id', item, value: ids[item]! });
  for (const item of Object.keys(search.strings) as StringItem[])
    parts.push({ kind: 'string', item, value: search.strings[item]!, word });
  if (search.context !== undefined) {
    const value = search.context;
    parts.push(
      anyOf([
        { kind: 'string', item: 'subject', value, word },
        { kind: 'string', item: 'object', value, word },
      ] as const),
    );
  }
  return allOf(parts);
}

/** Takes some ids out of `ids` as one test, when any of them will do. */
function together(ids: Partial<Record<IdItem, number>>, items: readonly IdItem[], any = false): Predicate[] {
  if (!any) return [];
  const parts: Predicate[] = [];
  for (const item of items) {
    const value = ids[item];
    if (value === undefined) continue;
    parts.push({ kind: 'id', item, value });
    delete ids[item];
  }
  return [anyOf(parts)];
}
