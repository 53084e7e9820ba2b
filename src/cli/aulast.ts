// aulast(8): who was logged in when, and who tried in vain, from the audit trail.

import { fromUtf8 } from '../base/bytes.ts';
import { AuditError } from '../base/error.ts';
import { C_TIME, strftime } from '../base/strftime.ts';
import type { AuditTime } from '../base/types.ts';
import { eventFaults, localTime, newFile, systemAccounts, timeLocale, writeText } from '../host/index.ts';
import { escapeText } from '../interpret/escape.ts';
import { textOf } from '../record/record.ts';
import { type Failure, LastLogins, SESSION_TYPES, type Stay } from '../report/last.ts';
import { search, type Trail } from '../search/search.ts';
import { trailsOf } from './ausearch-run.ts';
import { runClassic } from './classic.ts';
import { type Io, processIo } from './io.ts';
import { optionTable, type Parsed } from './options.ts';

export const options = optionTable({
  tool: 'aulast',
  summary: 'Lists logins, logouts and boots from the audit trail, oldest first.',
  usage: ['[options]'],
  words: 0,
  options: [
    { name: 'bad', forms: ['--bad'], help: 'logins that failed' },
    { name: 'debug', forms: ['--debug'], help: 'say where a record fits no session' },
    { name: 'extract', forms: ['--extract'], help: 'write the records used to aulast.log in the current directory' },
    { name: 'file', forms: ['-f'], value: 'FILE', help: 'read this file instead of the logs' },
    { name: 'proof', forms: ['--proof'], help: 'after each line, the events it was made from' },
    { name: 'stdin', forms: ['--stdin'], help: 'read standard input' },
    { name: 'tty', forms: ['--tty'], value: 'TTY', min: 0, max: 1, help: 'only this terminal: pts/0, or 0' },
    { name: 'user', forms: ['--user'], value: 'NAME', min: 0, max: 1, help: 'only this user' },
    { name: 'help', forms: ['--help'], help: 'this text' },
  ],
});

type Options = Parsed<(typeof options)['options'][number]['name']>;

const EXTRACT = 'aulast.log';
const USAGE = 'usage: aulast [--bad] [--debug] [--stdin] [--proof] [--extract] [-f file] [--user name] [--tty tty]\n';

export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(argv, processIo);
}

/** Runs the tool; resolves to its exit status. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runClassic({ options, usage: USAGE }, argv, io, async (given) => {
    await list(given, io);
    return 0;
  });
}

async function list(given: Options, io: Io): Promise<void> {
  const extract = given.has('extract') ? openExtract() : undefined;
  const logins = new LastLogins({
    ...(given.has('bad')
      ? { failure: (failure: Failure) => io.out(failureText(failure, given)) }
      : { stay: (stay: Stay) => io.out(stayText(stay, given)) }),
    ...(extract && { used: (record) => extract(textOf(record)) }),
    ...(given.has('debug') && {
      stray: () => io.out('Session not found or updated\n'),
      nameless: (serial) => io.err(`Bad user login for event: ${serial}\n`),
    }),
  });
  await search(trails(given), {
    classic: true,
    guard: eventFaults,
    matches: (event) => event.records.some((record) => SESSION_TYPES.has(record.type)),
    found: (event) => {
      logins.add(event);
      return true;
    },
    failed: (error) => io.err(`${fromUtf8(error.message)}\n`),
  });
  logins.end();
}

function trails(given: Options): Trail[] {
  if (given.has('stdin')) return [{ name: 'standard input', chunks: () => process.stdin }];
  const file = given.value('file');
  return trailsOf({ ...(file !== undefined && { input: file }), inputLogs: true });
}

function openExtract(): (line: string) => void {
  try {
    const { fd, place } = newFile(EXTRACT);
    place();
    return (line) => writeText(fd, `${line}\n`); // a link of the user's own may lead to a terminal
  } catch (cause) {
    throw new AuditError('write', `Cannot write ${EXTRACT} in the current directory: ${(cause as Error).message}`, {
      cause,
    });
  }
}

const column = (text: string, width: number): string => escapeText(text, 'tty').slice(0, width).padEnd(width);

const clock = (at: AuditTime): string => strftime('%H:%M', localTime(at.sec), C_TIME);
const minute = (at: AuditTime): string => strftime('%a %b %e %H:%M', localTime(at.sec), C_TIME);
const searchTime = (at: AuditTime): string => strftime('%x %T', localTime(at.sec), timeLocale());

/** `(02:00)`, `(1+01:01)`. */
function duration(from: AuditTime, to: AuditTime): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.max(0, Math.trunc((to.sec - from.sec) / 60));
  const days = Math.trunc(minutes / 1440);
  const rest = `${two(Math.trunc(minutes / 60) % 24)}:${two(minutes % 60)}`;
  return days > 0 ? `(${days}+${rest})` : `(${rest})`;
}

