// auditd.conf as the daemon reads it: at the start, and again at SIGHUP. It opens the file under the rules about links,
// says its warnings, and throws the first of its faults. What the keywords mean is in config.ts.

import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { AuditError } from '../base/error.ts';
import { type DaemonConfig, readConfig } from './config.ts';
import type { World } from './world.ts';

/**
 * Reads `file`. `again`: an older configuration is in force; then a file that sets nothing is refused, for it is most
 * likely one that is just being written over, and would be a valid one of defaults. Throws AuditError CONFIG.
 */
export function readConfigFile(file: string, followLinks: boolean, again: boolean, log: World['log']): DaemonConfig {
  const { config, given, problems, warnings } = readConfig(textOf(file, followLinks), file);
  for (const warning of warnings) log('warning', `${file}: ${warning}`);
  const [first] = problems;
  if (first) {
    for (const problem of problems.slice(1)) log('error', problem.message);
    throw first;
  }
  if (again && given.size === 0) {
    throw new AuditError(
      'CONFIG',
      `Cannot use ${file}: it sets nothing, as a file does that is being written over; move a finished one into place (mv)`,
    );
  }
  return config;
}

function textOf(file: string, followLinks: boolean): string {
  try {
    const fd = openSync(file, constants.O_RDONLY | (followLinks ? 0 : constants.O_NOFOLLOW));
    try {
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ELOOP' ? 'it is a symbolic link, and links are followed only with -l' : message;
    throw new AuditError('CONFIG', `Cannot read ${file}: ${why}`, { cause });
  }
}
