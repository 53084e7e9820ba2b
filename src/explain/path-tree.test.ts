// A tree of paths says what a list of them would say, whatever is held, let go and renamed; and its work stays small.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectLinear } from '../../test/growth.fixture.ts';
import { PathTree, type Spot } from './path-tree.ts';

const path = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const step = fc.oneof(
  fc.record({ kind: fc.constant('hold' as const), path }),
  fc.record({ kind: fc.constant('release' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('move' as const), from: path, to: path }),
);

test('as a list of paths would have it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const tree = new PathTree();
      let held: { spot: Spot; path: string }[] = [];
      for (const one of steps) {
        if (one.kind === 'hold') held.push({ spot: tree.hold(one.path)!, path: one.path });
        else if (one.kind === 'release') {
          const gone = held[one.which];
          if (gone) tree.release(gone.spot);
          held = held.filter((other) => other !== gone);
        } else {
          const { from, to } = one;
          tree.move(from, to);
          if (from === '/' || to === '/' || to === from || to.startsWith(`${from}/`)) continue;
          for (const other of held)
            if (other.path === from || other.path.startsWith(`${from}/`))
              other.path = to + other.path.slice(from.length);
        }
        expect(held.map(({ spot }) => tree.pathOf(spot))).toEqual(held.map((other) => other.path));
      }
      const parts = new Set(
        held.flatMap(({ path }) => path.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'))),
      );
      parts.delete('');
      expect(tree.size).toBe([...parts].filter((part) => part !== '/').length);
      for (const { spot } of held) tree.release(spot);
      expect(tree.size).toBe(0);
    }),
    { numRuns: 2000 },
  );
});

test('a rename takes no longer the more lies below', async () => {
  await expectLinear(
    'renames',
    (n) => {
      const tree = new PathTree();
      for (let i = 0; i < n; i++) tree.hold(`/d0/${i}`);
      for (let i = 0; i < n; i++) {
        tree.move(`/d${i}`, `/d${i + 1}`);
        tree.hold(`/d${i}`); // and something takes the old name
      }
    },
    { n: 2000 },
  );
});

test('a path that no kernel has is not held, however deep', () => {
  const tree = new PathTree();
  expect(tree.hold('/x'.repeat(3000))).toBeUndefined();
  tree.hold('/x'.repeat(2000));
  tree.move('/x', '/y');
  expect(tree.size).toBe(2000);
});
