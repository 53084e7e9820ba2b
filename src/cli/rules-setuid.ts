// `auspex rules setuid`: one rule for each set-uid or set-gid program of this machine, so that the use of borrowed rights
// is recorded. Walks file systems from the directories given; never leaves the file system of each.
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { AuditError, fromUtf8, oneLine } from '../base/index.ts';
import { lineSafe } from '../interpret/index.ts';
import { hostArch } from '../policy/context.ts';
import { spellWord } from '../rule/index.ts';
import { archBits, compatArch } from '../tables/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions } from './options.ts';

const table = optionTable({
  tool: 'auspex rules setuid',
  summary: 'Writes rules that record the use of every set-uid and set-gid program found.',
  usage: ['[--key KEY] [DIRECTORY …]'],
  options: [
    { name: 'key', forms: ['-k', '--key'], value: 'KEY', help: 'the key of the rules (default: privileged)' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: ['Directories: / when none is given. Example: auspex rules setuid > /etc/audit/rules.d/45-privileged.rules'],
});

const SET_ID = 0o6000;
const EXECUTE = 0o111;

export function run(argv: readonly string[], io: Io): number {
  const given = readOptions(table, argv, io);
  if (!given) return 0;
  const key = fromUtf8(given.value('key') ?? 'privileged');
  const places = given.words.length > 0 ? given.words : ['/'];
  const programs = places.flatMap((place) => [...setIdPrograms(Buffer.from(place))]).sort();
  const host = hostArch();
  const bits = [`b${archBits(host)}`, ...(compatArch(host) ? ['b32'] : [])];
  io.out(
    `# set-uid and set-gid programs below ${fromUtf8(oneLine(places.join(', ')))}: written by \`auspex rules setuid\`\n`,
  );
  for (const program of new Set(programs)) {
    // Whoever can write to a folder can make such a name: its second line would be a rule of theirs.
    if (program.includes('\n')) {
      io.out(`# no rule can name it, for it holds a newline: ${lineSafe(program)}\n`);
      continue;
    }
    for (const arch of bits)
      io.out(
        `-a always,exit -F arch=${arch} -F path=${spellWord(program)} -F perm=x -F auid>=1000 -F auid!=unset -F key=${key}\n`,
      );
  }
  return 0;
}

/** Paths (latin1) of regular files with a set-id bit and an execute bit, below a directory, on its file system. */
function* setIdPrograms(root: Buffer): Generator<string> {
  const device = deviceOf(root);
  const waiting = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of entriesOf(at)) {
      const path = Buffer.concat([at, Buffer.from(at.at(-1) === 47 ? '' : '/'), entry.name]);
      if (!entry.isDirectory() && !entry.isFile()) continue;
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (!stat || stat.dev !== device) continue;
      if (stat.isDirectory()) waiting.push(path);
      else if (stat.mode & SET_ID && stat.mode & EXECUTE) yield path.toString('latin1');
    }
  }
}

/** Throws AuditError `file` where there is no such directory. */
function deviceOf(root: Buffer): number {
  try {
    return lstatSync(root).dev;
  } catch (cause) {
    throw new AuditError('file', `Cannot look below ${root.toString()}: ${(cause as Error).message}`, { cause });
  }
}

/** What cannot be read (permissions, races) is passed over. */
function entriesOf(directory: Buffer): readonly Dirent<Buffer>[] {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' }) as unknown as Dirent<Buffer>[];
  } catch {
    return [];
  }
}
