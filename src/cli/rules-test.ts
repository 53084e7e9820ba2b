// `auspex rules test LOG`: which rule would record which event of a trail, what a `never` would silence, and what no rule
// asks for. To try rules before they go live: on a trail recorded with broader rules.
import { stampText } from '../base/event-id.ts';
import { fromUtf8 } from '../base/index.ts';
import { ruleContext } from '../policy/context.ts';
import { loadedRules, readSources, wantedRules } from '../policy/sources.ts';
import { type Share, type TrailTally, tallyTrail } from '../policy/trail.ts';
import { listText, type PlacedRule, placeText, switchesOff } from '../rule/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';
import { noteUnread } from './unread.ts';

const table = optionTable({
  tool: 'auspex rules test',
  summary: 'Simulates the kernel’s filter on a recorded trail: which rule would record what.',
  usage: ['[options] LOG …'],
  options: [
    {
      name: 'rules',
      forms: ['-r', '--rules'],
      value: 'FILE|DIRECTORY',
      help: 'the rules to try (may be repeated; default: this machine’s)',
    },
    { name: 'loaded', forms: ['--loaded'], help: 'try the rules the kernel has' },
    { name: 'events', forms: ['--events'], help: 'one line an event: its serial, and the rule that decides' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'The trail must have been recorded with rules that are broader than those to try: what is not in it cannot match.',
    'Example: auspex rules test -r my.rules /var/log/audit/audit.log',
  ],
});

export async function runTest(argv: readonly string[], io: Io): Promise<number> {
  const given = readOptions(table, argv, io);
  if (!given) return 0;
  if (given.words.length === 0) throw usage(table, 'name the log to try the rules on');
  const { host, ...context } = ruleContext();
  const rules = given.has('loaded')
    ? loadedRules()
    : wantedRules(readSources(given.values('rules'), { host, ...context }));
  const tally = await tallyTrail(given.words, rules, (event, { rule, outcome }) => {
    if (!given.has('events')) return;
    io.out(`${stampText(event)} ${outcome}${rule ? ` ${placeText(rule.place)}` : ''}\n`);
  });
  noteUnread(table.tool, tally.unread, io);
  if (!given.has('events')) io.out(report(rules, tally, (rule) => listText(rule.rule, { host })));
  return 0;
}

function report(rules: readonly PlacedRule[], tally: TrailTally, text: (rule: PlacedRule) => string): string {
  const rows = rules
    .filter((rule) => rule.rule.list === 'exit')
    .map((rule) =>
      row(
        tally.shares.get(rule),
        rule.rule.action === 'never' ? 'silences' : 'records',
        `${placeText(rule.place)}  ${text(rule)}`,
      ),
    );
  const lines = [
    '    events   records',
    ...rows,
    row(tally.shares.get(undefined), 'no rule', 'asks for these: they would be silent'),
    row(tally.others, 'no call', 'messages and other events, which system call rules do not touch'),
  ];
  if (tally.excluded.records > 0) lines.push(row(tally.excluded, 'thrown', 'away by rules of the exclude list'));
  const off = switchesOff(rules);
  if (off)
    lines.push(`${placeText(off.place)} switches auditing off for every new process: none of this would be recorded`);
  for (const [field, count] of tally.unsure)
    lines.push(fromUtf8(`unsure: ${count} events, because the log does not tell their ${field}`));
  if (tally.malformed > 0) lines.push(`${tally.malformed} lines hold no record`);
  return `${lines.join('\n')}\n`;
}

const row = (share: Share | undefined, verb: string, what: string): string =>
  `${String(share?.events ?? 0).padStart(10)}${String(share?.records ?? 0).padStart(10)}  ${verb.padEnd(8)}  ${what}`;
