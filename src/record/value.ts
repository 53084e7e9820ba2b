// The value of a field as it stands in a line, and what it says: whether it says anything, the text in its quotes, the
// bytes behind its hex. Every reading of a record that is ours asks here; those that must read as another tool does
// (ausearch's, aureport's, auparse's) say so where they stand.

import { decodeHex, isHex } from '../base/hex.ts';

export { idOf, isSet, isUnset, UNSET, wholeOf } from '../base/ids.ts';

const QUOTE = 34;
const APOSTROPHE = 39;

/** What stands where nothing is told: nothing at all, and the words of the kernel and of programs for it. */
export type Absent = undefined | '' | '?' | '(null)' | '(none)';

/**
 * Whether a value tells nothing. Asked of the value as written, a quoted `"?"` is a name (the kernel quotes file names);
 * asked of the decoded text it is none, for programs write `exe="?"` and `acct="?"` where they do not know.
 */
export const isAbsent = (value: string | undefined): value is Absent =>
  value === undefined || value === '' || value === '?' || value === '(null)' || value === '(none)';

/** Whether a value stands between two quotes, double or single. */
function inQuotes(value: string): boolean {
  const first = value.charCodeAt(0);
  return (first === QUOTE || first === APOSTROPHE) && value.length > 1 && value.charCodeAt(value.length - 1) === first;
}

/**
 * A value without the quotes around it; any other as it stands. A double quote that nothing closes is taken off too: the
 * record was cut within the text.
 */
export function unquoted(value: string): string {
  if (inQuotes(value)) return value.slice(1, -1);
  return value.charCodeAt(0) === QUOTE && value.indexOf('"', 1) < 0 ? value.slice(1) : value;
}

/**
 * The bytes (latin1) an untrusted string stands for: the kernel and libaudit write it in quotes when it is plain and in
 * hex when it is not (kernel/audit.c, audit_log_untrustedstring). A value that is neither stands for itself; an odd
 * number of hex digits is no hex.
 */
export function decoded(value: string): string {
  const first = value.charCodeAt(0);
  if (first === QUOTE || first === APOSTROPHE) return unquoted(value);
  return isHex(value) ? decodeHex(value)! : value;
}
