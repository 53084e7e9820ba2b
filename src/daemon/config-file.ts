// auditd.conf as the daemon reads it: at the start, and again at SIGHUP. It opens the file under the rules about links,
// says its warnings, and throws the first of its faults. What the keywords mean is in config.ts.

import { AuditError } from '../base/error.ts';
import { programFault, readTrusted } from '../dispatch/trusted.ts';
import { type DaemonConfig, readConfig } from './config.ts';
import type { World } from './world.ts';

/**
 * Reads `file`. `again`: an older configuration is in force; then a file that sets nothing is refused, for it is most
 * likely one that is just being written over, and would be a valid one of defaults. Throws AuditError CONFIG.
 */
export function readConfigFile(file: string, followLinks: boolean, again: boolean, log: World['log']): DaemonConfig {
  const text = textOf(file, followLinks, !again);
  if (text === '' && !again) log('warning', `${file} is missing or empty: all settings are the defaults`);
  const { config, given, problems: wrong, warnings } = readConfig(text, file);
  const problems = [...wrong, ...scriptFaults(config, file)];
  for (const warning of warnings) log('warning', `${file}: ${warning}`);
  const [first] = problems;
  if (first) {
    for (const problem of problems.slice(1)) log('error', problem.message);
    throw first;
  }
  if (again && given.size === 0) {
    throw new AuditError(
      'config',
      `Cannot use ${file}: it sets nothing, as a file does that is being written over; move a finished one into place (mv)`,
    );
  }
  return config;
}

function textOf(file: string, followLinks: boolean, mayLack: boolean): string {
  try {
    return readTrusted(file, followLinks);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayLack) return '';
    const why = code === 'ELOOP' ? 'it is a symbolic link, and links are followed only with -l' : message;
    throw new AuditError('config', `Cannot read ${file}: ${why}`, { cause });
  }
}

/** Why a script of an `exec` action must not be run, for each of them that has one. */
function scriptFaults(config: DaemonConfig, file: string): AuditError[] {
  return ACTIONS.flatMap((setting) => {
    const { script } = config[setting];
    const fault = script && programFault(script);
    return fault
      ? [new AuditError('config', `Cannot use ${file}: ${setting} = exec …: ${fault}`, { position: { file } })]
      : [];
  });
}

const ACTIONS = [
  'max_log_file_action',
  'space_left_action',
  'admin_space_left_action',
  'disk_full_action',
  'disk_error_action',
] as const;
