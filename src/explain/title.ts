// A process title (PROCTITLE record) as words: the arguments as they stood in memory, parted by NUL, at most 128 bytes
// (kernel/auditsc.c, MAX_PROCTITLE_AUDIT_LEN). A program may have rewritten it; the kernel cuts a long one.

import { type AuditRecord, fieldText, fieldValue } from '../record/index.ts';
import { isAbsent } from '../record/value.ts';

/** undefined when the record holds no title. */
export function titleWords(record: AuditRecord): readonly string[] | undefined {
  const value = fieldValue(record, 'proctitle');
  if (isAbsent(value)) return undefined;
  const words = fieldText('proctitle', value).split('\0');
  while (words.length > 1 && words.at(-1) === '') words.pop();
  return words[0] === '' && words.length === 1 ? undefined : words;
}
