// What may be run or believed with root's rights: programs and settings files nobody else can change. Used for auditd.conf,
// the files of plugins.d, the programs they name, the scripts of `exec`, and the console's certificate, key and passwords.

import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOurs } from '../host/place.ts';

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
  return readChecked(path, followLinks ? 0 : constants.O_NOFOLLOW, ({ mode }) =>
    mode & 0o002 ? 'must not be writable by others; chmod o-w it' : '',
  ).toString('utf8');
}

/**
 * A file that decides who may come in. Throws an Error with the reason and the remedy when it is no regular file, when it or
 * a link to it belongs to somebody else (than root, or than who runs this), when group or others may write it, or, of a
 * `secret` one, read it; with `code` as the system gives it.
 */
export function readGuarded(path: string, secret: boolean): Buffer {
  return readChecked(behindLinks(path), constants.O_NOFOLLOW, ({ mode }) => {
    const open = (mode & 0o777).toString(8).padStart(4, '0');
    if (mode & 0o022) return `must not be writable by group or others (it has mode ${open}); chmod go-w it`;
    if (secret && mode & 0o077) return `must not be readable by group or others (it has mode ${open}); chmod go= it`;
    return '';
  });
}

function readChecked(path: string, flags: number, fault: (stat: Stats) => string): Buffer {
  // O_NONBLOCK: a FIFO must not keep us waiting.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error(`${path} is not a regular file`);
    if (!isOurs(stat.uid))
      throw new Error(`${path} must belong to root (it belongs to uid ${stat.uid}); chown root it`);
    const why = fault(stat);
    if (why !== '') throw new Error(`${path} ${why}`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

const MOST_LINKS = 40;

/** Where links of ours lead (certificates of ACME clients are such); the last part is no link when it was looked at. */
function behindLinks(path: string): string {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const stat = lstatSync(at);
    if (!stat.isSymbolicLink()) return at;
    if (!isOurs(stat.uid))
      throw new Error(`${at} is a link that belongs to uid ${stat.uid}; name the file itself, or make the link anew`);
    at = resolve(dirname(at), readlinkSync(at));
  }
  throw new Error(`${path} leads through too many links`);
}
