// What `npm test` tells of skipped tests: each by name, with its reason, in a run of a few made for it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('every skipped test is told, with the reason it or its name gives', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-skipped-'));
  try {
    writeFileSync(
      join(folder, 'a.test.mjs'),
      `it('runs', () => {});
      it.skipIf(true)('one (skipped: no script(1), which makes a terminal)', () => {});
      describe.skipIf(true)('two [needs ../shared/corpus]', () => { it('inner', () => {}); });
      it('three', ({ skip }) => skip('it found none'));
      it.skip('four', () => {});
      it.skipIf(true)('five (needs root: keys are its own)', () => {});`,
    );
    const out = join(folder, 'skipped.json');
    const reporter = join(root, 'scripts/skipped-reporter.mjs');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const run = spawnSync(process.execPath, [vitest, 'run', '--root', folder, '--globals', `--reporter=${reporter}`], {
      cwd: folder,
      env: { ...process.env, AUSPEX_SKIPPED: out },
      encoding: 'utf8',
    });
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([
      {
        name: 'a.test.mjs: one (skipped: no script(1), which makes a terminal)',
        reason: 'no script(1), which makes a terminal',
      },
      { name: 'a.test.mjs: two [needs ../shared/corpus] > inner', reason: 'needs ../shared/corpus' },
      { name: 'a.test.mjs: three', reason: 'it found none' },
      { name: 'a.test.mjs: four', reason: 'no reason in its name' },
      { name: 'a.test.mjs: five (needs root: keys are its own)', reason: 'needs root: keys are its own' },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
