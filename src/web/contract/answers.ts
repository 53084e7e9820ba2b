// Replies of the answers: what `auspex who-killed --json`, `who-touched --json` and `summary --json` print, with the text
// the commands tell beside it. The commands' data may come to tell more, so other members are to be passed over.

import { z } from 'zod';
import { ProcessFacts } from './processes.ts';
import { maybe, named, type Sent, text, time, whole } from './shape.ts';
import { unread } from './unread.ts';

/** Signals of one kind to one target, one after the other. */
export const Strike = named(
  'Strike',
  z.object({
    at: time,
    last: maybe(time),
    serial: whole,
    call: text,
    signal: text,
    given: z.number().describe('The number the killer gave: a pid, or a group when negative'),
    to: text,
    count: whole,
    ok: z.boolean(),
    error: maybe(text),
    pidFile: maybe(text),
    formerChild: maybe(whole),
  }),
);
export type Strike = Sent<typeof Strike>;

/** Who was struck, and what became of it. */
export const Victim = named(
  'Victim',
  z.object({
    at: maybe(time.describe('Missing where the kernel’s line has none')),
    pid: whole,
    name: maybe(text),
    process: maybe(ProcessFacts),
    outcome: z.object({
      kind: z.enum(['ended', 'survived', 'unknown']),
      after: maybe(z.number().describe('ms from the first signal to the end')),
      status: maybe(whole),
      signal: maybe(text),
    }),
    signals: z.array(Strike),
    crash: maybe(z.object({ signal: text, forbiddenCall: maybe(text) })),
    kernel: maybe(
      z
        .object({
          kind: text,
          sinceBootMs: maybe(z.number()),
          rssKb: maybe(z.number()),
          scoreAdj: maybe(z.number()),
          asker: maybe(text),
          cgroup: maybe(text),
          limitCgroup: maybe(text),
          wholeGroup: maybe(z.boolean()),
          by: maybe(text),
          signal: maybe(text),
          unit: maybe(text),
          reason: maybe(text),
          chosen: maybe(z.object({ pid: z.number(), name: z.string() })),
          fault: maybe(text),
          address: maybe(text),
          object: maybe(text),
          tasks: maybe(z.array(z.object({ name: text, pid: whole, rssKb: maybe(z.number()) }))),
        })
        .describe('What the kernel’s own log says of it'),
    ),
  }),
);
export type Victim = Sent<typeof Victim>;

/** A story (docs/who-killed.md). */
export const KillStory = named(
  'KillStory',
  z.object({
    answer: text,
    cause: text,
    first: maybe(time),
    killer: maybe(ProcessFacts),
    ancestors: maybe(z.array(ProcessFacts)),
    login: maybe(
      z.object({
        auid: whole,
        user: maybe(text),
        session: maybe(whole),
        address: maybe(text),
        terminal: maybe(text),
        through: maybe(text),
      }),
    ),
    victims: z.array(Victim),
    failed: z.array(Strike),
    rhythm: maybe(z.object({ count: whole, everyMs: whole, spreadMs: whole, regular: z.boolean() })),
    findings: z.array(z.object({ id: text, sure: z.enum(['proven', 'likely', 'note']), text })),
    next: z.array(z.object({ text, commands: z.array(text) })),
  }),
);
export type KillStory = Sent<typeof KillStory>;

const hint = maybe(text.describe('Why nothing may have been found: rules that are missing, and the line to add'));

/** GET /api/answers/who-killed; stories newest first. */
export const KillAnswer = named(
  'KillAnswer',
  z.strictObject({
    stories: z.array(z.strictObject({ data: KillStory, text })),
    omitted: maybe(whole.describe('Older stories left out')),
    hint,
    unread,
  }),
);
export type KillAnswer = Sent<typeof KillAnswer>;

/** A whole number; as text beyond 2^53. */
const inode = z.union([whole, text]);

/** Something that happened to a file (docs/who-touched.md). */
export const Touch = named(
  'Touch',
  z.object({
    at: time,
    last: maybe(time),
    serial: whole,
    deed: text,
    ok: z.boolean(),
    error: maybe(text),
    path: maybe(text),
    named: z.enum(['known', 'relative', 'none']),
    otherPath: maybe(text),
    device: maybe(text),
    inode: maybe(inode),
    folder: maybe(
      z.object({ device: text, inode }).describe('The folder of a relative path, where no record names it'),
    ),
    to: maybe(text),
    call: text,
    count: whole,
    refusedBy: maybe(text.describe('The security module that refused it')),
    process: maybe(ProcessFacts),
    told: maybe(
      z
        .object({ pid: maybe(whole), comm: maybe(text), command: maybe(z.array(text)), profile: maybe(text) })
        .describe('Who did it, where no SYSCALL record tells'),
    ),
    login: maybe(text),
  }),
);
export type Touch = Sent<typeof Touch>;

/** GET /api/answers/who-touched */
export const TouchAnswer = named(
  'TouchAnswer',
  z.strictObject({ files: z.array(z.strictObject({ text, touches: z.array(Touch) })), hint, unread }),
);
export type TouchAnswer = Sent<typeof TouchAnswer>;

const counted = <N extends string>(name: N) =>
  z.array(z.object({ [name]: text, count: whole } as Record<N, typeof text> & { count: typeof whole }));

/** What somebody was seen doing (docs/summary.md); lists are cut to `top`. */
export const Summary = named(
  'Summary',
  z.object({
    subject: text,
    first: z.nullable(time),
    last: z.nullable(time),
    events: whole,
    processes: z.array(whole),
    commands: counted('command'),
    syscalls: z.array(z.object({ syscall: text, count: whole, failed: whole })),
    files: z.array(z.object({ path: text, uses: z.record(text, whole) })),
    peers: counted('peer'),
    signals_sent: counted('signal'),
    signals_received: counted('signal'),
    privileges: counted('change'),
    failures: counted('failure'),
    messages: counted('type'),
  }),
);
export type Summary = Sent<typeof Summary>;

/** GET /api/answers/summary */
export const SummaryAnswer = named('SummaryAnswer', z.strictObject({ data: Summary, text, unread }));
export type SummaryAnswer = Sent<typeof SummaryAnswer>;
