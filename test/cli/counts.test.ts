// What `auspex summary` counts, against counts of the log's text that nothing of the project took (counting.fixture.ts):
// every section, for a login, a session, a process tree, a program, a key and everyone. On the lab capture, where it is
// there, and on the sample trail.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  commandOf,
  eventsOf,
  filesOf,
  isFailed,
  type Lines,
  linesOf,
  mainOf,
  numbered,
  peerOf,
  rawOf,
  signalNamed,
  tallied,
  textOf,
  typeOf,
  utf8,
} from '../counting.fixture.ts';
import { counts, type Json, json, TRAILS, unbuilt } from './trails.fixture.ts';

const PEERS = ['connect', 'accept', 'accept4', 'bind', 'sendto', 'sendmsg', 'recvfrom', 'recvmsg'];
const SIGNALS: Readonly<Record<string, string>> = { kill: 'a1', tkill: 'a1', tgkill: 'a2' };
/** The processes of a tree: those whose parent is in it, and those that a fork in it returned. */
function treeOf(pid: string, events: readonly Lines[]): Set<string> {
  const tree = new Set([pid]);
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const line of events.flatMap((event) => linesOf(event, 'SYSCALL'))) {
      const own = rawOf(line, 'pid')!;
      if (tree.has(rawOf(line, 'ppid')!)) tree.add(own);
      const child = rawOf(line, 'exit')!;
      if (tree.has(own) && /fork|clone/.test(callOf(line)) && Number(child) > 0) tree.add(child);
    }
  }
  return tree;
}

/** What the text of the chosen events holds, section by section as the summary has them. */
function counted(chosen: readonly Lines[], all: readonly Lines[], isMine: (target: string) => boolean) {
  const calls = chosen.filter((event) => linesOf(event, 'SYSCALL').length > 0);
  const made = calls.filter((event) => !isFailed(mainOf(event)));
  const named = (event: Lines): string => callOf(mainOf(event));
  const signals = (event: Lines, words: (line: string, signal: string) => string): string[] =>
    !(named(event) in SIGNALS)
      ? []
      : linesOf(event, 'OBJ_PID').map((line) => words(line, signalOf(event, named(event))));
  const kills = all.filter((event) => linesOf(event, 'SYSCALL').length > 0 && !isFailed(mainOf(event)));
  return {
    events: chosen.length,
    processes: new Set(chosen.map((event) => rawOf(mainOf(event), 'pid')).filter((pid) => pid !== undefined)).size,
    syscalls: tallied(calls.map(named)),
    failed: tallied(calls.filter((event) => isFailed(mainOf(event))).map(named)),
    failures: tallied(
      calls.filter((e) => isFailed(mainOf(e))).map((e) => `${-Number(rawOf(mainOf(e), 'exit'))} ${named(e)}`),
    ),
    commands: tallied(
      made
        .map(commandOf)
        .filter((command) => command !== undefined)
        .map(utf8),
    ),
    executed: tallied(made.filter((e) => named(e) === 'execve').flatMap((e) => [...new Set(filesOf(e))].map(utf8))),
    deleted: made.flatMap((e) => linesOf(e, 'PATH')).filter((line) => rawOf(line, 'nametype') === 'DELETE').length,
    created: made.flatMap((e) => linesOf(e, 'PATH')).filter((line) => rawOf(line, 'nametype') === 'CREATE').length,
    files: [...new Set(made.flatMap(filesOf).map(utf8))].sort(),
    peers: tallied(
      calls
        .filter((e) => PEERS.includes(named(e)))
        .flatMap((e) =>
          linesOf(e, 'SOCKADDR')
            .map(peerOf)
            .filter((peer) => peer !== '')
            .map((peer) => `${named(e)} ${peer}`),
        ),
    ),
    sent: tallied(
      made.flatMap((e) => signals(e, (l, signal) => `${signal} to ${textOf(l, 'ocomm')} (${rawOf(l, 'opid')})`)),
    ),
    received: tallied(
      kills
        .flatMap((e) =>
          signals(e, (line, signal) =>
            isMine(line) ? `${signal} from ${textOf(mainOf(e), 'comm')} (${rawOf(mainOf(e), 'pid')})` : '',
          ),
        )
        .filter((text) => text !== ''),
    ),
    sudo: tallied(
      chosen
        .flatMap((e) => linesOf(e, 'USER_CMD'))
        .map((line) => textOf(line, 'cmd'))
        .filter((cmd) => cmd !== undefined)
        .map((cmd) => `sudo ${cmd}`),
    ),
    messages: tallied(chosen.filter((e) => linesOf(e, 'SYSCALL').length === 0).map((e) => typeOf(e[0]!))),
  };
}

