// `auspex link DIR`: installed as a package only `auspex` comes onto the PATH, so that nothing shadows a system's own
// tools unasked; this puts the classic names where the user wants them, as symbolic links to our launchers.
import { readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditError, fromUtf8, oneLine } from '../base/index.ts';
import { makeFolder } from '../host/index.ts';
import { about, placeOf } from '../host/place.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, parseOptions, usage } from './options.ts';

const table = optionTable({
  tool: 'auspex link',
  summary: 'Puts the classic names (ausearch, aureport, …) into DIR, as links to the ones of this package.',
  usage: ['[--force] DIR'],
  options: [
    { name: 'force', forms: ['--force', '-f'], help: 'replace what has such a name in DIR already' },
    { name: 'help', forms: ['--help', '-h'], help: 'this text' },
  ],
  notes: ['Example: auspex link ~/.local/bin'],
  words: 1,
});

/** The launchers of the classic tools: every one in `bin` but auspex itself. */
function classicNames(bin: string): string[] {
  return readdirSync(bin)
    .filter((name) => extname(name) === '' && name !== 'auspex')
    .sort();
}

export function run(argv: readonly string[], io: Io): number {
  const options = parseOptions(table, argv);
  if (options.has('help')) {
    io.out(fromUtf8(helpText(table)));
    return 0;
  }
  const [word] = options.words;
  if (word === undefined) throw usage(table, 'say which directory');
  const dir = resolve(word);
  const bin = fileURLToPath(new URL('../../bin', import.meta.url));
  let kept = 0;
  try {
    makeFolder(dir, 0o755); // programs are looked for there: nobody else may put any
    for (const name of classicNames(bin)) {
      const done = link(join(bin, name), join(dir, name), options.has('force'));
      if (done === 'kept') kept++;
      io.out(`${done === 'kept' ? 'kept   ' : 'linked '} ${fromUtf8(oneLine(join(dir, name)))}\n`);
    }
  } catch (cause) {
    throw new AuditError('link', `Cannot put links into ${dir}: ${(cause as Error).message}`, { cause });
  }
  if (kept > 0) io.err(`auspex link: ${kept} names were there already and are not ours; --force replaces them.\n`);
  return kept > 0 ? 1 : 0;
}

/** In the folder as it was found: nobody puts another in its place between the look and the link. */
function link(target: string, at: string, force: boolean): 'linked' | 'kept' {
  const { folder, name, there } = placeOf(at);
  const held = join(folder.at, name);
  try {
    if (there) {
      if (there.isSymbolicLink() && readlinkSync(held) === target) return 'linked';
      if (!force) return 'kept';
      unlinkSync(held);
    }
    symlinkSync(target, held);
    return 'linked';
  } catch (error) {
    throw about(at, error);
  } finally {
    folder.close();
  }
}
