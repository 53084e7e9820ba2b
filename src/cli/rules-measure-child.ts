// Run as a program of its own by rules-measure.ts, so that the kernel gives it an audit context: prints the nanoseconds
// of one getppid(2), the best of some rounds, the price of the call through koffi included.
import { cFunction } from '../libc/load.ts';

const getppid = cFunction<() => number>('int getppid(void)');
const ROUNDS = 7;
const CALLS = 50_000;

let best = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round++) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) getppid();
  best = Math.min(best, Number(process.hrtime.bigint() - start) / CALLS);
}
process.stdout.write(`${best}\n`);
