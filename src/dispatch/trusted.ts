// What may be run or believed with root's rights: programs and settings files nobody else can change. Used for auditd.conf,
// the files of plugins.d, the programs they name, and the scripts of `exec`.

import { accessSync, closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';

/** Why a program must not be run with root's rights; '' when it may. */
export function programFault(path: string): string {
  let stat: Stats;
  try {
    stat = statSync(path);
    accessSync(path, constants.X_OK);
  } catch (cause) {
    return (cause as Error).message;
  }
  if (!stat.isFile()) return `${path} is not a regular file`;
  if (stat.uid !== 0) return `${path} must belong to root (it belongs to uid ${stat.uid}); chown root it`;
  if (stat.mode & 0o022) return `${path} must not be writable by group or others; chmod go-w it`;
  return '';
}

/**
 * A settings file's text. Throws an Error with the reason when it is no regular file, when it belongs to somebody else
 * (than root, or than who runs this), or when others may write it; with `code` as the system gives it.
 */
export function readTrusted(path: string, followLinks: boolean): string {
  // O_NONBLOCK: a FIFO must not keep us waiting.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW));
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error(`${path} is not a regular file`);
    if (stat.uid !== 0 && stat.uid !== process.getuid?.())
      throw new Error(`${path} must belong to root (it belongs to uid ${stat.uid}); chown root it`);
    if (stat.mode & 0o002) throw new Error(`${path} must not be writable by others; chmod o-w it`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
