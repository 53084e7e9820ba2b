// A log of auditd's with its rotated files, read as one text.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All of folder/audit.log, audit.log.1, …, oldest first; '' where there is none. */
export function wholeTrail(folder: string): string {
  const number = (f: string) => Number(/\.(\d+)$/.exec(f)?.[1] ?? 0);
  const files = existsSync(folder) ? readdirSync(folder).filter((f) => /^audit\.log(\.\d+)?$/.test(f)) : [];
  // A file that was rotated between the listing and the reading is read under its new name, or not at all.
  const read = (f: string) => (existsSync(join(folder, f)) ? readFileSync(join(folder, f), 'latin1') : '');
  return files
    .sort((a, b) => number(b) - number(a))
    .map(read)
    .join('');
}
