// audisp-remote.conf as typed settings: every keyword of audisp-remote.conf(5) 4.2.2, and our tls_* for certificates.

import { AuditError } from '../base/error.ts';
import {
  absolutePath,
  action,
  choice,
  readSettings,
  type Setting,
  type Settings,
  whole,
  word,
} from '../base/settings.ts';
import { transportFault, transportSchema, withoutOldNames } from './tls-settings.ts';

const common = [
  'ignore',
  'syslog',
  'exec',
  'warn_once',
  'warn_once_continue',
  'suspend',
  'single',
  'halt',
  'stop',
] as const;

const localPort: Setting<number> = {
  fallback: 0,
  parse: (value) => (value.toLowerCase() === 'any' ? 0 : whole(1, 65_535, 0).parse(value)),
  help: 'port to come from, or any',
};

export const clientSchema = {
  remote_server: { ...word('', 'the server'), parse: (value: string) => (value === '' ? '' : word('').parse(value)) },
  port: whole(1, 65_535, 60, "the server's port"),
  local_port: localPort,
  ...transportSchema,
  mode: choice(['immediate', 'forward'], 'immediate', 'send at once, or store and then send'),
  queue_file: absolutePath('/var/spool/audit/remote.log', 'the store of mode = forward'),
  queue_depth: whole(1, 2_147_483_647, 2048, 'records that may wait'),
  format: choice(['managed', 'ascii'], 'managed', 'acknowledged messages, or bare lines'),
  network_retry_time: whole(1, 2_147_483_647, 1, 'seconds between two tries'),
  max_tries_per_record: whole(1, 2_147_483_647, 3, 'tries for one record'),
  max_time_per_record: whole(1, 2_147_483_647, 5, 'seconds for one record'),
  heartbeat_timeout: whole(0, 2_147_483_647, 0, 'seconds between heartbeats; 0: none'),
  network_failure_action: action(common, 'stop', 'when a record cannot be delivered'),
  disk_low_action: action(common, 'ignore', "when the server's disk is getting full"),
  disk_full_action: action(common, 'warn_once', "when the server's disk is full"),
  disk_error_action: action(common, 'warn_once', "when the server's disk fails"),
  remote_ending_action: action([...common, 'reconnect'], 'reconnect', 'when the server ends'),
  generic_error_action: action(common, 'syslog', 'at an error reply this client does not know'),
  generic_warning_action: action(common, 'syslog', 'at a warning reply this client does not know'),
  queue_error_action: action(common, 'stop', 'when the store fails'),
  overflow_action: action(['ignore', 'syslog', 'suspend', 'single', 'halt'], 'syslog', 'when the store is full'),
  startup_failure_action: action(
    ['ignore', 'syslog', 'exec', 'warn_once', 'warn_once_continue'],
    'warn_once_continue',
    'when the server cannot be reached at the start',
  ),
  krb5_principal: word('', 'for Kerberos, which is not built'),
  krb5_client_name: word('auditd', 'for Kerberos, which is not built'),
  krb5_key_file: absolutePath('/etc/audisp/audisp-remote.key', 'for Kerberos, which is not built'),
};

export type ClientConfig = Settings<typeof clientSchema>;

/** The settings of an audisp-remote.conf's text, with the checks between keywords. */
export function readClientConfig(
  text: string,
  file: string,
): { config: ClientConfig; problems: readonly AuditError[] } {
  const { settings, problems } = readSettings(clientSchema, text, file);
  const config = withoutOldNames(settings);
  const all = [...problems];
  const fault = (what: string) =>
    all.push(new AuditError('config', `Cannot use ${file}: ${what}`, { position: { file } }));
  if (config.remote_server === '') fault('remote_server = … is needed');
  if (config.mode === 'forward' && config.format === 'ascii') fault('mode = forward needs format = managed');
  if (config.transport === 'tls' && config.format === 'ascii') fault('transport = tls needs format = managed');
  const transport = transportFault(config);
  if (transport) fault(transport);
  return { config, problems: all };
}
