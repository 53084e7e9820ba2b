// Sessions as text: one paragraph a login, its commands below it, and the failed attempts at the end.
import { cut, safeText } from '../base/index.ts';
import type { LoginFailure, Session } from './logins.ts';
import { beginOf, type SessionCommand, type SessionStory } from './sessions.ts';
import { clockTime, commandText, dateTime, duration, userName, type Words } from './words.ts';

const MOST_SHOWN = 40;

/** A session with the commands it ran, ending in a newline. `all` lists every one. */
export function sessionText(story: SessionStory, words: Words, all: boolean): string {
  const { session, commands, sudo } = story;
  const { paint } = words;
  const lines = [headOf(session, words)];
  const failures = session.failuresBefore;
  if (failures > 0)
    lines.push(`  ${paint.red(`${failures} failed ${failures === 1 ? 'attempt' : 'attempts'} before it succeeded`)}`);
  const shown = all || commands.length <= MOST_SHOWN ? commands : commands.slice(0, MOST_SHOWN);
  for (const command of shown) lines.push(commandLineOf(command, words));
  const hidden = commands.length - shown.length + story.more;
  if (hidden > 0) lines.push(paint.dim(`  … ${hidden} more commands (--all)`));
  for (const refused of sudo.filter((one) => !one.ok))
    lines.push(
      `  ${clockTime(words, refused.at)}  ${paint.red('sudo refused')}  ${cut(safeText(refused.command), words.width - 30)}`,
    );
  return `${lines.join('\n')}\n`;
}

function headOf(session: Session, words: Words): string {
  const name = userName(words, session.auid) || safeText(session.account) || 'unknown user';
  const facts = [`session ${session.ses}`];
  if (session.address) facts.push(`from ${safeText(session.address)}`);
  if (session.terminal) facts.push(`on ${safeText(session.terminal)}`);
  if (session.exe) facts.push(`through ${safeText(session.exe.slice(session.exe.lastIndexOf('/') + 1))}`);
  if (session.node) facts.push(`at ${safeText(session.node)}`);
  const begin = `${session.start === undefined ? 'before ' : ''}${dateTime(words, beginOf(session))}`;
  const last = session.end ?? session.lastSeen;
  const how = session.end === undefined ? 'last seen' : 'until';
  const long = session.start === undefined ? '' : ` (${duration(last - session.start)})`;
  return `${words.paint.bold(name)}  ${facts.join(', ')}\n  ${begin}, ${how} ${clockTime(words, last)}${long}`;
}

function commandLineOf(command: SessionCommand, words: Words): string {
  const { life, euid, at, through, depth, image } = command;
  const other = euid !== life.auid && euid >= 0;
  const as = other ? `${userName(words, euid)}${through ? ` (${through})` : ''}` : '';
  const left = `  ${clockTime(words, at)}  ${as.padEnd(14)} `;
  const indent = '  '.repeat(Math.min(depth, 8));
  const text = cut(`${indent}${commandText(image)}`, Math.max(20, words.width - left.length));
  return `  ${words.paint.dim(clockTime(words, at))}  ${words.paint.yellow(as)}${' '.repeat(Math.max(0, 14 - as.length))} ${text}`;
}

/** Failed attempts, grouped by account and address. */
export function failuresText(failures: readonly LoginFailure[], words: Words): string {
  const groups = new Map<string, LoginFailure[]>();
  for (const failure of failures) {
    const key = [failure.node, failure.account, failure.address, failure.exe].join('\x01');
    const group = groups.get(key);
    if (group) group.push(failure);
    else groups.set(key, [failure]);
  }
  const lines = [words.paint.bold('Failed logins')];
  for (const group of groups.values()) {
    const { account, address, exe, at } = group[0]!;
    const from = address ? ` from ${safeText(address)}` : '';
    const through = exe ? ` through ${safeText(exe.slice(exe.lastIndexOf('/') + 1))}` : '';
    const last = group.length > 1 ? `, last ${clockTime(words, group.at(-1)!.at)}` : '';
    const count = group.length === 1 ? 'once' : `${group.length} times`;
    lines.push(
      `  ${dateTime(words, at)}  ${words.paint.red(safeText(account) || '(no account named)')}${from}${through}: ${count}${last}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
