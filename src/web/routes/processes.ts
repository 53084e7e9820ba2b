// GET /api/tree and /api/sessions: processes over time, and who logged in.

import { z } from 'zod';
import { fromUtf8 } from '../../base/index.ts';
import { SessionsReply, TreeReply } from '../contract.ts';
import { id, period, text, whole } from '../inputs.ts';
import { rangeOf, timeRangeOf } from '../narrow.ts';
import { route } from '../route.ts';

const MOST_PROCESSES = 4000;

const tree = route({
  method: 'get',
  path: '/tree',
  summary: 'The process tree over a time range',
  query: z.strictObject({
    ...period,
    pid: whole(0, 0x7fffffff).optional(),
    session: id.optional(),
    auid: id.optional(),
    limit: whole(1, 20_000).optional().describe(`Processes at most; default ${MOST_PROCESSES}`),
  }),
  reply: TreeReply,
  seconds: 120,
  run({ query, console, signal }): Promise<Response> {
    const { pid, session, auid, limit = MOST_PROCESSES } = query;
    const asked = {
      ...timeRangeOf(query, console.now()),
      ...(pid !== undefined && { pid }),
      ...(session !== undefined && { ses: session }),
      ...(auid !== undefined && { auid }),
    };
    const range = rangeOf(query, console.now());
    return console.desk.reply({ kind: 'tree', range, query: asked, limit, unread: console.unread() }, signal);
  },
});

const sessions = route({
  method: 'get',
  path: '/sessions',
  summary: 'Logins, newest first, what they ran and as whom; and those that failed',
  query: z.strictObject({
    ...period,
    auid: id.optional(),
    who: text(256).optional().describe('A user, or the number of a session or login uid'),
  }),
  reply: SessionsReply,
  seconds: 120,
  run({ query, console, signal }): Promise<Response> {
    const { auid, who } = query;
    const now = console.now();
    const asked = { auid, who: who === undefined ? undefined : fromUtf8(who) };
    return console.desk.reply(
      {
        kind: 'sessions',
        range: rangeOf(query, now),
        period: timeRangeOf(query, now),
        ...asked,
        unread: console.unread(),
      },
      signal,
    );
  },
});

export const processRoutes = [tree, sessions];
