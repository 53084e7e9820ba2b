// The daemon as a process: its priority, its pid file and state report, the folder of its log, and who signalled it.

import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { release, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { AuditError } from '../base/error.ts';
import { UNSET } from '../base/ids.ts';
import type { Accounts } from '../base/types.ts';
import { makeFolder, replaceFile } from '../host/files.ts';
import { openClient } from '../kernel/client.ts';
import type { DaemonConfig } from './config.ts';
import type { Sender } from './own-records.ts';
import type { World } from './world.ts';

/** Raises the priority as configured, and asks the kernel to spare this process when memory is short; says what failed. */
export function adjustSelf(boost: number, log: World['log']): void {
  try {
    if (boost > 0) setPriority(-Math.min(boost, 20));
  } catch (error) {
    log('warning', `Cannot raise the priority by ${boost}: ${(error as Error).message}`);
  }
  try {
    const fd = openSync('/proc/self/oom_score_adj', 'w');
    writeSync(fd, '-1000\n');
    closeSync(fd);
  } catch {
    log('info', 'the kernel may end this daemon when memory is short: its score could not be lowered');
  }
}

/** The id of log_group; undefined for root, who may read the log anyway. Throws AuditError CONFIG when there is none. */
export function groupId(
  { log_group: group }: Pick<DaemonConfig, 'log_group'>,
  accounts: () => Accounts,
): number | undefined {
  if (group === 'root' || group === '0') return undefined;
  const id = /^\d+$/.test(group) ? Number(group) : accounts().groupId(group);
  if (id === undefined) throw new AuditError('config', `Cannot use log_group = ${group}: there is no such group`);
  return id;
}

/** Where the pid is told. */
export const pidFile = (runFolder: string): string => join(runFolder, 'auditd.pid');

/** Writes the pid file anew; never through a link somebody put there. */
export function writePidFile(runFolder: string): void {
  makeFolder(runFolder);
  replaceFile(pidFile(runFolder), `${process.pid}\n`, { mode: 0o644 });
}

/** Replaces the state report in one step: a reader sees the old one or the new one. Throws what the system says. */
export function writeStateReport(runFolder: string, text: string, group: number | undefined): void {
  makeFolder(runFolder);
  replaceFile(join(runFolder, 'auditd.state'), text, { mode: 0o640, group });
}

/** Fields of DAEMON_START. */
export function startFields(version: string, format: string): string {
  const read = (name: string) => {
    try {
      return readFileSync(`/proc/self/${name}`, 'latin1').trim();
    } catch {
      return String(UNSET);
    }
  };
  return `op=start ver=${version} format=${format} kernel=${release()} auid=${read('loginuid')} pid=${process.pid} uid=${process.getuid?.()} ses=${read('sessionid')} res=success`;
}

/**
 * The log's folder: made if it is missing, and with a log_group made searchable for that group (auditd.conf(5)). Throws
 * AuditError FOLDER when others could put files there.
 */
export function prepareFolder(folder: string, group: number | undefined): void {
  makeLogFolder(folder);
  const refused = (why: string) => new AuditError('folder', `Cannot keep a log in ${folder}: ${why}`);
  const { uid, mode } = lstatSync(folder);
  if (uid !== 0 || mode & 0o022)
    throw refused('it must belong to root and not be writable by others (chown root, chmod go-w)');
  // Who may rename a folder above may put another in its place.
  for (let above = dirname(folder); ; above = dirname(above)) {
    const stat = statSync(above);
    if (stat.uid !== 0 || stat.mode & 0o002)
      throw refused(`${above} above it must belong to root and not be writable by others`);
    if (above === '/') break;
  }
  if (group === undefined) return;
  chownSync(folder, 0, group);
  chmodSync(folder, 0o750);
}

/** Only itself, not the folders above: those are missing when the path is wrong, or a disk is not mounted. */
function makeLogFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new AuditError('config', `Cannot keep a log in ${folder}: ${message}`, { cause });
  }
}

/** Who sent the last signal, as the kernel saw it; undefined when it will not say. */
export function signalSender(): Sender | undefined {
  try {
    const client = openClient();
    try {
      return client.signalInfo();
    } finally {
      client.close();
    }
  } catch {
    return undefined;
  }
}

/** The session of a signal's sender, while it lives; the unset session when it has gone. */
export function sessionOf(sender: Sender | undefined): number {
  if (!sender) return 0xffff_ffff;
  try {
    return Number(readFileSync(`/proc/${sender.pid}/sessionid`, 'latin1'));
  } catch {
    return 0xffff_ffff;
  }
}
