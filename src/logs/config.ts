// What a reader of the trail needs of auditd.conf(5): where the log is, and how long an event may take. A file that is
// missing or has faults is no reason not to read a log: the defaults stand (auditd itself reports the faults).

import { readFileSync } from 'node:fs';
import { readEntries } from '../base/settings.ts';

export interface TrailConfig {
  /** log_file */
  readonly log: string;
  /** end_of_event_timeout, seconds. */
  readonly timeout: number;
}

/** Reads auditd's configuration. */
export function trailConfig(file = '/etc/audit/auditd.conf'): TrailConfig {
  let text = '';
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    // the defaults
  }
  const { entries } = readEntries(text, file);
  const value = (keyword: string): string | undefined => entries.findLast((e) => e.keyword === keyword)?.value;
  const log = value('log_file');
  const timeout = Number(value('end_of_event_timeout'));
  return {
    log: log?.startsWith('/') ? log : '/var/log/audit/audit.log',
    timeout: Number.isInteger(timeout) && timeout > 0 ? timeout : 2,
  };
}
