// The names of a rotated set: audit.log is being written, audit.log.1 is the newest finished file, higher is older
// (auditd.conf(5), max_log_file_action). A finished file may be compressed: audit.log.7.gz.

import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface RotatedFile {
  readonly path: string;
  /** 1 is the newest. */
  readonly number: number;
  /** '.gz' and the like, '' for plain text. */
  readonly suffix: string;
}

/** The finished files of a log, newest first. An unreadable folder has none. */
export function rotatedFiles(log: string): RotatedFile[] {
  const folder = dirname(log);
  const name = basename(log);
  const files: RotatedFile[] = [];
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  for (const file of names) {
    const match = file.startsWith(`${name}.`)
      ? /^(\d{1,9})(\.gz|\.zst|\.xz)?$/.exec(file.slice(name.length + 1))
      : null;
    if (match) files.push({ path: join(folder, file), number: Number(match[1]), suffix: match[2] ?? '' });
  }
  return files.sort((a, b) => a.number - b.number);
}

/** Deletes the finished files beyond `keep` files (the one being written among them), as far as that can be done. */
export function deleteExcess(log: string, keep: number): void {
  for (const { path, number } of rotatedFiles(log)) {
    try {
      if (number >= keep) rmSync(path);
    } catch {
      // a read-only disk; the next rotation says so
    }
  }
}

/**
 * Makes room for a new log.1: every finished file gets the next number, from the oldest on, and those beyond `keep`
 * files (the one being written among them; undefined: no limit) are deleted. Returns the paths deleted.
 * Throws what renaming throws; numbers already shifted stay shifted, and nothing is overwritten.
 */
export function shiftRotated(log: string, keep: number | undefined): string[] {
  const deleted: string[] = [];
  for (const file of rotatedFiles(log).reverse()) {
    if (keep !== undefined && file.number + 1 >= keep) {
      rmSync(file.path);
      deleted.push(file.path);
    } else {
      renameSync(file.path, `${log}.${file.number + 1}${file.suffix}`);
    }
  }
  return deleted;
}
