// Which events the classic tools pass over as malformed: those with a record that lacks what ausearch always reads
// (learnt by running ausearch 4.2.2 on damaged records). It is strict about four types and takes any other as it is.
// AppArmor's records are among what it cannot read, for they have no `tclass=`; the modern search has no such rule.

import type { AuditEvent } from '../event/event.ts';
import { type AuditRecord, textOf } from '../record/record.ts';

const SYSCALL = 1300;
const URINGOP = 1336;
const AVC = 1400;
const FIRST_INTEGRITY = 1800;
const LAST_INTEGRITY = 1805;

/** The record for which ausearch drops the whole event; undefined when it reads every one. */
export function unreadableRecord(event: AuditEvent): AuditRecord | undefined {
  for (const record of event.records) if (!isReadable(record)) return record;
  return undefined;
}

function isReadable(record: AuditRecord): boolean {
  const { type, body } = record;
  if (type === SYSCALL) return hasValues(textOf(record), body, ['syscall=', 'a0=', 'a1=']);
  if (type === URINGOP) return hasValues(textOf(record), body, ['uring_op=']);
  if (type === AVC) return textOf(record).includes('tclass=', body);
  if (type < FIRST_INTEGRITY || type > LAST_INTEGRITY) return true;
  const text = textOf(record);
  return !text.includes('pid=', body) || hasValues(text, body, ['pid=']);
}

/** Whether these stand in that order, each value with a blank behind it. */
function hasValues(text: string, body: number, names: readonly string[]): boolean {
  let at = body;
  for (const name of names) {
    const found = text.indexOf(name, at);
    if (found < 0) return false;
    at = text.indexOf(' ', found);
    if (at < 0) return false;
  }
  return true;
}
