// Where a console keeps what it shows: the store that lasts for a trail nobody else keeps in order (this machine's log,
// or the kernel's records when no daemon writes them); for any other, a file that goes when the console ends. `--db` says
// otherwise.

import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { storePath } from './store-options.ts';

export interface Place {
  readonly path: string;
  /** Bytes it takes on disk. */
  bytes(): number;
  /** Removes what was only for now. */
  forget(): void;
}

export function placeFor(db: string | undefined, lasting: boolean): Place {
  if (db === undefined && !lasting) {
    const folder = mkdtempSync(join(tmpdir(), 'auspex-'));
    const forget = (): void => rmSync(folder, { recursive: true, force: true });
    return placeAt(join(folder, 'store.duckdb'), forget);
  }
  const path = storePath(db);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return placeAt(path, () => {});
}

const placeAt = (path: string, forget: () => void): Place => ({
  path,
  bytes: () =>
    [path, `${path}.wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0),
  forget,
});
