// An event -> its meaning. One question is answered here: is there a system call, or does one record stand alone?

import type { AuditEvent } from '../event/event.ts';
import { RECORD } from '../tables/records.ts';
import { normalizeMessage } from './message.ts';
import { normalizeSyscall } from './syscall.ts';
import type { Normalized } from './types.ts';

export interface NormalizeOptions {
  /**
   * Default true. Without, the attributes of the subject and what an access decision was about are not gathered, and a
   * result that stands before them in an unusual order is seen: as the classic formats print it without labels.
   */
  readonly attributes?: boolean;
}

/**
 * Who did what to what; undefined for an event whose meaning cannot be told: several records, and none of them SYSCALL.
 * Never throws, whatever the records hold.
 */
export function normalize(event: AuditEvent, options: NormalizeOptions = {}): Normalized | undefined {
  const { records } = event;
  const index = records.findIndex((record) => record.type === RECORD.SYSCALL);
  const attributes = options.attributes ?? true;
  if (index >= 0) return normalizeSyscall(records, index, attributes);
  return records.length === 1 ? normalizeMessage(records[0]!, attributes) : undefined;
}
