// The command line of an execve: its EXECVE records joined. The kernel splits a long argument over records
// (`a1_len=18000 a1[0]=… a1[1]=…`) and a long list over records too (kernel/auditsc.c, audit_log_execve_info).
import { decodeHex, isHex } from '../base/hex.ts';
import { fieldsOf } from '../record/record.ts';
import type { AuditEvent } from './event.ts';

const EXECVE = 1309;

/** The arguments in order as latin1 text; undefined when the event has no EXECVE record. A lost piece is left out. */
export function argvOf(event: AuditEvent): readonly string[] | undefined {
  const argv: string[] = [];
  let found = false;
  for (const record of event.records) {
    if (record.type !== EXECVE) continue;
    found = true;
    for (const field of fieldsOf(record)) {
      const place = /^a(\d{1,7})(\[\d+\])?$/.exec(field.name);
      if (!place || field.part !== 'body') continue;
      const index = Number(place[1]);
      if (index > argv.length + 4096) continue;
      const text = argument(field.value);
      argv[index] = place[2] ? (argv[index] ?? '') + text : text;
    }
  }
  return found ? Array.from(argv, (text) => text ?? '') : undefined;
}

function argument(value: string): string {
  if (value.charCodeAt(0) === 34) return value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value.slice(1);
  return isHex(value) ? decodeHex(value)! : value;
}
