// `auspex rules explain`: rules in plain sentences; of files, of the kernel, or of one rule on the command line.
import { fromUtf8, oneLine } from '../base/index.ts';
import { systemAccounts } from '../host/accounts.ts';
import { explainOptions } from '../policy/arguments.ts';
import { ruleContext } from '../policy/context.ts';
import { loadedRules, readSources, wantedRules } from '../policy/sources.ts';
import { explainRule, listText, parseRule, placeText, wordsOfArgv } from '../rule/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions } from './options.ts';

const table = optionTable({
  tool: 'auspex rules explain',
  summary: 'Says in plain sentences what rules do.',
  usage: ['[FILE|DIRECTORY …]', '--loaded', '-- -a always,exit -S …'],
  options: [
    { name: 'loaded', forms: ['--loaded'], help: 'the rules the kernel has' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: ['Example: auspex rules explain -- -a always,exit -F arch=b64 -S kill -F a1=9 -k kills'],
});

export function run(argv: readonly string[], io: Io): number {
  const end = argv.indexOf('--');
  const given = readOptions(table, end < 0 ? argv : argv.slice(0, end), io);
  if (!given) return 0;
  const context = ruleContext();
  const options = explainOptions(context.host, systemAccounts());
  const sentence = (rule: Parameters<typeof explainRule>[0]) => fromUtf8(oneLine(explainRule(rule, options)));
  if (end >= 0) {
    const { rule, warnings } = parseRule(wordsOfArgv(argv.slice(end + 1)), context);
    io.out(`${sentence(rule)}\n`);
    for (const { message } of warnings) io.err(`auspex rules: warning: ${oneLine(message)}\n`);
    return 0;
  }
  const rules = given.has('loaded') ? loadedRules() : wantedRules(readSources(given.words, context));
  for (const { rule, place } of rules)
    io.out(`${oneLine(`${placeText(place)}: ${listText(rule, options)}`)}\n    ${sentence(rule)}\n`);
  if (rules.length === 0) io.out('No rules\n');
  return 0;
}
