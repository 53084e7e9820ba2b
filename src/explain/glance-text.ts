// A first look at a trail as a page for people, at most `words.width` columns wide.

import { cut, largest, safeText, widthOf, wrap } from '../base/index.ts';
import { absent, type Unread } from '../record/index.ts';
import { type Ended, type Glance, most, type Tally } from './glance.ts';
import { clockTime, dateOf, dateTime, duration, type Words } from './words.ts';

/** What the page says about where the trail comes from, and what may be asked of it. */
export interface GlanceFrame {
  readonly title: string;
  /** Under the title: the files. */
  readonly source: string;
  /** What of the trail could not be read. */
  readonly unread?: readonly Unread[];
  /** Commands to go on with, and what each tells. */
  readonly next: readonly (readonly [command: string, tells: string])[];
}

const LABEL = 10;
/** A line breaks after the dot, not before it. */
const TOGETHER = '\u00a0· ';
const BARS = '▁▂▃▄▅▆▇█';

/** The page, ending in a newline. */
export function glanceText(glance: Glance, frame: GlanceFrame, words: Words): string {
  const { paint } = words;
  const width = Math.min(words.width, 80);
  const row = (label: string, text: string): string[] =>
    text === ''
      ? []
      : wrap(text.replaceAll(' · ', TOGETHER), width - LABEL - 2).map(
          (line, i) =>
            `  ${i === 0 ? paint.dim(label.padEnd(LABEL)) : ' '.repeat(LABEL)}${line.replaceAll('\u00a0', ' ')}`,
        );
  const lines = [paint.bold(frame.title), paint.dim(frame.source), ''];
  if (glance.events === 0) lines.push(`  ${absent('Nothing', 'is an audit record', frame.unread ?? [])}`);
  else
    lines.push(
      ...row('when', period(glance, words)),
      ...row('events', `${number(glance.events)} in ${number(glance.records)} records`),
      ...row('', rate(glance, width - LABEL - 2)).map((line) => paint.cyan(line)),
      '',
      ...row('machines', tally(glance.nodes, 4, width)),
      ...row('users', tally(glance.users, 6, width)),
      ...row('keys', tally(glance.keys, 6, width)),
      ...row('programs', tally(glance.programs, 5, width)),
      ...row('logins', logins(glance)),
      ...row('failed', failures(glance)).map((line) => (glance.failedCalls > 0 ? paint.yellow(line) : line)),
      ...endings(glance, width, (label, text) => row(label, text).map((line) => (text ? paint.red(line) : line))),
    );
  lines.push('', paint.bold('What to ask next'));
  const column = largest(frame.next.map(([command]) => widthOf(command)));
  for (const [command, tells] of frame.next)
    lines.push(`  ${paint.green(command)}${' '.repeat(column - widthOf(command))}  ${paint.dim(tells)}`.trimEnd());
  return `${lines.join('\n')}\n`;
}

const number = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

function period(glance: Glance, words: Words): string {
  const [first, last] = [glance.first * 1000, glance.last * 1000];
  const sameDay = dateOf(words, first) === dateOf(words, last);
  const toSecond = (text: string): string => text.replace(/(:\d\d)\.\d{3}(?= |$)/, '$1');
  const begin = toSecond(dateTime(words, first));
  const end = toSecond(sameDay ? clockTime(words, last) : dateTime(words, last));
  return `${begin} to ${end} (${duration(last - first)})`;
}

function rate(glance: Glance, width: number): string {
  const slots = glance.rate(Math.min(width, 60));
  if (slots.length < 2) return '';
  const top = largest(slots);
  return slots
    .map((n) => (n === 0 ? ' ' : BARS[Math.min(7, Math.floor((n / top) * 8))]))
    .join('')
    .trimEnd();
}

/** `alice 12 · root 3 · 5 more`. */
function tally(names: Tally, shown: number, width: number): string {
  const list = most(names, shown).map(([name, n]) => `${cut(safeText(name), Math.floor(width / 2))}\u00a0${number(n)}`);
  if (names.size > shown) list.push(`${names.size - shown}\u00a0more`);
  return list.join(' · ');
}

function logins({ logins: all, failedLogins, commands }: Glance): string {
  const parts = all > 0 ? [`${number(all)} tries, ${failedLogins === 0 ? 'none' : number(failedLogins)} failed`] : [];
  if (commands > 0) parts.push(`${number(commands)} ${commands === 1 ? 'command' : 'commands'} through sudo`);
  return parts.join(' · ');
}

function failures({ calls, failedCalls, errors }: Glance): string {
  if (calls === 0) return '';
  const kinds = most(errors, 5).map(([name, n]) => `${name} ${number(n)}`);
  return `${number(failedCalls)} of ${number(calls)} system calls${kinds.length > 0 ? `: ${kinds.join(' · ')}` : ''}`;
}

function endings({ ended, endings: all }: Glance, width: number, row: (label: string, text: string) => string[]) {
  const groups = new Map<string, { one: Ended; times: number }>();
  for (const one of ended) {
    const key = `${one.victim}\0${one.by ?? ''}\0${one.signal}`;
    const group = groups.get(key);
    if (group) group.times++;
    else groups.set(key, { one, times: 1 });
  }
  const shown = [...groups.values()].slice(0, 5);
  const lines = shown.flatMap(({ one, times }, i) => {
    const how = one.by === undefined ? `crashed with ${one.signal}` : `${one.signal} from ${safeText(one.by)}`;
    const text = `${safeText(one.victim)}: ${safeText(how)}${times > 1 ? `, ${times} times` : ''}`;
    return row(i === 0 ? 'ended' : '', cut(text, width - LABEL - 2));
  });
  const told = shown.reduce((sum, { times }) => sum + times, 0);
  if (all > told) lines.push(...row('', `${number(all - told)} more`));
  return lines;
}
