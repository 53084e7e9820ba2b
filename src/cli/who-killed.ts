// `auspex who-killed`: reads the trail and the kernel log, and tells who ended a process.
import { fromUtf8, latin1, oneLine } from '../base/index.ts';
import {
  askKills,
  type KernelLogOptions,
  type Reading,
  speaksOfEnd,
  storyJson,
  storyText,
  type VictimQuery,
} from '../explain/index.ts';
import { kernelClock, unitMembers } from '../host/index.ts';
import { KernelRing } from '../host/kernel-ring.ts';
import { readMoment } from '../host/moment.ts';
import { readLog } from '../logs/index.ts';
import { parseLine, type Unread, type UnreadTally } from '../record/index.ts';
import { trailTally } from '../search/unread.ts';
import { askingOptions, machineWords, rangeOf, readTrails, trailsOf } from './asking.ts';
import type { Io } from './io.ts';
import { optionTable, type parseOptions, readOptions, usage } from './options.ts';
import { noteUnread, printAnswer, tellAbsent } from './unread.ts';

export const options = optionTable({
  tool: 'auspex who-killed',
  summary:
    'Tells who killed a process: every signal, crash, forbidden system call and out-of-memory kill that the trail and\n' +
    'the kernel log hold for it, who sent it on whose behalf, and what that means. Without a victim: every kill.',
  usage: ['[options] [PID | NAME]', '[options] --unit UNIT', '--watch [options] [PID | NAME]'],
  options: [
    { name: 'unit', forms: ['-u', '--unit'], value: 'UNIT', help: 'the processes of a systemd unit' },
    { name: 'at', forms: ['--at'], value: 'TIME', help: 'the end nearest to that time' },
    { name: 'all', forms: ['-a', '--all'], help: 'also signals the victim lived on after' },
    {
      name: 'kernel-log',
      forms: ['--kernel-log'],
      value: 'FILE',
      help: 'dmesg or `journalctl -k` output; `none` reads no kernel log',
      group: 'The trail',
    },
    {
      name: 'watch',
      forms: ['-W', '--watch'],
      help: 'load the rules, wait for the next kill, tell it at once; the rules go when the watch ends',
      group: 'Watch',
    },
    {
      name: 'forks',
      forms: ['--forks'],
      help: 'record forks too: that proves stale pids',
      group: 'Watch',
    },
    {
      name: 'scope',
      forms: ['-F', '--scope'],
      value: 'CONDITION',
      help: 'narrow the rules, as auditctl -F: auid=1001, exe=/usr/bin/x; may be repeated',
      group: 'Watch',
    },
    { name: 'count', forms: ['-n', '--count'], value: 'N', help: 'end after N stories', group: 'Watch' },
    ...askingOptions,
  ],
  notes: [
    'NAME is a program, script or path; the kernel’s 15 letters do where nothing better is known.',
    '',
    'Example:',
    '  auspex who-killed findpid',
    '  auspex who-killed --unit univention-management-console-web-server --since yesterday',
    '  auspex who-killed --watch findpid --scope auid=1001',
    '  journalctl -k | auspex who-killed 4882',
    '',
    'Exit status: 0 told, 1 nothing found, 2 wrong usage.',
  ],
  words: 1,
});

type Line = ReturnType<typeof parseOptions<(typeof options.options)[number]['name']>>;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const query = queryOf(line);
  if (line.has('watch')) return watch(line, query, io);
  const { trails, own } = trailsOf(line.values('input'));
  const given = line.value('kernel-log');
  const tally = trailTally();
  const { all, ended, fromLog, logins, names } = await askKills(
    (reading) => readTrails(trails, io, suspecting(reading, tally), tally),
    query,
    clockOf(own && given === undefined),
    (push) => readKernelLog(push, given, own, tally),
  );
  tally.settle(!fromLog && all.length === 0);
  const words = machineWords(line, names);
  const told = line.has('all') ? all : ended;
  const unread = tally.list();
  if (line.has('json'))
    printAnswer(
      io,
      told.map((story) => storyJson(story, logins, words)),
      unread,
    );
  else
    for (const [i, story] of told.entries())
      io.out(
        fromUtf8(
          `${i > 0 ? `\n${words.paint.dim('─'.repeat(Math.min(words.width, 72)))}\n\n` : ''}${storyText(story, logins, words)}`,
        ),
      );
  if (told.length > 0 || line.has('json')) noteUnread(options.tool, unread, io);
  else nothing(line, all.length, unread, io);
  return told.length > 0 ? 0 : 1;
}

