// The questions put together: who killed, who touched, which processes, which logins. Each reads a trail once (a file's
// life twice) through whatever the caller reads with, and gives the facts; who shows them (a terminal, a page) is another
// matter. So the commands and the browser console tell the same story.

import { inRange, type TimeRange } from '../base/range.ts';
import { Assembler, type AuditEvent } from '../event/index.ts';
import { Folders } from '../paths/index.ts';
import { isUnset, parseLine } from '../record/index.ts';
import type { Watcher } from './acts.ts';
import { ProcessFeed } from './feed.ts';
import { isHarmless } from './file-calls.ts';
import { ProcessHistory } from './history.ts';
import type { KernelLogOptions } from './kernel-line.ts';
import { KernelLog } from './kernel-log.ts';
import { KillCollector } from './kills.ts';
import { LoginBook, type LoginFailure } from './logins.ts';
import { beginOf, SessionBook, type SessionStory } from './sessions.ts';
import type { Story } from './story.ts';
import { StraceFeed } from './strace.ts';
import type { FileLife, Touch, TouchQuery } from './touch.ts';
import { TouchCollector } from './touched.ts';
import { processTrees, type TreeNode, type TreeQuery } from './tree.ts';
import { killStories, type VictimQuery } from './who-killed.ts';

/** What a reader of a trail does with it. */
export interface Reading {
  /** Each event, in the order of time. */
  readonly event: (event: AuditEvent) => void;
  /** A line that is no audit record, where the trail may have such; true says that it was understood. */
  readonly line?: (line: string) => unknown;
  /** Takes strace logs, where the trail may be one. */
  readonly strace?: StraceFeed;
  /** The trail was read before: what cannot be read was counted then. */
  readonly again?: boolean;
}

/** Reads the trail that a question is about, whole. */
export type Read = (reading: Reading) => Promise<unknown>;

/** Users as the trail itself names them (ENRICHED). */
type Names = ReadonlyMap<number, string>;

export interface KillFacts {
  /** Those that ended a process; newest last. */
  readonly ended: readonly Story[];
  /** All of them: also signals that the victim lived on after. */
  readonly all: readonly Story[];
  /** The end of any process was read from a line that is no record. */
  readonly fromLog: boolean;
  readonly logins: LoginBook;
  readonly names: Names;
}

/** Who killed. `kernelLog` hands lines of the kernel's log to what it is given. */
export async function askKills(
  read: Read,
  query: VictimQuery,
  clock: KernelLogOptions,
  kernelLog?: (line: (text: string) => void) => Promise<void>,
): Promise<KillFacts> {
  const history = new ProcessHistory();
  const logins = new LoginBook();
  const collector = new KillCollector();
  const watcher: Watcher = {
    signal: (act) => collector.signal(act),
    crash: (act) => collector.crash(act),
    exec: (life, image, at) => collector.exec(life, image, at),
    call: (life, call, view, event) => collector.call(life, call, view, event),
    message: (record, event) => logins.message(record, event),
  };
  const feed = new ProcessFeed(history, watcher);
  const fromKernel = new Assembler((event) => feed.push(event));
  const kernel = new KernelLog(clock, (text) => {
    const record = parseLine(text);
    if (record) fromKernel.push(record);
  });
  await read({
    event: (event) => feed.push(event),
    line: (text) => kernel.push(text),
    strace: new StraceFeed(history, watcher),
  });
  await kernelLog?.((text) => kernel.push(text));
  kernel.end();
  fromKernel.end();
  const all = killStories(collector, kernel.kills, query, (node, pid) => history.find(node, pid));
  const ended = all.filter((story) => story.hits[0]?.outcome.kind !== 'survived');
  return { all, ended, fromLog: kernel.kills.length > 0, logins, names: feed.names };
}

export interface TouchWish extends TimeRange {
  /** Also those who only looked at it (stat, access). */
  readonly all: boolean;
  /** Only what changed it. */
  readonly changes: boolean;
}

