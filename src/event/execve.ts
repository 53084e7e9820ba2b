// The command line of an execve: its EXECVE records joined. The kernel splits a long argument over records
// (`a1_len=18000 a1[0]=… a1[1]=…`) and a long list over records too (kernel/auditsc.c, audit_log_execve_info).
import { fieldsOf } from '../record/record.ts';
import { decoded } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import type { AuditEvent } from './event.ts';

/** Arguments that may be missing among those that are there; a number further on is no argument's. */
const MOST_MISSING = 4096;

/**
 * The arguments in order as latin1 text; undefined when the event has no EXECVE record. One of which no piece is there is
 * '', and a lost piece is left out. The list is no longer than the fields there are and MOST_MISSING, whatever they are called.
 */
export function argvOf(event: AuditEvent): readonly string[] | undefined {
  const argv: string[] = [];
  let found = false;
  let present = 0;
  for (const record of event.records) {
    if (record.type !== RECORD.EXECVE) continue;
    found = true;
    for (const field of fieldsOf(record)) {
      const place = /^a(\d{1,7})(\[\d+\])?$/.exec(field.name);
      if (!place || field.part !== 'body') continue;
      const index = Number(place[1]);
      if (index > present + MOST_MISSING) continue;
      const text = decoded(field.value);
      const before = argv[index];
      if (before === undefined) present++;
      argv[index] = place[2] ? (before ?? '') + text : text;
    }
  }
  return found ? Array.from(argv, (text) => text ?? '') : undefined;
}
