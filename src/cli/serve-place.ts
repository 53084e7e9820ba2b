// Where a console keeps what it shows: the store that lasts for a trail nobody else keeps in order (this machine's log,
// or the kernel's records when no daemon writes them); for any other, a file that goes when the console ends. `--db` says
// otherwise.

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, temporaryFolder } from '../host/index.ts';
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
    const folder = temporaryFolder();
    return placeAt(join(folder.path, 'store.duckdb'), folder.forget);
  }
  const path = storePath(db);
  makeFolder(dirname(path));
  return placeAt(path, () => {});
}

const placeAt = (path: string, forget: () => void): Place => ({
  path,
  bytes: () =>
    [path, `${path}.wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0),
  forget,
});
