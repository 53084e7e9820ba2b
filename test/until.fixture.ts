// Waiting in tests: for a condition, never for a time. One of it for every test, so that a machine under load makes a test
// slow and never red, and so that a wait in vain says what it waited for.
import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds a test waits for one thing: less than a test may take (vitest.config.ts), so that the wait is named. */
const PATIENCE = 100;

type Condition = () => boolean | Promise<boolean>;

export interface Waiting {
  readonly seconds?: number;
  /** What helps to understand a wait in vain, asked for then: a log, what a program said. */
  readonly about?: () => string;
}

/** Resolves when the condition holds. Rejects after `seconds` (100) with what was waited for: `what`, or, where the
 * condition stands alone, its text. */
export async function until(
  what: string | Condition,
  holds: Condition = what as Condition,
  { seconds = PATIENCE, about }: Waiting = {},
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for: ${what}${about ? `\n${about()}` : ''}`);
    await sleep(20);
  }
}
