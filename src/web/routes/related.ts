// Searches for what belongs to an event: same process, session, login, file, program, key. Each as columns for the store
// and as an expression for the page's query bar. The two find the same as far as an expression can say it.

import type { Selection, StoredEvent } from '../../store/index.ts';
import { shown } from '../words.ts';

export interface Related {
  readonly label: string;
  readonly q: string;
  readonly columns: NonNullable<Selection['columns']>;
  /** The event itself is among them. */
  readonly self: boolean;
}

/** A text of the trail as a string of an expression. */
export const literal = (text: string): string => `"${shown(text).replace(/[\\"]/g, '\\$&')}"`;

export function relatedOf({ columns }: StoredEvent): Related[] {
  const { pid, ppid, ses, auid, exe, key, object } = columns;
  const found: Related[] = [];
  const number = (
    label: string,
    name: 'pid' | 'ppid' | 'ses' | 'auid',
    value: number | undefined,
    self = true,
  ): void => {
    if (value !== undefined) found.push({ label, q: `${name} == ${value}`, columns: { [name]: value }, self });
  };
  number('Same process', 'pid', pid);
  number('Children of this process', 'ppid', pid, false);
  number('The parent process', 'pid', ppid, false);
  number('Same session', 'ses', ses);
  number('Same login', 'auid', auid);
  if (exe !== '') found.push({ label: 'Same program', q: `exe i= ${literal(exe)}`, columns: { exe }, self: true });
  if (key !== '') found.push({ label: 'Same key', q: `key i= ${literal(key)}`, columns: { key }, self: true });
  if (object.startsWith('/'))
    found.push({ label: 'Same file', q: `name i= ${literal(object)}`, columns: { object }, self: true });
  return found;
}
