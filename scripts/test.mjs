// `npm test`: sets the clone up, checks style and types, runs every test, names those that were skipped and why, and ends with
// `N passed, N failed`. Arguments are passed on to vitest (a file or a name pattern), and then the style check is left out.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { lastLine, runTests, tellSkipped } from './run-tests.mjs';
import { root, setUp } from './setup.mjs';

await setUp();
const only = process.argv.slice(2);
const checks = only.length
  ? []
  : [
      ['biome', ['check', '.']],
      ['tsc', ['--noEmit', '-p', 'tsconfig.json']],
      ['tsc', ['--noEmit', '-p', 'ui/tsconfig.json']],
    ];
const good = checks.map(
  ([bin, args]) => spawnSync(join(root, 'node_modules/.bin', bin), args, { cwd: root, stdio: 'inherit' }).status === 0,
);
const tests = runTests(only);
const sum = {
  passed: tests.passed + good.filter((one) => one).length,
  failed: tests.failed + good.filter((one) => !one).length,
  skipped: tests.skipped,
};
// With a pattern of names, all others are skipped because of it.
if (!only.some((arg) => /^(?:-t|--testNamePattern)/.test(arg))) tellSkipped(sum.skipped);
console.log(lastLine(sum));
process.exit(sum.failed ? 1 : 0);
