// From a cell of a report to the events behind it: an address for the columns whose name is a field that can be searched.
// Pure.
import { addressOf } from '../processes/links.ts';

/** Column of a report → what the expression compares. Paths are facets of the store; the rest are fields of records. */
const FIELDS: Readonly<Record<string, string>> = {
  exe: 'exe',
  comm: 'comm',
  key: 'key',
  host: 'addr',
  term: 'terminal',
  acct: 'acct',
  auid: 'auid',
  user: 'auid',
  syscall: 'syscall',
};

/** A text as the expression language quotes it (docs/expression.md). */
export const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Undefined where no expression would find just those events. */
export function searchFor(column: string, cell: string, report = ''): string | undefined {
  const field = column === 'file' && report === 'executable' ? 'exe' : FIELDS[column];
  if (field === undefined || cell === '' || cell === '?' || cell.startsWith('(')) return undefined;
  return addressOf('/events', { q: `${field} i= ${quoted(cell)}` });
}
