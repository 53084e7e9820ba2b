// `auspex doctor`: is auditing well on this machine, and if not, what to do.
import { fromUtf8, safeWord } from '../base/index.ts';
import { findings } from './doctor/checks.ts';
import { gatherFacts } from './doctor/facts.ts';
import type { Finding, Level } from './doctor/finding.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions } from './options.ts';

export const options = optionTable({
  tool: 'auspex doctor',
  summary:
    'Looks whether auditing is well on this machine: kernel, daemon, rules, losses, logins, disk. Changes nothing.',
  usage: ['[options]'],
  options: [
    { name: 'json', forms: ['--json'], help: 'findings as JSON' },
    { name: 'all', forms: ['-a', '--all'], help: 'also what was looked at and is fine' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  words: 0,
  notes: ['Exit status: 0 nothing bad, 1 something is.'],
});

const WORDS: Readonly<Record<Level, string>> = { bad: 'BAD ', warn: 'WARN', note: 'note', ok: 'ok  ' };
const ORDER: readonly Level[] = ['bad', 'warn', 'note', 'ok'];

export function run(argv: readonly string[], io: Io): number {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const all = findings(gatherFacts());
  const bad = all.some((f) => f.level === 'bad');
  if (line.has('json')) {
    io.out(fromUtf8(`${JSON.stringify(all, undefined, 1)}\n`), 'json');
    return bad ? 1 : 0;
  }
  const shown = all.filter((f) => f.level !== 'ok' || line.has('all'));
  shown.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  io.out(fromUtf8(shown.map(textOf).join('')));
  const fine = all.filter((f) => f.level === 'ok').length;
  io.out(`${shown.length ? '\n' : ''}${count(all)}; ${fine} fine${line.has('all') ? '' : ' (--all shows them)'}.\n`);
  return bad ? 1 : 0;
}

function textOf({ level, check, says, remedy }: Finding): string {
  const head = `${WORDS[level]}  ${check}: ${safeWord(says)}\n`;
  return remedy === undefined ? head : `${head}      -> ${safeWord(remedy)}\n`;
}

function count(all: readonly Finding[]): string {
  const of = (level: Level): number => all.filter((f) => f.level === level).length;
  return `${of('bad')} bad, ${of('warn')} to look at, ${of('note')} to know`;
}
