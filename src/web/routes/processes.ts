// GET /api/tree and /api/sessions: processes over time, and who logged in.

import { z } from 'zod';
import { fromUtf8 } from '../../base/index.ts';
import { askSessions, askTree, failureJson, sessionJson, type TreeNode, treeJson } from '../../explain/index.ts';
import { wordsOf } from '../answer-words.ts';
import { sent } from '../contract/shape.ts';
import { type LoginFailure, type ProcessNode, type Session, SessionsReply, TreeReply } from '../contract.ts';
import { id, period, text, whole } from '../inputs.ts';
import { periodOf, rangeOf } from '../narrow.ts';
import { route } from '../route.ts';
import { readerOf } from '../store-read.ts';

const MOST_PROCESSES = 4000;
const MOST_SESSIONS = 1000;

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
  async run({ query, console, signal }): Promise<TreeReply> {
    const { pid, session, auid, limit = MOST_PROCESSES } = query;
    const { trees, names } = await askTree(readerOf(console.store, rangeOf(query, console.now()), signal), {
      ...periodOf(query, console.now()),
      ...(pid !== undefined && { pid }),
      ...(session !== undefined && { ses: session }),
      ...(auid !== undefined && { auid }),
    });
    const words = wordsOf(console, names);
    const { kept, omitted } = cutTrees(trees, limit);
    return { trees: kept.map((node) => sent<ProcessNode>(treeJson(node, words))), omitted };
  },
});

/** The first `limit` processes: all roots before their children, those before their own. */
export function cutTrees(trees: readonly TreeNode[], limit: number): { kept: TreeNode[]; omitted: number } {
  const taken = new Set<TreeNode>();
  let total = 0;
  for (let level: readonly TreeNode[] = trees; level.length > 0; level = level.flatMap((node) => node.children))
    for (const node of level) if (total++ < limit) taken.add(node);
  const cut = (nodes: readonly TreeNode[]): TreeNode[] =>
    nodes.filter((node) => taken.has(node)).map((node) => ({ life: node.life, children: cut(node.children) }));
  return { kept: cut(trees), omitted: Math.max(0, total - limit) };
}

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
  async run({ query, console, signal }): Promise<SessionsReply> {
    const { auid, who } = query;
    const range = rangeOf(query, console.now());
    const facts = await askSessions(
      readerOf(console.store, range, signal),
      periodOf(query, console.now()),
      who === undefined ? undefined : fromUtf8(who),
      (name) => console.accounts.userId(name),
    );
    const words = wordsOf(console, facts.names);
    const mine = facts.sessions.filter(({ session }) => auid === undefined || session.auid === auid).reverse();
    const name = auid === undefined ? undefined : words.accounts?.userName(auid);
    const failures = facts.failures.filter((one) => auid === undefined || one.account === name).reverse();
    return {
      sessions: mine.slice(0, MOST_SESSIONS).map((one) => sent<Session>(sessionJson(one, words))),
      failures: failures.slice(0, MOST_SESSIONS).map((one) => sent<LoginFailure>(failureJson(one))),
      omitted: Math.max(0, mine.length - MOST_SESSIONS) + Math.max(0, failures.length - MOST_SESSIONS),
    };
  },
});

export const processRoutes = [tree, sessions];
