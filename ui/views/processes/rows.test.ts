// The rows of a process tree against a recursive walk; moves as the ARIA treegrid pattern has them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessNode } from '../../../src/web/contract.ts';
import { branchKeys, keyOf, matching, rowsOf, treeMove, usersOf } from './rows.ts';

const node = (pid: number, children: ProcessNode[] = [], more: Partial<ProcessNode> = {}): ProcessNode => ({
  pid,
  program: `p${pid}`,
  command: [`p${pid}`],
  firstSeen: '2026-11-21T04:17:45.000Z',
  lastSeen: '2026-11-21T04:17:46.000Z',
  images: [],
  children,
  ...more,
});

const forest = [node(1, [node(2, [node(3)]), node(4)]), node(5)];

/** Any forest; pids are the order of making. */
const anyForest = fc.letrec<{ forest: ProcessNode[] }>((tie) => ({
  forest: fc.oneof(
    { maxDepth: 4 },
    fc.constant<ProcessNode[]>([]),
    fc.array(tie('forest'), { maxLength: 3 }).map((lists) => lists.map((c, i) => node(i, c))),
  ),
})).forest;

describe('rowsOf', () => {
  it('gives each process once, parents before children, siblings in order', () => {
    const rows = rowsOf(forest, new Set());
    expect(rows.map((row) => [row.node.pid, row.level, row.position, row.siblings, row.parent, row.below])).toEqual([
      [1, 1, 1, 2, -1, 3],
      [2, 2, 1, 2, 0, 1],
      [3, 3, 1, 1, 1, 0],
      [4, 2, 2, 2, 0, 0],
      [5, 1, 2, 2, -1, 0],
    ]);
    expect(rows.map((row) => row.rails)).toEqual([[], [true], [true, false], [false], []]);
  });

  it('is the recursive walk, and every parent stands above its child one level up', () => {
    const walk = (nodes: readonly ProcessNode[]): ProcessNode[] => nodes.flatMap((n) => [n, ...walk(n.children)]);
    fc.assert(
      fc.property(anyForest, (trees) => {
        const rows = rowsOf(trees, new Set());
        expect(rows.map((row) => row.node)).toEqual(walk(trees));
        expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
        for (const [i, row] of rows.entries()) {
          expect(row.below).toBe(walk(row.node.children).length);
          if (row.parent < 0) continue;
          expect(row.parent).toBeLessThan(i);
          expect(rows[row.parent]!.level).toBe(row.level - 1);
          expect(rows[row.parent]!.node.children).toContain(row.node);
        }
      }),
    );
  });

  it('leaves out what is below a folded branch', () => {
    const rows = rowsOf(forest, new Set([keyOf(forest[0]!)]));
    expect(rows.map((row) => row.node.pid)).toEqual([1, 5]);
    expect(rows[0]).toMatchObject({ open: false, below: 3 });
  });

  it('tells two lives of one pid apart, even of one millisecond', () => {
    expect(rowsOf([node(7), node(7)], new Set()).map((row) => row.key)).toEqual(
      ['7.mi8q4zq0', '7.mi8q4zq0.1'].map((k) => k.replace('mi8q4zq0', keyOf(node(7)).slice(2))),
    );
  });

  it('takes chains deeper than the stack', () => {
    let deep = node(0);
    for (let i = 1; i < 20_000; i++) deep = node(i, [deep]);
    const rows = rowsOf([deep], new Set());
    expect(rows.length).toBe(20_000);
    expect(rows[0]!.below).toBe(19_999);
  });

  it('knows a start only from a fork, and an end only where one is told', () => {
    const [row] = rowsOf(
      [node(1, [], { started: '2026-11-21T04:17:44.500Z', ended: '2026-11-21T04:17:45.250Z' })],
      new Set(),
    );
    expect(row).toMatchObject({ startKnown: true, ended: true });
    expect(row!.to - row!.from).toBe(750);
    expect(rowsOf([node(1)], new Set())[0]).toMatchObject({ startKnown: false, ended: false });
  });
});

it('marks a process that runs what its parent ran', () => {
  const image = { at: '2026-11-21T04:17:45.000Z', program: 'sh', command: ['sh'] };
  const own = { ...image, at: '2026-11-21T04:17:45.500Z' };
  const rows = rowsOf(
    [node(1, [node(2, [], { images: [image] }), node(3, [], { images: [own] })], { images: [image] })],
    new Set(),
  );
  expect(rows.map((row) => row.fork)).toEqual([false, true, false]);
});

describe('treeMove', () => {
  const rows = rowsOf(forest, new Set());
  it('moves as the ARIA treegrid pattern says', () => {
    expect(treeMove(rows, 0, 'ArrowDown', 10)).toEqual({ kind: 'go', index: 1 });
    expect(treeMove(rows, 0, 'ArrowUp', 10)).toEqual({ kind: 'go', index: 0 });
    expect(treeMove(rows, 4, 'ArrowDown', 10)).toEqual({ kind: 'go', index: 4 });
    expect(treeMove(rows, 1, 'PageDown', 2)).toEqual({ kind: 'go', index: 3 });
    expect(treeMove(rows, 3, 'Home', 2)).toEqual({ kind: 'go', index: 0 });
    expect(treeMove(rows, 0, 'End', 2)).toEqual({ kind: 'go', index: 4 });
    expect(treeMove(rows, 0, 'ArrowLeft', 2)).toEqual({ kind: 'fold', index: 0 });
    expect(treeMove(rows, 2, 'ArrowLeft', 2)).toEqual({ kind: 'go', index: 1 });
    expect(treeMove(rows, 0, 'ArrowRight', 2)).toEqual({ kind: 'go', index: 1 });
    expect(treeMove(rows, 4, 'ArrowRight', 2)).toBeUndefined();
    expect(treeMove(rowsOf(forest, new Set([keyOf(forest[0]!)])), 0, 'ArrowRight', 2)).toEqual({
      kind: 'unfold',
      index: 0,
    });
    expect(treeMove(rows, 0, 'x', 2)).toBeUndefined();
    expect(treeMove([], 0, 'End', 2)).toBeUndefined();
    expect(treeMove(rows, -1, 'ArrowDown', 2)).toEqual({ kind: 'go', index: 0 });
    expect(treeMove(rows, -1, 'End', 2)).toEqual({ kind: 'go', index: 4 });
    expect(treeMove(rows, -1, 'Tab', 2)).toBeUndefined();
  });
});

it('finds branches, users by number, and rows by word', () => {
  const rows = rowsOf(forest, new Set());
  expect(branchKeys(rows)).toEqual([keyOf(forest[0]!), keyOf(forest[0]!.children[0]!)]);
  expect(usersOf(forest, (n) => (n.pid > 3 ? 'b' : 'a'))).toEqual(['a', 'b']);
  expect([...matching(rows, 'P3', (row) => row.node.program)]).toEqual([rows[2]!.key]);
  expect(matching(rows, '', () => 'x').size).toBe(0);
});
