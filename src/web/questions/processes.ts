// Answers about processes and logins over time.

import { askSessions, askTree, failureJson, sessionJson, type TreeNode, treeJson } from '../../explain/index.ts';
import { wordsOf } from '../answer-words.ts';
import { sent } from '../contract/shape.ts';
import type { LoginFailure, ProcessNode, Session, SessionsReply, TreeReply } from '../contract.ts';
import type { Ground, SessionsQuestion, TreeQuestion } from './question.ts';
import { readerOf } from './reader.ts';

const MOST_SESSIONS = 1000;

export async function treeAnswer({ range, query, limit, unread }: TreeQuestion, ground: Ground): Promise<TreeReply> {
  const { trees, names } = await askTree(readerOf(ground, range), query);
  const words = wordsOf(ground, names);
  const { kept, omitted } = cutTrees(trees, limit);
  return { trees: kept.map((node) => sent<ProcessNode>(treeJson(node, words))), omitted, unread };
}

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

export async function sessionsAnswer(question: SessionsQuestion, ground: Ground): Promise<SessionsReply> {
  const { range, period, auid, who, unread } = question;
  const userId = (name: string) => ground.accounts.userId(name);
  const facts = await askSessions(readerOf(ground, range), period, who, userId);
  const words = wordsOf(ground, facts.names);
  const mine = facts.sessions.filter(({ session }) => auid === undefined || session.auid === auid).reverse();
  const name = auid === undefined ? undefined : words.accounts?.userName(auid);
  const failures = facts.failures.filter((one) => auid === undefined || one.account === name).reverse();
  return {
    sessions: mine.slice(0, MOST_SESSIONS).map((one) => sent<Session>(sessionJson(one, words))),
    failures: failures.slice(0, MOST_SESSIONS).map((one) => sent<LoginFailure>(failureJson(one))),
    omitted: Math.max(0, mine.length - MOST_SESSIONS) + Math.max(0, failures.length - MOST_SESSIONS),
    unread,
  };
}
