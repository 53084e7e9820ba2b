// An event -> its meaning. One question is answered here: is there a system call, or does one record stand alone?

import type { AuditEvent } from '../event/event.ts';
import { RECORD } from '../tables/records.ts';
import { normalizeMessage } from './message.ts';
import { ownMeaning } from './own.ts';
import { normalizeSyscall } from './syscall.ts';
import type { Normalized, NormalizeOptions } from './types.ts';

/**
 * Who did what to what; undefined for an event whose meaning cannot be told: several records, and none of them SYSCALL.
 * Never throws, whatever the records hold.
 */
export function normalize(event: AuditEvent, options: NormalizeOptions = {}): Normalized | undefined {
  const { records } = event;
  const index = records.findIndex((record) => record.type === RECORD.SYSCALL);
  const { attributes = true, classic = false } = options;
  if (!classic) return records.length > 0 ? ownMeaning(event, { attributes, classic }) : undefined;
  if (index >= 0) return normalizeSyscall(records, index, { attributes, classic });
  return records.length === 1 ? normalizeMessage(records[0]!, { attributes, classic }) : undefined;
}
