// Runs the tests under one Node, and tells what they came to; what `npm test` and `npm run test:nodes` share.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { root, scratchFolder } from './setup.mjs';

/** Runs vitest with `args` (files, patterns, options) under the Node `node`, which is also the first of the PATH, for what the
 * tests start. Prints what vitest prints, and which test was not ended or passed only when tried again. Returns
 * `{ passed, failed, skipped }`: two numbers, and for each skipped test `{ name, reason }`. A run that is not good has a
 * failure at least: a process that died, a file that could not be loaded, nothing that ran. */
export function runTests(args, node = process.execPath) {
  const folder = scratchFolder('test');
  const [file, skips] = [join(folder, 'results.json'), join(folder, 'skipped.json')];
  const reporters = ['default', 'json', join(root, 'scripts/skipped-reporter.mjs')].map((one) => `--reporter=${one}`);
  const { status } = spawnSync(
    node,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, `--outputFile.json=${file}`, ...args],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, AUSPEX_SKIPPED: skips },
    },
  );
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    const skipped = JSON.parse(readFileSync(skips, 'utf8'));
    const unended = tellOdd(results.testResults);
    const { numPassedTests: passed, numFailedTests: failed } = results;
    const none = passed + failed === 0 && (skipped.length === 0 || args.length === 0);
    if (none) console.log('No test was run');
    // a file that could not be loaded, an unhandled error
    const bad = status !== 0 || unended || none;
    return { passed, failed: failed === 0 && bad ? 1 : failed, skipped };
  } catch (error) {
    console.log(`Cannot tell what the tests came to: ${error.message}`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tells what is neither passed nor failed outright; whether a test was not ended. */
function tellOdd(files) {
  const unended = files.filter(({ assertionResults: all }) => all.some((one) => one.status === 'pending'));
  for (const { name } of unended) console.log(`${relative(root, name)}: not ended: the process that ran it died`);
  for (const { name, assertionResults: all } of files)
    for (const one of all.filter((one) => one.status === 'passed' && one.failureMessages.length > 0))
      console.log(
        `${relative(root, name)}: unsteady: passed when tried again: ${one.fullName}: ${one.failureMessages[0].split('\n')[0]}`,
      );
  return unended.length > 0;
}

/** Prints each skipped test by name, by reason. */
export function tellSkipped(skipped) {
  if (skipped.length === 0) return;
  console.log('\nSkipped, and why:');
  for (const reason of new Set(skipped.map((test) => test.reason))) {
    const names = skipped.filter((test) => test.reason === reason).map(({ name }) => name);
    console.log(`  ${reason}: ${names.length}`);
    for (const name of names) console.log(`    ${name}`);
  }
  console.log();
}

/** The last line, which programs read. */
export const lastLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped.length ? `, ${skipped.length} skipped` : ''}`;
