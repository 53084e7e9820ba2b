// `auspex tree`: the process tree over a time range, from a trail or from /proc now.
import { AuditError, fromUtf8 } from '../base/index.ts';
import { askTree, type TreeQuery, treeHtml, treeJson, treeSvg, treeText, UNSET_ID } from '../explain/index.ts';
import { replaceFile, systemAccounts } from '../host/index.ts';
import { trailTally } from '../search/unread.ts';
import { seedFromProc } from '../supervise/index.ts';
import { askingOptions, machineWords, rangeOf, readTrails, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { optionTable, type parseOptions, readOptions, usage } from './options.ts';
import { noteUnread, printAnswer, tellAbsent } from './unread.ts';

export const options = optionTable({
  tool: 'auspex tree',
  summary:
    'Shows the process tree: what ran, started by whom, for how long, and how it ended. As text, JSON, or a picture\n' +
    'with one bar a process (SVG, or an HTML page).',
  usage: ['[options] [PID]'],
  options: [
    { name: 'session', forms: ['-s', '--session'], value: 'N', help: 'the processes of a login session' },
    { name: 'auid', forms: ['--auid'], value: 'USER', help: 'the processes of a login, by name or id' },
    { name: 'live', forms: ['--live'], help: 'the processes of now, from /proc' },
    { name: 'svg', forms: ['--svg'], value: 'FILE', help: 'write a timeline picture', group: 'The answer' },
    {
      name: 'html',
      forms: ['--html'],
      value: 'FILE',
      help: 'write the timeline as a page of its own',
      group: 'The answer',
    },
    ...askingOptions,
  ],
  notes: [
    'Times with ≤ are of the first record: the process began before. Statuses are in yellow, signals in red.',
    '',
    'Example:',
    '  auspex tree --session 33',
    '  auspex tree --auid alice --since 1h --html hour.html',
    '',
    'Exit status: 0 shown, 1 nothing found, 2 wrong usage.',
  ],
  words: 1,
});

type Line = ReturnType<typeof parseOptions<(typeof options.options)[number]['name']>>;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const query = queryOf(line);
  const live = line.has('live');
  const tally = trailTally();
  const { trees, names } = await askTree(
    (reading) => (live ? Promise.resolve() : readTrails(trailsOf(line.values('input')).trails, io, reading, tally)),
    query,
    live ? seedFromProc : undefined,
  );
  const words = machineWords(line, names);
  const unread = tally.list();
  if (trees.length === 0) {
    if (line.has('json')) printAnswer(io, [], unread);
    tellAbsent(io, { who: 'No process', did: 'fits' }, unread);
    return 1;
  }
  const whose = [
    line.words[0] && `pid ${line.words[0]}`,
    line.value('session') && `session ${line.value('session')}`,
    line.value('auid'),
  ];
  const title = ['Processes', whose.filter(Boolean).join(', ')].filter(Boolean).join(' of ');
  const svg = line.value('svg');
  const html = line.value('html');
  if (svg !== undefined) write(svg, treeSvg(trees, words));
  if (html !== undefined) write(html, treeHtml(trees, title, words));
  if (line.has('json'))
    printAnswer(
      io,
      trees.map((tree) => treeJson(tree, words)),
      unread,
    );
  else if (svg === undefined && html === undefined) io.out(fromUtf8(treeText(trees, words)));
  noteUnread(options.tool, unread, io);
  return 0;
}

function write(file: string, text: string): void {
  try {
    replaceFile(file, text);
  } catch (cause) {
    throw new AuditError('write', `Cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}

function queryOf(line: Line): TreeQuery {
  const [word] = line.words;
  const session = line.value('session');
  const auid = line.value('auid');
  const number = (text: string, what: string): number => {
    if (!/^\d+$/.test(text)) throw usage(options, `${what} is a number, not \`${text}\``);
    return Number(text);
  };
  return {
    ...rangeOf(line),
    ...(word !== undefined && { pid: number(word, 'PID') }),
    ...(session !== undefined && { ses: number(session, 'a session') }),
    ...(auid !== undefined && { auid: loginId(auid) }),
  };
}

function loginId(text: string): number {
  if (text === 'unset') return UNSET_ID;
  const id = /^\d+$/.test(text) ? Number(text) : systemAccounts().userId(fromUtf8(text));
  if (id === undefined) throw usage(options, `there is no user \`${text}\``);
  return id;
}
