// `auspex sessions`: logins, what they ran as whom, and the attempts that failed.
import { fromUtf8 } from '../base/index.ts';
import { askSessions, failureJson, failuresText, sessionJson, sessionText } from '../explain/index.ts';
import { systemAccounts } from '../host/index.ts';
import { trailTally } from '../search/unread.ts';
import { askingOptions, machineWords, rangeOf, readTrails, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';
import { noteUnread, printAnswer, tellAbsent } from './unread.ts';

export const options = optionTable({
  tool: 'auspex sessions',
  summary:
    'Lists logins: who, from where, for how long, which commands they ran, and as whom (sudo and su included: the\n' +
    'login uid tells who it really was); how often the login failed before; and the logins that only failed.',
  usage: ['[options] [USER | SESSION]'],
  options: [
    { name: 'all', forms: ['-a', '--all'], help: 'every command, not only the first forty' },
    { name: 'brief', forms: ['-b', '--brief'], help: 'no commands' },
    ...askingOptions,
  ],
  notes: [
    'A number is a session if the trail has one of that number.',
    '',
    'Example:',
    '  auspex sessions alice --since yesterday',
    '  auspex sessions --brief --json',
    '',
    'Exit status: 0 shown, 1 nothing found, 2 wrong usage.',
  ],
  words: 1,
});

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const [word] = line.words;
  const tally = trailTally();
  const {
    sessions: stories,
    failures,
    names,
  } = await askSessions(
    (reading) => readTrails(trailsOf(line.values('input')).trails, io, reading, tally),
    rangeOf(line),
    word === undefined ? undefined : fromUtf8(word),
    (name) => systemAccounts().userId(name),
  );
  const words = machineWords(line, names);
  if (word !== undefined && stories.length + failures.length === 0 && !/^[\w.-]+$/.test(word))
    throw usage(options, `\`${word}\` is no user and no session`);
  const unread = tally.list();
  const parts: string[] = [];
  const objects: object[] = [];
  for (const story of stories) {
    const shown = line.has('brief') ? { ...story, commands: [], sudo: [], more: 0 } : story;
    if (line.has('json')) objects.push(sessionJson(shown, words));
    else parts.push(sessionText(shown, words, line.has('all')));
  }
  if (line.has('json')) printAnswer(io, [...objects, ...failures.map(failureJson)], unread);
  else if (failures.length > 0) parts.push(failuresText(failures, words));
  io.out(fromUtf8(parts.join('\n')));
  const found = stories.length + failures.length > 0;
  if (found || line.has('json')) noteUnread(options.tool, unread, io);
  else tellAbsent(io, { who: 'No login', did: 'fits' }, unread);
  return found ? 0 : 1;
}
