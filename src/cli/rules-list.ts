// `auspex rules list`: the rules in the kernel, in the order they are tried.
import { oneLine } from '../base/index.ts';
import { systemAccounts } from '../host/accounts.ts';
import { argumentReader } from '../policy/arguments.ts';
import { hostArch } from '../policy/context.ts';
import { loadedRules } from '../policy/sources.ts';
import { keysOf, listText, sourceText } from '../rule/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions } from './options.ts';

const table = optionTable({
  tool: 'auspex rules list',
  summary: 'Lists the rules in the kernel, in the order they are tried.',
  usage: ['[options]'],
  options: [
    { name: 'interpret', forms: ['-i', '--interpret'], help: 'arches, ids and arguments by name' },
    { name: 'source', forms: ['--source'], help: 'as lines for a rules file, which load to the same rules' },
    { name: 'key', forms: ['-k', '--key'], value: 'KEY', help: 'only rules with this key' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  words: 0,
});

export function run(argv: readonly string[], io: Io): number {
  const given = readOptions(table, argv, io);
  if (!given) return 0;
  const host = hostArch();
  const key = given.value('key');
  const rules = loadedRules().filter(({ rule }) => key === undefined || keysOf(rule).includes(key));
  const interpret = given.has('interpret');
  const argument = argumentReader(systemAccounts());
  for (const { rule } of rules)
    io.out(
      `${oneLine(given.has('source') ? sourceText(rule, host) : listText(rule, { host, interpret, argument }))}\n`,
    );
  if (rules.length === 0) io.err('No rules\n');
  return 0;
}
