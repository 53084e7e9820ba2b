// The files of src that are its own code: what the tests of the house look through.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const src = join(import.meta.dirname, '../../src');

/** Each TypeScript file of src but tests and fixtures, by its path below src, with its text. */
export const sources = (): { readonly file: string; readonly text: string }[] =>
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(src, file), 'utf8') }));
