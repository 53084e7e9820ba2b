// The process tree: which lives a question is about, and how they hang together. Data only; tree-text.ts and
// tree-picture.ts draw it.

import { visible } from '../base/index.ts';
import { overlapsRange, type TimeRange } from '../base/range.ts';
import { commandOf, type Image, imageOf, type Life, programOf } from './life.ts';
import { processJson } from './story-json.ts';
import { isoTime, type Words } from './words.ts';

export interface TreeQuery extends TimeRange {
  readonly pid?: number;
  readonly ses?: number;
  readonly auid?: number;
}

export interface TreeNode {
  readonly life: Life;
  readonly children: readonly TreeNode[];
}

/** The trees of the lives a query is about: each with all its descendants, roots in order of time. */
export function processTrees(lives: readonly Life[], query: TreeQuery): TreeNode[] {
  const shown = new Set(lives.filter((life) => !life.maybeThread && overlaps(life, query)));
  const chosen = new Set<Life>();
  for (const life of shown) if (isAsked(life, query)) chosen.add(life);
  const known = new Map<Life, boolean>();
  const roots = [...chosen].filter((life) => !hasAncestor(life, chosen, known)).sort(byTime);
  // Chains deeper than anyone reads go on as trees of their own, so that no trail can exhaust the stack.
  const trees: TreeNode[] = [];
  for (let i = 0; i < roots.length; i++) trees.push(nodeOf(roots[i]!, shown, 0, roots));
  return trees;
}

const DEEPEST = 500;

function isAsked(life: Life, { pid, ses, auid }: TreeQuery): boolean {
  if (pid !== undefined) return life.pid === pid || life.nsPid === pid;
  return (ses === undefined || life.ses === ses) && (auid === undefined || life.auid === auid);
}

const overlaps = (life: Life, query: TreeQuery): boolean =>
  overlapsRange(life.start, Math.max(life.lastSeen, life.end ?? 0), query);

/** Whether an ancestor is among the lives; each life is looked at once. */
function hasAncestor(life: Life, among: ReadonlySet<Life>, known: Map<Life, boolean>): boolean {
  const path: Life[] = [];
  let found = false;
  for (let at: Life | undefined = life; at && !found; at = at.parent) {
    const answer = known.get(at);
    if (answer !== undefined) {
      found = answer;
      break;
    }
    path.push(at);
    found = at.parent !== undefined && among.has(at.parent);
  }
  for (const one of path) known.set(one, found);
  return found;
}

const byTime = (a: Life, b: Life): number => a.start - b.start || a.id - b.id;

function nodeOf(life: Life, shown: ReadonlySet<Life>, depth: number, roots: Life[]): TreeNode {
  const children = (life.children ?? []).filter((child) => shown.has(child)).sort(byTime);
  if (depth >= DEEPEST) {
    for (const child of children) roots.push(child);
    return { life, children: [] };
  }
  return { life, children: children.map((child) => nodeOf(child, shown, depth + 1, roots)) };
}

/** Whether an image came with the fork. */
const isInherited = (life: Life): boolean => life.parent?.images.includes(life.images[0]!) === true;

/** The images a life had of its own: what a fork inherited is not among them where an exec followed. */
export const ownImages = (life: Life): readonly Image[] =>
  life.images.length > 1 && isInherited(life) ? life.images.slice(1) : life.images;

/** Whether the life never ran a program of its own. */
export const isBareFork = (life: Life): boolean => life.images.length === 1 && isInherited(life);

/** A node and its descendants as data. */
export function treeJson(node: TreeNode, words: Words): object {
  const { life } = node;
  return {
    ...processJson(life, imageOf(life), words),
    images: ownImages(life).map((image) => ({
      at: isoTime(image.at),
      program: visible(programOf(image)),
      command: commandOf(image).map(visible),
      exe: image.exe ? visible(image.exe) : undefined,
      cwd: image.cwd === undefined ? undefined : visible(image.cwd),
    })),
    threads: life.threads || undefined,
    endedBy: life.endSource,
    children: node.children.map((child) => treeJson(child, words)),
  };
}

/** Every node of some trees with its depth, parents before children. */
export function* walkTrees(trees: readonly TreeNode[]): Generator<{ node: TreeNode; depth: number }> {
  const ahead: { node: TreeNode; depth: number }[] = [];
  const put = (nodes: readonly TreeNode[], depth: number): void => {
    for (let i = nodes.length - 1; i >= 0; i--) ahead.push({ node: nodes[i]!, depth });
  };
  put(trees, 0);
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    yield next;
    put(next.node.children, next.depth + 1);
  }
}
