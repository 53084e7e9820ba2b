// Judgements of `auspex doctor` about the machine around the kernel: who listens, logins, files, room. Pure.
import type { FileFacts } from './facts.ts';
import { type Check, type Found, found, ok } from './finding.ts';

const mib = (bytes: number): string => `${Math.round(bytes / 1_048_576).toLocaleString('en')} MiB`;

export const journal: Check = ({ listeners, holder, journaldAudit }) => {
  const journald = listeners.some((l) => l.group && (l.comm.startsWith('systemd-journal') || l.pid === 1));
  if (!journald) return undefined;
  return holder?.comm
    ? found(
        'warn',
        `journald records the audit trail too: each event is written twice${journaldAudit ? ` (Audit=${journaldAudit})` : ''}`,
        'systemctl mask --now systemd-journald-audit.socket, and restart systemd-journald',
      )
    : found(
        'note',
        'journald records the audit trail',
        'journalctl _TRANSPORT=audit shows it; a daemon is needed for rules of your own to be kept apart',
      );
};

export const others: Check = ({ listeners }) => {
  const names = listeners
    .filter((l) => l.group && l.pid !== 1 && !l.comm.startsWith('systemd-journal'))
    .map((l) => `${l.comm} (${l.pid})`);
  return names.length ? { level: 'note', says: `also listening: ${names.join(', ')}` } : undefined;
};

export const pam: Check = ({ pam: services }) => {
  const without = services.filter((s) => !s.sets).map((s) => s.service);
  if (services.length === 0) return undefined;
  return without.length
    ? found(
        'warn',
        `logins through ${without.join(', ')} get no login uid: what is done there cannot be told from services`,
        'add `session required pam_loginuid.so` to those files of /etc/pam.d',
      )
    : ok(`login uids are set by ${services.map((s) => s.service).join(', ')}`);
};

export const login: Check = ({ login: own, terminal }) =>
  own && own.auid === undefined && terminal
    ? found(
        'warn',
        'you sit at a terminal and your login uid is unset',
        'pam_loginuid is missing where you came in: log in again after adding it',
      )
    : undefined;

export const immutableLogin: Check = ({ switches }) =>
  switches && !switches.loginuid_immutable.on
    ? found(
        'note',
        'root can change a login uid once it is set',
        '--loginuid-immutable in rules.d forbids it until the next boot (containers may need it)',
      )
    : undefined;

export const config: Check = ({ config: { file, settings, problems } }) => {
  if (settings === undefined)
    return found('note', `there is no ${file}, or you may not read it`, 'the daemon needs it; run as root to look');
  return problems.map((says) => found('bad', says, `correct ${file}, then send the daemon SIGHUP`));
};

export const disk: Check = ({ disk: space, config: { settings }, log }) => {
  if (!space || !settings) return undefined;
  const { amount, unit } = settings.space_left;
  const wanted = unit === '%' ? (space.total * amount) / 100 : amount * 1_048_576;
  if (space.free < wanted)
    return found(
      'bad',
      `${mib(space.free)} are free where ${log.path} lies, less than space_left (${mib(wanted)})`,
      'free space, or rotate to another file system',
    );
  const kept = settings.max_log_file * settings.num_logs * 1_048_576;
  return kept > space.free + (log.bytes ?? 0)
    ? found(
        'warn',
        `the logs may grow to ${mib(kept)}, and ${mib(space.free)} are free`,
        'lower num_logs or max_log_file, or give it more room',
      )
    : ok(`${mib(space.free)} are free for the log`);
};

/** Bits that let others than the owner and group read, or others than the owner write. */
function loose(file: FileFacts, bits: number): boolean {
  return file.mode !== undefined && (file.mode & bits) !== 0;
}

export const permissions: Check = ({ log, logFolder, ruleFiles }) => {
  const all: Found[] = [];
  for (const file of [log, logFolder])
    if (loose(file, 0o027))
      all.push(
        found(
          'bad',
          `${file.path} is open to others (mode ${file.mode!.toString(8)})`,
          `chmod ${file === log ? '0600' : '0700'} ${file.path}`,
        ),
      );
  for (const file of ruleFiles)
    if (loose(file, 0o022) || (file.uid !== undefined && file.uid !== 0))
      all.push(
        found(
          'bad',
          `others than root may change ${file.path}`,
          `chown root:root ${file.path}; chmod 0640 ${file.path}`,
        ),
      );
  return all;
};