/** Seconds since boot make a time of day only in this machine's own log: in a file they may be another's. */
function clockOf(own: boolean): KernelLogOptions {
  const { boot, ...clock } = kernelClock();
  return own ? { ...clock, boot } : clock;
}

function queryOf(line: Line): VictimQuery {
  const word = line.words[0];
  const unit = line.value('unit');
  if (word !== undefined && unit !== undefined) throw usage(options, 'a victim and `--unit` are two ways to say whom');
  const at = line.value('at');
  return {
    ...rangeOf(line),
    ...(at !== undefined && { near: readMoment(at, Date.now()) }),
    ...(unit !== undefined && { unit: unitMembers(unit) }),
    ...(word !== undefined && (/^\d+$/.test(word) ? { pid: Number(word) } : { name: fromUtf8(word) })),
  };
}

async function watch(line: Line, query: VictimQuery, io: Io): Promise<number> {
  const count = Number(line.value('count') ?? Number.POSITIVE_INFINITY);
  if (!(count >= 1)) throw usage(options, '`--count` is a number, at least 1');
  const { watchKills } = await import('./who-killed-watch.ts');
  return watchKills(
    {
      query,
      victim: line.words[0] ?? line.value('unit') ?? '',
      conditions: line.values('scope'),
      forks: line.has('forks'),
      count,
      json: line.has('json'),
      all: line.has('all'),
      words: machineWords(line),
    },
    io,
  );
}

/** The same reading, with lines noted that speak of an end: if no end is read from any, they were not understood. */
function suspecting(reading: Reading, tally: UnreadTally): Reading {
  const line = (text: string): unknown => {
    if (speaksOfEnd(text)) tally.suspect('end-message', text);
    return reading.line?.(text);
  };
  return { ...reading, line };
}

/** The kernel log given, or this machine's own beside its own trail. */
async function readKernelLog(
  take: (line: string) => void,
  given: string | undefined,
  own: boolean,
  tally: UnreadTally,
): Promise<void> {
  let count = 0;
  tally.begin(given ?? 'the kernel’s log');
  const push = (text: string): void => {
    take(text);
    tally.lineAt(-2 - count++); // no place in the trail
    if (speaksOfEnd(text)) tally.suspect('end-message', text);
    else if (!parseLine(text)) tally.addText(text);
  };
  if (given === 'none') return;
  if (given !== undefined) {
    let rest = '';
    for await (const chunk of readLog(given)) {
      const lines = (rest + latin1(chunk)).split('\n');
      rest = lines.pop()!;
      for (const text of lines) push(text);
    }
    if (rest !== '') push(rest);
  } else if (own) {
    const ring = new KernelRing();
    for (const text of ring.read()) push(text);
    ring.close();
  }
}

function nothing(line: Line, survived: number, unread: readonly Unread[], io: Io): void {
  const whom = oneLine(line.words[0] ?? line.value('unit') ?? 'a process');
  const others = survived > 0 ? ` ${survived} signals did not end it: \`--all\` tells them.` : '';
  const hint =
    `${others}\nThe trail tells of signals only where a rule records them:\n` +
    '  auspex who-killed --watch NAME      loads the rules, waits for the next time, and tells at once';
  tellAbsent(io, { who: 'Nothing', did: `ended ${whom}`, hint }, unread);
}