function row(user: string, terminal: string, host: string, start: AuditTime): string {
  // A number is not cut: it would be another's.
  const name = /^\d+$/.test(user) ? user.padEnd(8) : column(user, 8);
  return `${name} ${column(terminal, 12)} ${column(host, 16)} ${minute(start)}`;
}

const accounts = systemAccounts();
const nameOf = (uid: number): string => accounts.userName(uid >>> 0) ?? `unknown(${uid})`;

function stayText(stay: Stay, given: Options): string {
  if (stay.auid !== undefined && !(isUser(stay.auid, nameOf(stay.auid), given) && isTerminal(stay.terminal, given)))
    return '';
  const user = stay.auid === undefined ? 'reboot' : nameOf(stay.auid);
  const line = `${row(user, stay.terminal, stay.host, stay.start)}${endingText(stay)}\n`;
  return given.has('proof') ? line + stayProof(stay) : line;
}

function endingText({ auid, ending, start, end }: Stay): string {
  if (ending === 'logout') return ` - ${clock(end!)}  ${duration(start, end!)}`;
  if (ending === 'crash') return ' - crash';
  if (ending === 'gone') return '   gone - no logout';
  return auid === undefined ? ' ' : '   still logged in';
}

function stayProof({ serials, start, end }: Stay): string {
  const until = end ?? { sec: Math.floor(Date.now() / 1000), ms: 0 };
  return proof(`serial numbers: ${serials.join(', ')}`, `--start ${searchTime(start)} --end ${searchTime(until)}`);
}

function proof(serials: string, query: string): string {
  return (
    `    audit event proof ${serials}\n    Session data can be found with this search:\n` + `    ausearch ${query}\n\n`
  );
}

function failureText(failure: Failure, given: Options): string {
  const { account, uid, terminal, host, at, serial } = failure;
  const user = account ?? accounts.userName(uid! >>> 0) ?? String(uid! >>> 0);
  if (!(isUser(uid, user, given) && isTerminal(terminal, given))) return '';
  const line = `${row(user, terminal, host, at)} - ${clock(at)}  (00:00)\n`;
  if (!given.has('proof')) return line;
  const session = account === undefined ? ' --session 0' : '';
  return (
    line + proof(`serial number: ${serial}`, `--start ${searchTime(at)} --end ${searchTime(at)}${session} -a ${serial}`)
  );
}

function isUser(uid: number | undefined, name: string, given: Options): boolean {
  const user = given.value('user');
  return user === undefined || user === name || (uid !== undefined && user === String(uid >>> 0));
}

/** A terminal may be named in short, or in full: 0 is tty0 and pts/0, and so is /dev/pts/0. */
function isTerminal(terminal: string, given: Options): boolean {
  const tty = given.value('tty')?.replace(/^\/dev\//, '');
  return tty === undefined || ['', 'tty', 'pts/'].some((prefix) => prefix + tty === terminal);
}
