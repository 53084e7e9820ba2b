// The measure itself: it lets linear work pass and stops a square.
import { expect, test } from 'vitest';
import { expectLinear } from './growth.fixture.ts';

const spin = (steps: number): number => {
  let x = 1;
  for (let i = 0; i < steps; i++) x = Math.imul(x, 0x9e3779b1) ^ i;
  return x;
};

test('linear work passes', async () => {
  await expectLinear('spinning', (n) => spin(n), { n: 1_000_000 });
});

test('a square does not', async () => {
  await expect(expectLinear('spinning n times for n', (n) => spin(n * n), { n: 2000 })).rejects.toThrow(
    /faster than the input/,
  );
});
