// `auspex who-touched`: the life of a file, from the trail. Two passes: the first finds the inodes that stood at the
// path, the second tells what happened to them. A stream that can be read only once is kept in a file meanwhile.
import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { AuditError, fromUtf8, oneLine } from '../base/index.ts';
import { askTouches, InodeFinder, touchedText, touchJson } from '../explain/index.ts';
import { newFile, temporaryFolder } from '../host/index.ts';
import { auditLines, readLog } from '../logs/index.ts';
import { lastPart, normalizePath, readPath } from '../paths/index.ts';
import { LineSplitter, parseRecord } from '../record/index.ts';
import { type Trail, trailTally } from '../search/index.ts';
import { RECORD } from '../tables/records.ts';
import { askingOptions, machineWords, rangeOf, readTrails, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';
import { noteUnread, printAnswer, tellAbsent } from './unread.ts';

export const options = optionTable({
  tool: 'auspex who-touched',
  summary:
    'Tells the life of a file: who created, opened, changed, renamed, linked, executed or deleted it, and with which\n' +
    'command. The file is followed by device and inode across renames.',
  usage: ['[options] PATH'],
  options: [
    { name: 'below', forms: ['-r', '--below'], help: 'everything below the folder PATH too (by name only)' },
    { name: 'all', forms: ['-a', '--all'], help: 'also those who only looked at it (stat, access)' },
    { name: 'changes', forms: ['-w', '--changes'], help: 'only what changed it' },
    ...askingOptions,
  ],
  notes: [
    'Example:',
    '  auspex who-touched /etc/shadow --since yesterday',
    '  auspex who-touched --below /srv/www --changes --json',
    '',
    'The kernel records a file only where a rule watches it, for example:',
    '  auditctl -a always,exit -F arch=b64 -S all -F path=/etc/shadow -F perm=rwxa -k shadow',
    '',
    'Exit status: 0 told, 1 nothing found, 2 wrong usage.',
  ],
  words: 1,
});

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const word = line.words[0];
  if (word === undefined) throw usage(options, 'the PATH of a file is missing');
  const query = { path: normalizePath(fromUtf8(resolve(word))), below: line.has('below') };
  const { trails: given } = trailsOf(line.values('input'));
  const tally = trailTally();
  const { trails, forget } = await rereadable(given);
  try {
    const finder = new InodeFinder(query);
    if (!query.below) await findInodes(trails, query.path, finder);
    const { lives, logins, names } = await askTouches(
      (reading) => readTrails(trails, io, reading, tally),
      query,
      finder.files,
      { ...rangeOf(line), all: line.has('all'), changes: line.has('changes') },
    );
    const words = machineWords(line, names);
    const unread = tally.list();
    if (line.has('json'))
      printAnswer(
        io,
        lives.flatMap((life) => life.touches.map((touch) => touchJson(touch, life, logins, words))),
        unread,
      );
    else
      for (const [i, life] of lives.entries())
        io.out(fromUtf8(`${i > 0 ? '\n' : ''}${touchedText(life, query, words)}`));
    if (lives.length > 0 || line.has('json')) noteUnread(options.tool, unread, io);
    else {
      const hint = ' The kernel records a file only where a rule watches it.';
      tellAbsent(io, { who: 'Nothing', did: `touched ${oneLine(word)}`, hint }, unread);
    }
    return lives.length > 0 ? 0 : 1;
  } finally {
    forget();
  }
}

/** The first pass looks at PATH records alone, and only at those that hold the file's name (or its hex). */
async function findInodes(trails: readonly Trail[], path: string, finder: InodeFinder): Promise<void> {
  const base = lastPart(path);
  const plain = Buffer.from(base, 'latin1');
  const hex = Buffer.from(plain.toString('hex').toUpperCase());
  const lines = new LineSplitter((bytes, start, end) => {
    const record = parseRecord(bytes, start, end);
    if (record?.type === RECORD.PATH) finder.path(readPath(record));
  });
  for (const trail of trails) {
    try {
      for await (const chunk of auditLines(trail.chunks()))
        if (holds(chunk, plain) || holds(chunk, hex)) pushNear(lines, chunk, plain, hex);
    } catch (error) {
      if (!(error instanceof AuditError)) throw error; // told by the second pass
    }
  }
}

const holds = (chunk: Uint8Array, text: Buffer): boolean =>
  Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).includes(text);

/** Only the lines that hold the name; a line cut by the chunk's end is rare and found by its other records. */
function pushNear(lines: LineSplitter, chunk: Uint8Array, plain: Buffer, hex: Buffer): void {
  const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  for (const text of plain.equals(hex) ? [plain] : [plain, hex]) {
    for (let at = view.indexOf(text); at >= 0; ) {
      const start = view.lastIndexOf(10, at) + 1;
      const newline = view.indexOf(10, at);
      const end = newline < 0 ? view.length : newline;
      lines.push(view.subarray(start, end));
      lines.push(NEWLINE);
      at = newline < 0 ? -1 : view.indexOf(text, end);
    }
  }
}

const NEWLINE = new Uint8Array([10]);

/** The same trails, with a stream kept in a file so that it can be read twice. */
async function rereadable(trails: readonly Trail[]): Promise<{ trails: Trail[]; forget: () => void }> {
  if (!trails.some((trail) => trail.name === 'standard input')) return { trails: [...trails], forget: () => {} };
  const folder = temporaryFolder();
  const file = join(folder.path, 'trail.log');
  const { fd, place } = newFile(file);
  place();
  const out = createWriteStream(file, { fd }); // closes it
  const stdin = trails.find((trail) => trail.name === 'standard input')!;
  for await (const chunk of stdin.chunks())
    if (!out.write(chunk)) await new Promise<void>((done) => out.once('drain', () => done()));
  out.end();
  await finished(out);
  const kept: Trail = { name: stdin.name, chunks: () => readLog(file) };
  return {
    trails: trails.map((trail) => (trail === stdin ? kept : trail)),
    forget: folder.forget,
  };
}