const signalOf = (event: Lines, call: string): string =>
  signalNamed(Number.parseInt(rawOf(mainOf(event), SIGNALS[call]!)!, 16));

/** The same of the summary's JSON. */
function told(summary: Json) {
  const uses = (use: string): Json[] => summary.files.filter((file: Json) => file.uses[use]);
  const sum = (use: string): number => uses(use).reduce((n, file) => n + file.uses[use], 0);
  return {
    events: summary.events,
    processes: summary.processes.length,
    syscalls: counts(summary.syscalls, 'syscall'),
    failed: counts(
      summary.syscalls.map(({ syscall, failed }: Json) => ({ syscall, count: failed })),
      'syscall',
    ),
    failures: counts(
      summary.failures.map(({ failure, count }: Json) => ({ failure: numbered(failure), count })),
      'failure',
    ),
    commands: counts(summary.commands, 'command'),
    executed: counts(
      uses('executed').map(({ path, uses: { executed } }) => ({ path, count: executed })),
      'path',
    ),
    deleted: sum('deleted'),
    created: sum('created'),
    files: summary.files.map(({ path }: Json) => path).sort(),
    peers: counts(summary.peers, 'peer'),
    sent: counts(summary.signals_sent, 'signal'),
    received: counts(summary.signals_received, 'signal'),
    sudo: counts(
      summary.privileges.filter(({ change }: Json) => change.startsWith('sudo ')),
      'change',
    ),
    messages: counts(summary.messages, 'type'),
  };
}

interface Choice {
  readonly options: readonly string[];
  /** Whether an event's main line is of it. */
  readonly line: (line: string, tree: ReadonlySet<string>) => boolean;
  readonly key?: string;
  /** Whether a signal to what the OBJ_PID line names is one to the subject. */
  readonly target?: (line: string, tree: ReadonlySet<string>) => boolean;
}

const choices = (who: { auid: string; ses: string; pid: string; exe: string; key: string }): readonly Choice[] => [
  { options: [], line: () => true },
  {
    options: ['--auid', who.auid],
    line: (line) => rawOf(line, 'auid') === who.auid,
    target: (line) => rawOf(line, 'oauid') === who.auid,
  },
  {
    options: ['--session', who.ses],
    line: (line) => rawOf(line, 'ses') === who.ses,
    target: (line) => rawOf(line, 'oses') === who.ses,
  },
  {
    options: ['--pid', who.pid],
    line: (line, tree) => tree.has(rawOf(line, 'pid') ?? ''),
    target: (line, tree) => tree.has(rawOf(line, 'opid') ?? ''),
  },
  { options: ['--exe', who.exe], line: (line) => textOf(line, 'exe') === who.exe },
  { options: ['--key', who.key], line: () => true, key: who.key },
];

const hasKey = (event: Lines, key: string): boolean =>
  event.some((line) => (textOf(line, 'key') ?? '').split('\x01').includes(key));

describe.each(TRAILS)(`of $name${unbuilt}`, ({ file, who }) => {
  const missing = existsSync(file) ? '' : ' [needs ../shared/corpus]';
  const all = missing ? [] : eventsOf(readFileSync(file, 'latin1'));

  it.skipIf(missing || unbuilt).each(choices(who))(
    `auspex summary $options${missing}`,
    ({ options, line, key, target }) => {
      const tree = treeOf(who.pid, all);
      const chosen = all.filter((event) => line(mainOf(event), tree) && (key === undefined || hasKey(event, key)));
      const summary = json(['summary', '-i', file, '--all', ...options]);
      expect(chosen.length).toBeGreaterThan(5);
      expect(told(summary)).toEqual(counted(chosen, all, (one) => target?.(one, tree) ?? false));
    },
  );
});
