// What a record of AppArmor's or Landlock's says to a report. audit-userspace has no reader for them, and leaves their events
// out as malformed; `auspex report` counts them.

import { verdictOf } from '../../normalize/verdict.ts';
import { type AuditRecord, fieldValue } from '../../record/record.ts';
import { decoded, idOf, unquoted, wholeOf } from '../../record/value.ts';
import { RECORD } from '../../tables/records.ts';
import type { Facts } from './facts.ts';

const LANDLOCK: ReadonlySet<number> = new Set([RECORD.LANDLOCK_ACCESS, RECORD.LANDLOCK_DOMAIN]);
const RESULTS = { success: ['granted', 'yes'], failed: ['denied', 'no'] } as const;

/** Adds what the record's verdict says; false for a record that holds none. */
export function readVerdict(record: AuditRecord, facts: Facts): boolean {
  const verdict = verdictOf(record);
  if (!verdict) return false;
  const { action, outcome, subject, object, objectKind } = verdict;
  const [result, success] = outcome === undefined ? (['unset', 'unset'] as const) : RESULTS[outcome];
  const at = (found: typeof object): string | undefined => found && decoded(found.field.value);
  const text = (name: string): string | undefined => {
    const value = fieldValue(record, name);
    return value === undefined ? undefined : decoded(value);
  };
  const file = at(object);
  if (facts.success === 'unset') facts.success = success;
  if (facts.pid === -1 && record.type !== RECORD.USER_AVC) facts.pid = wholeOf(text('pid')) ?? -1;
  facts.comm ??= text('comm');
  if (record.type === RECORD.LANDLOCK_DOMAIN) facts.exe ??= text('exe');
  facts.uid ??= idOf(text('uid') ?? text('fsuid'));
  if (file !== undefined && (objectKind === 'file' || objectKind === 'directory')) facts.files.push(file);
  facts.decisions.push({
    result,
    permissions: unquoted(fieldValue(record, 'denied_mask') ?? fieldValue(record, 'requested_mask') ?? '') || action,
    subject: at(subject),
    object: file,
    class: unquoted(fieldValue(record, 'class') ?? '') || (LANDLOCK.has(record.type) ? 'landlock' : 'apparmor'),
  });
  return true;
}
