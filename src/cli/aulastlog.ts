// aulastlog(8): when each account of this machine last logged in, from the audit trail.

import { fromUtf8 } from '../base/bytes.ts';
import { oneLine } from '../base/error.ts';
import { strftime } from '../base/strftime.ts';
import { eventFaults, localTime, localUsers, timeLocale } from '../host/index.ts';
import { escapeText } from '../interpret/escape.ts';
import { addLastLogin, type LastLogin } from '../report/last.ts';
import { search, type Trail } from '../search/search.ts';
import { trailsOf } from './ausearch-run.ts';
import { runClassic } from './classic.ts';
import { type Io, processIo } from './io.ts';
import { optionTable, type Parsed } from './options.ts';

export const options = optionTable({
  tool: 'aulastlog',
  summary: 'Tells when each account of this machine last logged in.',
  usage: ['[options]'],
  words: 0,
  options: [
    { name: 'stdin', forms: ['--stdin'], help: 'read standard input instead of the logs' },
    { name: 'user', forms: ['-u', '--user'], value: 'NAME', help: 'only this account' },
    { name: 'help', forms: ['--help'], help: 'this text' },
  ],
});

type Options = Parsed<(typeof options)['options'][number]['name']>;

const USAGE = 'usage: aulastlog [--stdin] [--user name]\n';
const HEAD = 'Username         Port         From                       Latest\n';

export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(argv, processIo);
}

/** Runs the tool; resolves to its exit status. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runClassic({ options, usage: USAGE }, argv, io, async (given) => {
    const wanted = given.value('user');
    const users = localUsers().filter(([, name]) => wanted === undefined || name === fromUtf8(wanted));
    if (users.length === 0 && wanted !== undefined) {
      io.out(`Unknown User: ${fromUtf8(oneLine(wanted))}\n`);
      return 1;
    }
    print(users, await lastLogins(given, io), io);
    return 0;
  });
}

async function lastLogins(given: Options, io: Io): Promise<Map<number, LastLogin>> {
  const trails: Trail[] = given.has('stdin')
    ? [{ name: 'standard input', chunks: () => process.stdin }]
    : trailsOf({ inputLogs: true });
  const logins = new Map<number, LastLogin>();
  await search(trails, {
    classic: true,
    guard: eventFaults,
    matches: () => true,
    found: (event) => {
      addLastLogin(logins, event);
      return true;
    },
    failed: (error) => io.err(`${fromUtf8(error.message)}\n`),
  });
  return logins;
}

const column = (text: string, width: number): string => escapeText(text, 'tty').slice(0, width).padEnd(width);

function print(users: readonly (readonly [number, string])[], logins: Map<number, LastLogin>, io: Io): void {
  io.out(HEAD);
  const locale = timeLocale();
  for (const [uid, name] of users) {
    const login = logins.get(uid);
    const last = login
      ? `${column(login.terminal, 12)} ${column(login.host, 26)} ${strftime('%x %T', localTime(login.at.sec), locale)}`
      : `${''.padEnd(39)} **Never logged in**`;
    io.out(`${column(name, 16)} ${last}\n`);
  }
}
