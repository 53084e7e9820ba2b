// What a system call does with the files it names, by its name, what the kernel says of each path (nametype, kernel
// kernel/auditsc.c) and, for the open family, the flags.

import type { AuditEvent } from '../../event/event.ts';
import { fieldValue } from '../../record/record.ts';
import { isExec } from '../../tables/calls.ts';
import { RECORD } from '../../tables/records.ts';

/** What was done with a file. */
export type FileUse = 'read' | 'written' | 'created' | 'deleted' | 'changed' | 'executed' | 'looked at';

const OPENERS: Readonly<Record<string, string>> = { open: 'a1', openat: 'a2', open_by_handle_at: 'a2' };
const CHANGERS =
  /^(f?chmod|f?l?chown|utime|futimesat|[fl]?setxattr|[fl]?removexattr|truncate|mount|umount|fchmodat|fchownat)/;

/** Uses of one path of a call that succeeded. */
export function usesOf(call: string, nametype: string, event: AuditEvent): readonly FileUse[] {
  if (nametype === 'CREATE') return call in OPENERS || call === 'openat2' ? ['created', 'written'] : ['created'];
  if (nametype === 'DELETE') return ['deleted'];
  if (isExec(call)) return ['executed'];
  if (call === 'creat') return ['written'];
  const flags = openFlags(call, event);
  if (flags !== undefined) return ACCESS[flags & 3]!;
  return CHANGERS.test(call) ? ['changed'] : ['looked at'];
}

/** By O_RDONLY, O_WRONLY, O_RDWR; 3 asks for no access at all. */
const ACCESS: readonly (readonly FileUse[])[] = [['read'], ['written'], ['read', 'written'], ['looked at']];

function openFlags(call: string, event: AuditEvent): number | undefined {
  if (call === 'openat2') {
    const how = event.records.find((record) => record.type === RECORD.OPENAT2);
    return how && Number.parseInt(fieldValue(how, 'oflag') ?? '0', 8);
  }
  const argument = OPENERS[call];
  const record = argument && event.records.find((r) => r.type === RECORD.SYSCALL);
  return record ? Number.parseInt(fieldValue(record, argument) ?? '0', 16) | 0 : undefined;
}
