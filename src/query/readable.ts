// Which events the classic tools pass over as malformed: those with a record that lacks what ausearch always reads
// (learnt by running ausearch 4.2.2 on damaged records). It is strict about a few types and takes any other as it is.
// AppArmor's records are among what it cannot read, for they have no `tclass=`; the modern search has no such rule.

import type { AuditEvent } from '../event/event.ts';
import { unsigned } from '../interpret/numbers.ts';
import { ENRICHMENT_SEPARATOR } from '../record/fields.ts';
import { type AuditRecord, textOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';

const FIRST_INTEGRITY = RECORD.INTEGRITY_DATA;
const LAST_INTEGRITY = RECORD.INTEGRITY_RULE;

/** The record for which ausearch drops the whole event; undefined when it reads every one. `arch` says whether it looks
 * at the machine of system calls: where it interprets, and where `--arch` is asked for. */
export function unreadableRecord(event: AuditEvent, arch = false): AuditRecord | undefined {
  for (const record of event.records) if (!isReadable(record, arch)) return record;
  return undefined;
}

interface Value {
  readonly name: string;
  readonly hex?: true;
}

const ARCH: Value = { name: 'arch=', hex: true };
const CALL: readonly Value[] = [{ name: 'syscall=' }, { name: 'a0=', hex: true }, { name: 'a1=', hex: true }];
const MACHINE_AND_CALL: readonly Value[] = [ARCH, ...CALL];
const SECCOMP_CALL: readonly Value[] = [ARCH, { name: 'syscall=' }];
const OPERATION: readonly Value[] = [{ name: 'uring_op=' }];
const PID: readonly Value[] = [{ name: 'pid=' }];

function isReadable(record: AuditRecord, arch: boolean): boolean {
  switch (record.type) {
    case RECORD.SYSCALL:
      return hasValues(record, arch ? MACHINE_AND_CALL : CALL);
    case RECORD.SECCOMP:
      return !has(record, ARCH) || hasValues(record, SECCOMP_CALL);
    case RECORD.URINGOP:
      return hasValues(record, OPERATION);
    case RECORD.AVC:
      return textOf(record).includes('tclass=', record.body);
    default:
      return (
        record.type < FIRST_INTEGRITY || record.type > LAST_INTEGRITY || !has(record, PID[0]!) || hasValues(record, PID)
      );
  }
}

const has = (record: AuditRecord, { name }: Value): boolean => textOf(record).includes(name, record.body);

/** Whether these stand in that order in front of the enriched tail, each a number that fits with a blank behind it. */
function hasValues(record: AuditRecord, values: readonly Value[]): boolean {
  const text = textOf(record);
  const tail = text.indexOf(ENRICHMENT_SEPARATOR, record.body);
  let at = record.body;
  for (const { name, hex } of values) {
    const found = text.indexOf(name, at);
    if (found < 0) return false;
    at = text.indexOf(' ', found);
    if (at < 0 || (tail >= 0 && at > tail)) return false;
    if (!fits(text, found + name.length, at, hex === true)) return false;
  }
  return true;
}

/** Whether the number there has at most 64 bits. Most are short, and so they fit. */
function fits(text: string, start: number, end: number, hex: boolean): boolean {
  return end - start <= 16 || unsigned(text.slice(start, end), hex ? 16 : 10) !== undefined;
}
