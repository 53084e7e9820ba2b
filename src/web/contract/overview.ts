// Replies about the console as a whole: refusals, log-in, health, the front page.

import { z } from 'zod';
import { EventRow, Histogram, NamedCount } from './events.ts';
import { maybe, named, type Sent, text, time, whole } from './shape.ts';
import { unread } from './unread.ts';

/** Every refusal. Status 400 bad input, 401 no session, 403 not allowed, 404, 408 took too long, 413, 429, 500, 503. */
export const ApiFault = named(
  'ApiFault',
  z.strictObject({
    error: z.strictObject({
      code: text,
      message: text,
      remedy: maybe(text.describe('What to do about it')),
      column: maybe(whole.describe('Of a bad expression: where the fault begins, from 0')),
      length: maybe(whole),
      parameter: maybe(text.describe('Of a bad parameter: its name')),
    }),
  }),
);
export type ApiFault = Sent<typeof ApiFault>;

/** POST /api/login */
export const LoginReply = named(
  'LoginReply',
  z.strictObject({
    viewer: text,
    key: text.describe('The second secret of the session, beside its cookie: sent as the header Auspex-Key'),
  }),
);
export type LoginReply = Sent<typeof LoginReply>;

/** POST /api/logout */
export const LogoutReply = named('LogoutReply', z.strictObject({}));
export type LogoutReply = Sent<typeof LogoutReply>;

/** GET /api/health: what this console shows. */
export const Health = named(
  'Health',
  z.strictObject({
    version: text,
    host: text,
    source: z.strictObject({
      kind: z
        .enum(['live-unicast', 'live-multicast', 'log', 'sample'])
        .describe('live: capture of this kernel; log: a log followed; sample: the trail shipped with Auspex'),
      text: text.describe('One sentence: which, and why not a better one'),
      path: maybe(text),
    }),
    store: z.strictObject({ kind: z.enum(['duckdb', 'memory']), path: maybe(text), events: whole, bytes: whole }),
    reading: maybe(
      z.strictObject({ bytes: whole }).describe('While what was there at the start is being read: how much so far'),
    ),
    first: maybe(time),
    last: maybe(time),
    kernel: maybe(
      z.strictObject({
        enabled: whole,
        daemonPid: whole,
        lost: whole,
        backlog: whole,
        backlogLimit: whole,
        rateLimit: whole,
      }),
    ),
    missed: whole.describe('Events the capture knows it missed'),
    unread,
    allowChanges: z.boolean(),
    uptimeSeconds: whole,
    viewer: text.describe('The name the viewer logged in as'),
  }),
);
export type Health = Sent<typeof Health>;

/** GET /api/overview: the front page in one reply. */
export const Overview = named(
  'Overview',
  z.strictObject({
    events: whole,
    first: maybe(time),
    last: maybe(time),
    rate: Histogram,
    failures: z.strictObject({ count: whole, top: z.array(NamedCount) }),
    logins: z.strictObject({ succeeded: whole, failed: whole, latest: z.array(EventRow) }),
    newExecutables: z
      .array(z.strictObject({ exe: text, first: time, count: whole, seq: whole }))
      .describe('Programs seen in this range and not before it'),
    users: z.array(NamedCount),
    keys: z.array(NamedCount),
    executables: z.array(NamedCount),
    kills: z.array(EventRow),
    loss: z
      .strictObject({ lost: whole, backlog: whole, backlogLimit: whole })
      .describe('Loss told in the trail or by the kernel'),
    unread,
  }),
);
export type Overview = Sent<typeof Overview>;