export interface TouchFacts {
  readonly lives: readonly FileLife[];
  readonly logins: LoginBook;
  readonly names: Names;
}

const READS: ReadonlySet<string> = new Set(['opened to read', 'executed', 'loaded', 'used']);

/** Who touched a file. `files` are the inodes that stood at the path, as an InodeFinder found them before. */
export async function askTouches(
  read: Read,
  query: TouchQuery,
  files: ReadonlySet<string>,
  wish: TouchWish,
): Promise<TouchFacts> {
  let found = await readTouches(read, query, files);
  if (found.touches.unsure) {
    // Which folders those descriptors stand for is known from all events of the trail: they are asked, then it is told again.
    const folders = new Folders();
    await read({ again: true, event: (event) => folders.learn(event) });
    found = await readTouches((reading) => read({ ...reading, again: true }), query, files, folders);
  }
  const { touches, logins, names } = found;
  const wanted = (touch: Touch): boolean =>
    inRange(touch.last, wish) &&
    (wish.all || !isHarmless(touch.deed)) &&
    !(wish.changes && (isHarmless(touch.deed) || READS.has(touch.deed)));
  const lives = touches
    .lives()
    .map((life) => ({ ...life, touches: life.touches.filter(wanted) }))
    .filter((life) => life.touches.length > 0);
  return { lives, logins, names };
}

async function readTouches(read: Read, query: TouchQuery, files: ReadonlySet<string>, folders?: Folders) {
  const logins = new LoginBook();
  const touches = new TouchCollector(query, files, folders);
  const feed = new ProcessFeed(new ProcessHistory(), {
    fork: (parent, child) => touches.fork(parent, child),
    call: (life, call, view, event) => touches.call(life, call, view, event),
    message: (record, event) => {
      logins.message(record, event);
      touches.told(event);
    },
  });
  await read({ event: (event) => feed.push(event) });
  return { touches, logins, names: feed.names };
}

/** Which processes; `seed` may tell of those that run already. */
export async function askTree(
  read: Read,
  query: TreeQuery,
  seed: (history: ProcessHistory) => void = () => {},
): Promise<{ readonly trees: readonly TreeNode[]; readonly names: Names }> {
  const history = new ProcessHistory({ keep: 'all' });
  seed(history);
  const feed = new ProcessFeed(history);
  await read({ event: (event) => feed.push(event), strace: new StraceFeed(history) });
  return { trees: processTrees(history.lives, query), names: feed.names };
}

export interface SessionFacts {
  readonly sessions: readonly SessionStory[];
  readonly failures: readonly LoginFailure[];
  readonly names: Names;
}

/** Which logins: all, or those of a user (a latin1 name, or an id) or of a session (its number). */
export async function askSessions(
  read: Read,
  period: TimeRange,
  who: string | undefined,
  userId: (name: string) => number | undefined,
): Promise<SessionFacts> {
  const book = new SessionBook();
  const feed = new ProcessFeed(new ProcessHistory(), book);
  await read({ event: (event) => feed.push(event) });
  let id: number | undefined;
  const isWanted = (session: { ses: number; auid: number; account: string }): boolean => {
    if (who === undefined) return true;
    if (/^\d+$/.test(who)) return session.ses === Number(who) || session.auid === Number(who);
    return session.account === who || (id !== undefined && session.auid === id);
  };
  if (who !== undefined && !/^\d+$/.test(who)) {
    for (const [one, name] of feed.names) if (name === who) id ??= one;
    id ??= userId(who);
  }
  const sessions = book
    .stories()
    .filter(
      ({ session }) =>
        !isUnset(session.ses) &&
        isWanted(session) &&
        (inRange(beginOf(session), period) || inRange(session.lastSeen, period)),
    );
  const failures = book.logins.failures.filter(
    (failure) => inRange(failure.at, period) && (who === undefined || failure.account === who),
  );
  return { sessions, failures, names: feed.names };
}
