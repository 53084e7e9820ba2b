// Pages of a server that has read its whole trail. It follows the log, and holds the last events until they are whole: what is
// compared with what a command tells of the same file waits for that.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { expect, vi } from 'vitest';
import { answered, type Stage, TRAIL, type Watched } from './browser.fixture.ts';

// Beside the rest of `npm test` on two cores a page takes its time; each wait is for a condition, so this is only a limit.
vi.setConfig({ testTimeout: 120_000 });

/** What `auspex WORDS` prints of the trail. */
export const cli = (...words: string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../../bin/auspex'), ...words, '-i', TRAIL], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  });

let events: number | undefined;
const read = new WeakSet<Stage>();

/** Opens a path once the server has every event of the trail. */
export async function openRead(stage: Stage, path: string, options?: BrowserContextOptions): Promise<Watched> {
  const watched = await stage.open(path, options);
  if (read.has(stage)) return watched;
  events ??= cli('search', '--format', 'json').split('\n').filter(Boolean).length;
  const { page } = watched;
  const count = async () => (await answered<{ count: number }>(page, '/api/events/count')).count;
  await expect.poll(count, { timeout: 20_000 }).toBe(events);
  read.add(stage);
  await page.reload();
  await page.locator('main h1').waitFor();
  return watched;
}
