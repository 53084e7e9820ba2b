// Inputs kept in files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The inputs of a folder, in the order of their names; none where there is no folder. */
export function inputsIn(folder: string): Buffer[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
