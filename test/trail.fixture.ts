// A log of auditd's with its rotated files, read as one text.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const number = (f: string): number => Number(/\.(\d+)$/.exec(f)?.[1] ?? 0);

/** Names and inodes of the log and its rotated files, oldest first. */
const filesOf = (folder: string): [name: string, inode: number][] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((f) => /^audit\.log(\.\d+)?$/.test(f))
    .sort((a, b) => number(b) - number(a))
    .map((f) => [f, statSync(join(folder, f)).ino]);

/** The whole trail in a folder, oldest file first. When the daemon rotates meanwhile, it is read again: a file may be gone
 * between its listing and its reading, or come twice. */
export function wholeTrail(folder: string): string {
  for (let tries = 1; ; tries++) {
    try {
      const files = filesOf(folder);
      const text = files.map(([f]) => readFileSync(join(folder, f), 'latin1')).join('');
      if (tries === 100 || filesOf(folder).join() === files.join()) return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 100) throw error;
    }
  }
}
