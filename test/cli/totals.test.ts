// What `aureport` and `auspex report` count, against counts of the log's text that nothing of the project took
// (counting.fixture.ts): the main summary, and the totals by executable, command, key, user, terminal, file, host, event
// type and system call. On the lab capture, where it is there, and on the sample trail.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  eventsOf,
  isFailed,
  type Lines,
  linesOf,
  peerOf,
  rawOf,
  tallied,
  textOf,
  typeOf,
  utf8,
} from '../counting.fixture.ts';
import { counts, type Json, json, say, TRAILS, unbuilt } from './trails.fixture.ts';

/** The one event that the reports leave out: an access decision without the program's name. `aureport --debug` tells it. */
const isWhole = (event: Lines): boolean =>
  linesOf(event, 'USER_AVC').every((line) => rawOf(line, 'comm') !== undefined);

/** What the first line that has one of the fields says. */
function said(event: Lines, ...names: readonly string[]): string[] {
  for (const line of event)
    for (const name of names) {
      const text = textOf(line, name);
      if (text !== undefined) return [utf8(text)];
    }
  return [];
}

/** Likewise of a field that is a number. */
const numberOf = (event: Lines, name: string): string[] =>
  event
    .map((line) => rawOf(line, name))
    .filter((raw) => raw !== undefined)
    .slice(0, 1);

const files = (event: Lines): string[] => [
  ...linesOf(event, 'PATH').map((line) => {
    const name = textOf(line, 'name')!;
    return utf8(name.startsWith('.') && name !== '.' ? `${textOf(linesOf(event, 'CWD')[0]!, 'cwd')}/${name}` : name);
  }),
  ...linesOf(event, 'SOCKADDR')
    .map(peerOf)
    .filter((peer) => /^[^:]+$/.test(peer)),
  ...linesOf(event, 'VIRT_RESOURCE').map((line) => textOf(line, 'new-disk')!),
];

const keys = (event: Lines): string[] =>
  event
    .map((line) => textOf(line, 'key'))
    .filter((key) => key !== undefined && key !== '(null)')
    .flatMap((key) => key!.split('\x01'));

const hosts = (event: Lines): string[] => {
  const addresses = linesOf(event, 'SOCKADDR')
    .map(peerOf)
    .filter((peer) => peer.includes(':'));
  if (addresses.length > 0) return [addresses[0]!.slice(0, addresses[0]!.lastIndexOf(':')).replace(/[[\]]/g, '')];
  const [host, address] = [rawOf(event[0]!, 'hostname'), rawOf(event[0]!, 'addr')];
  return host === undefined ? [] : [host === '?' && address !== undefined ? address : host];
};

/** The line with the system call: that of a seccomp action says it too. */
const calls = (event: Lines): string[] => [...linesOf(event, 'SECCOMP'), ...linesOf(event, 'SYSCALL')].slice(0, 1);
/** auditd 3.0.9 names the call of a SECCOMP line wrongly; there is one number of them here. */
const named = (line: string): string => (rawOf(line, 'syscall') === '39' ? 'getpid' : callOf(line));

/** What an event counts as under each report's long option. */
const TOTALS: Readonly<Record<string, (event: Lines) => readonly string[]>> = {
  executable: (event) => said(event, 'exe'),
  comm: (event) => said(event, 'comm'),
  key: keys,
  user: (event) => numberOf(event, 'auid').map((id) => String(Number(id) | 0)),
  terminal: (event) => said(event, 'tty', 'terminal'),
  file: files,
  host: hosts,
  event: (event) => [typeOf(event[0]!)],
  syscall: (event) => calls(event).map((line) => rawOf(line, 'syscall')!),
};

function overviewOf(log: readonly Lines[]): Record<string, number> {
  const whole = log.filter(isWhole);
  const distinct = (things: (event: Lines) => readonly string[]): number => new Set(whole.flatMap(things)).size;
  const having = (type: string, result: string): number =>
    whole.filter((event) => linesOf(event, type).some((line) => rawOf(line, 'res') === result)).length;
  return {
    events: whole.length,
    users: distinct(TOTALS.user!),
    terminals: distinct(TOTALS.terminal!),
    'host names': distinct(hosts),
    executables: distinct(TOTALS.executable!),
    commands: distinct(TOTALS.comm!),
    files: distinct(files),
    keys: distinct(keys),
    'process IDs': distinct((event) => numberOf(event, 'pid')),
    'failed syscalls': whole.filter((event) => linesOf(event, 'SYSCALL').some(isFailed)).length,
    logins: having('USER_LOGIN', 'success'),
    'failed logins': having('USER_LOGIN', 'failed'),
    authentications: having('USER_AUTH', 'success'),
  };
}

/** The rows of `aureport --summary`: a total, two blanks, what it is of. */
function classicTotals(out: string): Record<string, number> {
  const rows = out
    .split('\n')
    .slice(5)
    .filter((line) => line !== '');
  return tallied(
    rows.flatMap((line) =>
      Array.from({ length: Number.parseInt(line, 10) }, () => line.split('  ').slice(1).join('  ')),
    ),
  );
}

/** As the classic tools show control characters. */
const escaped = (tally: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(tally).map(([text, n]) => [
      text.replace(/[\x00-\x1f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`),
      n,
    ]),
  );

describe.each(TRAILS)(`of $name${unbuilt}`, ({ file }) => {
  const missing = existsSync(file) ? '' : ' [needs ../shared/corpus]';
  const all = missing ? [] : eventsOf(readFileSync(file, 'latin1'));
  const ENOUGH = missing || unbuilt;
  it.skipIf(ENOUGH)(`aureport --summary and auspex report${missing}`, () => {
    const overview = overviewOf(all);
    const classic = say('aureport', ['-if', file, '--summary']).split('\n');
    for (const [what, count] of Object.entries(overview)) expect(classic).toContain(`Number of ${what}: ${count}`);
    const { rows } = json(['report', '-i', file]);
    for (const [what, count] of Object.entries(overview)) expect(rows).toContainEqual({ what, count });
  });

  it.skipIf(ENOUGH).each(Object.entries(TOTALS))(`totals by %s${missing}`, (name, things) => {
    // A program's access decision without the program's name is malformed where a report wants more than when and where.
    const seen = name === 'event' || name === 'host' ? all : all.filter(isWhole);
    const wanted = tallied(seen.flatMap(things));
    expect(Object.keys(wanted).length).toBeGreaterThan(1);
    const classic = ['-if', file, `--${name}`, '--summary', ...(name === 'event' ? ['-i'] : [])];
    // System call 0 counts as none there (docs/compat.md).
    const left = Object.entries(wanted).filter(([key]) => name !== 'syscall' || key !== '0');
    expect(classicTotals(say('aureport', classic))).toEqual(escaped(Object.fromEntries(left)));
    const { rows } = json(['report', name === 'event' ? 'events' : name, '-i', file]);
    const column = Object.keys(rows[0]).find((one) => one !== 'count')!;
    // Ids are shown by the names that this machine has for them.
    if (name === 'user') expect(rows.map((row: Json) => row.count).sort()).toEqual(Object.values(wanted).sort());
    else if (name === 'syscall') expect(counts(rows, column)).toEqual(tallied(seen.flatMap(calls).map(named)));
    else expect(counts(rows, column)).toEqual(wanted);
  });
});
