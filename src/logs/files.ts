// Which files a trail is made of, oldest first: one file, or a log with its rotated files. It reads no record.

import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../base/error.ts';
import { rotatedFiles } from './rotate.ts';

/** Facts of a file that is there, or AuditError `no-log`. */
export function statLog(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

export function cannotOpen(path: string, cause: unknown): AuditError {
  const why = { ENOENT: 'there is no such file', EACCES: 'permission denied' }[
    (cause as NodeJS.ErrnoException).code ?? ''
  ];
  return new AuditError('no-log', `Cannot open ${path}: ${why ?? (cause as Error).message}`, { cause });
}

/** A log and its rotated files in age order. Numbers must follow on from .1: what lies beyond a gap is not part of the
 * set (a file someone put aside). */
export function rotatedSet(log: string): string[] {
  const older: string[] = [];
  for (const file of rotatedFiles(log)) {
    if (file.number === older.length) continue;
    if (file.number !== older.length + 1) break;
    older.push(file.path);
  }
  return [...older.reverse(), log];
}

/** The log of a folder, by the name auditd gives it. */
export const logIn = (folder: string): string => join(folder, 'audit.log');
