// This machine's own trail, for every verb that was told no other: where auditd.conf(5) says it is, why it may be out of
// reach, and the sample that comes with the project for a machine that has none. It reads no record.
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trailConfig } from '../logs/index.ts';

/** `log_file` of auditd.conf, or auditd's default. */
export const ownLog = (): string => trailConfig().log;

/** The sample trail of a lab. */
export const SAMPLE = fileURLToPath(new URL('../../sample/audit.log', import.meta.url));

/** Why a log cannot be read, as a clause; undefined when it can. What a folder hides may be there or not. */
export function unreadable(log: string): string | undefined {
  try {
    accessSync(log, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? `there is no ${log} here`
      : `${log} may not be read: try it as root`;
  }
}
