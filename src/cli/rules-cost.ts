// `auspex rules cost LOG`: records and MB a day of each rule, estimated from a trail; with --measure also the time that
// the rules add to a system call of a program they do not match, measured on this kernel.

import { ruleContext } from '../policy/context.ts';
import { loadedRules, readSources, wantedRules } from '../policy/sources.ts';
import { type Share, tallyTrail } from '../policy/trail.ts';
import { listText, type PlacedRule, placeText } from '../rule/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';
import { noteUnread } from './unread.ts';

const table = optionTable({
  tool: 'auspex rules cost',
  summary: 'Estimates what rules cost: records and MB a day, and time for a system call.',
  usage: ['[options] [LOG …]'],
  options: [
    {
      name: 'rules',
      forms: ['-r', '--rules'],
      value: 'FILE|DIRECTORY',
      help: 'the rules (may be repeated; default: this machine’s)',
    },
    { name: 'loaded', forms: ['--loaded'], help: 'the rules the kernel has' },
    {
      name: 'measure',
      forms: ['--measure'],
      help: 'measure a system call with and without the rules (root; they match no process meanwhile)',
    },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
});

const DAY = 86_400;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const given = readOptions(table, argv, io);
  if (!given) return 0;
  if (given.words.length === 0 && !given.has('measure')) throw usage(table, 'name a log, or say --measure');
  const context = ruleContext();
  const rules = given.has('loaded') ? loadedRules() : wantedRules(readSources(given.values('rules'), context));
  if (given.words.length > 0) {
    const { shares, seconds, unread } = await tallyTrail(given.words, rules);
    noteUnread(table.tool, unread, io);
    if (seconds === 0) io.err('auspex rules cost: the log spans less than a second: no rate a day can be told\n');
    const text = (rule: PlacedRule) => `${placeText(rule.place)}  ${listText(rule.rule, { host: context.host })}`;
    io.out(estimate(rules, shares, Math.max(1, seconds), text));
  }
  if (given.has('measure')) io.out((await import('./rules-measure.ts')).measured(rules.map((r) => r.rule)));
  return 0;
}

function estimate(
  rules: readonly PlacedRule[],
  shares: ReadonlyMap<PlacedRule | undefined, Share>,
  seconds: number,
  text: (rule: PlacedRule) => string,
): string {
  const total = { events: 0, records: 0, bytes: 0 };
  const perDay = (n: number) => (n / seconds) * DAY;
  const row = ({ events, records, bytes }: Share, what: string) =>
    `${whole(perDay(events))}${whole(perDay(records))}${(perDay(bytes) / 1e6).toFixed(1).padStart(12)}  ${what}`;
  const rows = rules
    .filter(({ rule }) => rule.list === 'exit' && rule.action === 'always')
    .map((rule) => {
      const share = shares.get(rule) ?? { events: 0, records: 0, bytes: 0 };
      total.events += share.events;
      total.records += share.records;
      total.bytes += share.bytes;
      return { share, line: row(share, text(rule)) };
    })
    .sort((a, b) => b.share.bytes - a.share.bytes);
  const head = `  events/day records/day      MB/day  (from ${seconds} s of trail)`;
  return `${[head, ...rows.map((r) => r.line), row(total, 'all rules')].join('\n')}\n`;
}

const whole = (n: number): string => String(Math.round(n)).padStart(12);
