// Replies about processes and sessions. Their data are what `auspex tree --json` and `auspex sessions --json` print;
// these may come to tell more, so members beside the ones named here are to be passed over.

import { z } from 'zod';
import { maybe, named, type Sent, text, time, whole } from './shape.ts';
import { unread } from './unread.ts';

const facts = {
  pid: whole,
  nsPid: maybe(whole.describe('The same in its own pid namespace')),
  ppid: maybe(whole),
  program: text,
  command: z.array(text),
  exe: maybe(text),
  comm: maybe(text),
  uid: maybe(whole),
  user: maybe(text),
  auid: maybe(whole),
  session: maybe(whole),
  terminal: maybe(text),
  node: maybe(text),
  commandFrom: maybe(
    text.describe('execve: the kernel recorded the command; proctitle: the process may have rewritten it'),
  ),
  started: maybe(time),
  firstSeen: time,
  lastSeen: time,
  ended: maybe(time),
  exitStatus: maybe(whole),
  endSignal: maybe(text),
};

/** A process at a moment. */
export const ProcessFacts = named('ProcessFacts', z.object(facts));
export type ProcessFacts = Sent<typeof ProcessFacts>;

const own = z.object({
  ...facts,
  images: z.array(z.object({ at: time, program: text, command: z.array(text), exe: maybe(text), cwd: maybe(text) })),
  threads: maybe(whole),
  endedBy: maybe(text),
});

/** A process of a tree: all it ever was, and its children. */
export interface ProcessNode extends Sent<typeof own> {
  readonly children: readonly ProcessNode[];
}
export const ProcessNode: z.ZodType<ProcessNode> = named(
  'ProcessNode',
  own.extend({
    get children(): z.ZodType<readonly ProcessNode[]> {
      return z.array(ProcessNode);
    },
  }),
);

/** GET /api/tree */
export const TreeReply = named(
  'TreeReply',
  z.strictObject({
    trees: z.array(ProcessNode),
    omitted: whole.describe('Processes left out because there were too many'),
    unread,
  }),
);
export type TreeReply = Sent<typeof TreeReply>;

/** A user as a name, or as a number where it has none. */
const user = z.union([text, whole]);

/** A command of a session: the user it ran as, and who logged in. */
export const SessionCommand = named(
  'SessionCommand',
  z.object({
    at: time,
    pid: whole,
    command: z.array(text),
    exe: maybe(text),
    as: user,
    uid: whole,
    really: user,
    through: maybe(text),
    exitStatus: maybe(whole),
  }),
);
export type SessionCommand = Sent<typeof SessionCommand>;

/** A login and what was run in it (docs/sessions.md). */
export const Session = named(
  'Session',
  z.object({
    session: whole,
    node: maybe(text),
    auid: whole,
    user: maybe(text),
    address: maybe(text),
    terminal: maybe(text),
    through: maybe(text),
    start: maybe(time),
    end: maybe(time),
    lastSeen: time,
    failuresBefore: whole,
    commands: z.array(SessionCommand),
    sudo: z.array(z.object({ at: time, command: text, cwd: text, ok: z.boolean() })),
    moreCommands: maybe(whole),
  }),
);
export type Session = Sent<typeof Session>;

/** A login that failed. */
export const LoginFailure = named(
  'LoginFailure',
  z.object({
    at: time,
    account: text,
    address: maybe(text),
    terminal: maybe(text),
    through: maybe(text),
    node: maybe(text),
  }),
);
export type LoginFailure = Sent<typeof LoginFailure>;

/** GET /api/sessions: logins newest first, and failed ones. */
export const SessionsReply = named(
  'SessionsReply',
  z.strictObject({
    sessions: z.array(Session),
    failures: z.array(LoginFailure),
    omitted: whole.describe('Older ones left out'),
    unread,
  }),
);
export type SessionsReply = Sent<typeof SessionsReply>;
