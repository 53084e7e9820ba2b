// The forest of processes as the rows of a table: in the order of the trees, folded branches left out. Pure: no React.
import type { ProcessNode } from '../../../src/web/contract.ts';
import { momentOf } from '../../parts/moment.ts';

/** A process in its place. Times in ms since 1970 UTC. */
export interface ProcessRow {
  /** Unique and the same each time the tree is asked for: `PID.START` (start in base 36). */
  readonly key: string;
  readonly node: ProcessNode;
  /** 1 for a root, as ARIA counts. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Index of the parent among the rows shown; -1 for a root. */
  readonly parent: number;
  readonly open: boolean;
  /** Processes below it. */
  readonly below: number;
  /** For the guides: whether the ancestor at each level has a later sibling, this row last. */
  readonly rails: readonly boolean[];
  readonly from: number;
  readonly to: number;
  /** The start is a fork's record; otherwise the process began before `from`. */
  readonly startKnown: boolean;
  readonly ended: boolean;
  /** It never ran a program of its own: what it runs is its parent's. */
  readonly fork: boolean;
}

/** Rows deeper than this are drawn at this indent. */
export const DEEPEST_RAIL = 24;

export const keyOf = (node: ProcessNode): string => `${node.pid}.${momentOf(node.firstSeen).toString(36)}`;

interface Waiting {
  readonly node: ProcessNode;
  readonly parent: number;
  readonly position: number;
  readonly siblings: number;
  readonly level: number;
  readonly rails: readonly boolean[];
}

/** The rows in order; `folded` holds the keys of branches that are closed. */
export function rowsOf(trees: readonly ProcessNode[], folded: ReadonlySet<string>): ProcessRow[] {
  const below = countBelow(trees);
  const rows: ProcessRow[] = [];
  const used = new Map<string, number>();
  const stack = waiting(trees, -1, 1, []);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, parent, position, siblings, level, rails } = next;
    const again = used.get(keyOf(node)) ?? 0;
    used.set(keyOf(node), again + 1);
    const key = again === 0 ? keyOf(node) : `${keyOf(node)}.${again}`;
    const open = node.children.length > 0 && !folded.has(key);
    const from = momentOf(node.started ?? node.firstSeen);
    rows.push({
      key,
      node,
      level,
      position,
      siblings,
      parent,
      open,
      below: below.get(node) ?? 0,
      rails,
      from,
      to: Math.max(from, momentOf(node.ended ?? node.lastSeen)),
      startKnown: node.started !== undefined,
      ended: node.ended !== undefined,
      fork: parent >= 0 && isBareFork(node, rows[parent]!.node),
    });
    if (open) stack.push(...waiting(node.children, rows.length - 1, level + 1, rails));
  }
  return rows;
}

/** Whether its one image came with the fork: the parent had it, since the same moment. */
function isBareFork({ images }: ProcessNode, parent: ProcessNode): boolean {
  const [image] = images;
  if (!image || images.length > 1) return false;
  return parent.images.some(({ at, command }) => at === image.at && command.join('\0') === image.command.join('\0'));
}

/** Last first, so that a stack gives them in order. */
function waiting(nodes: readonly ProcessNode[], parent: number, level: number, rails: readonly boolean[]): Waiting[] {
  return nodes
    .map((node, i) => ({
      node,
      parent,
      level,
      position: i + 1,
      siblings: nodes.length,
      rails: level === 1 || rails.length >= DEEPEST_RAIL ? rails : [...rails, i < nodes.length - 1],
    }))
    .reverse();
}

/** How many processes each has below it, without recursion: a trail may nest deeper than the stack. */
function countBelow(trees: readonly ProcessNode[]): Map<ProcessNode, number> {
  const order: ProcessNode[] = [];
  const stack = [...trees];
  for (let node = stack.pop(); node; node = stack.pop()) {
    order.push(node);
    stack.push(...node.children);
  }
  const below = new Map<ProcessNode, number>();
  for (const node of order.reverse())
    below.set(
      node,
      node.children.reduce((sum, child) => sum + 1 + (below.get(child) ?? 0), 0),
    );
  return below;
}

/** Keys of every branch, for "fold all". */
export const branchKeys = (rows: readonly ProcessRow[]): string[] =>
  rows.filter((row) => row.node.children.length > 0).map((row) => row.key);

/** What a key of the keyboard does to the tree, as ARIA's treegrid has it. */
export type TreeMove =
  | { readonly kind: 'go'; readonly index: number }
  | { readonly kind: 'fold' | 'unfold'; readonly index: number }
  | undefined;

const MOVES: ReadonlySet<string> = new Set(['ArrowDown', 'ArrowUp', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End']);

export function treeMove(rows: readonly ProcessRow[], at: number, key: string, page: number): TreeMove {
  const row = rows[at];
  if (rows.length === 0) return undefined;
  const go = (index: number): TreeMove => ({ kind: 'go', index: Math.max(0, Math.min(rows.length - 1, index)) });
  if (!row) return MOVES.has(key) ? go(key === 'End' ? rows.length : 0) : undefined;
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
      if (row.open) return go(at + 1);
      return row.node.children.length > 0 ? { kind: 'unfold', index: at } : undefined;
    case 'ArrowLeft':
      if (row.open) return { kind: 'fold', index: at };
      return row.parent >= 0 ? go(row.parent) : undefined;
    default:
      return undefined;
  }
}

/** Users by how many processes they have, for colours: the most frequent first. */
export function usersOf(trees: readonly ProcessNode[], name: (node: ProcessNode) => string): string[] {
  const counts = new Map<string, number>();
  const stack = [...trees];
  for (let node = stack.pop(); node; node = stack.pop()) {
    counts.set(name(node), (counts.get(name(node)) ?? 0) + 1);
    stack.push(...node.children);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([user]) => user);
}

/** Rows whose program, command, pid, user or path holds the words, with all above them, so that they keep their place. */
export function matching(rows: readonly ProcessRow[], words: string, textOf: (row: ProcessRow) => string): Set<string> {
  const sought = words.toLowerCase();
  const hits = new Set<string>();
  if (sought === '') return hits;
  for (const row of rows) if (textOf(row).toLowerCase().includes(sought)) hits.add(row.key);
  return hits;
}
