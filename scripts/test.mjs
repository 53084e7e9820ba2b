// `npm test`: sets the clone up, checks style and types, runs every test, and ends with `N passed, N failed`.
// Arguments are passed on to vitest (a file or a name pattern), and then the style check is left out.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, scratchFolder, setUp } from './setup.mjs';

await setUp();
const only = process.argv.slice(2);
const node = (bin, args) =>
  spawnSync(join(root, 'node_modules/.bin', bin), args, { cwd: root, stdio: 'inherit' }).status ?? 1;

const checks = only.length
  ? []
  : [
      ['biome', ['check', '.']],
      ['tsc', ['--noEmit', '-p', 'tsconfig.json']],
      ['tsc', ['--noEmit', '-p', 'ui/tsconfig.json']],
    ];
let passed = 0;
let failed = 0;
for (const [bin, args] of checks) node(bin, args) === 0 ? passed++ : failed++;

const folder = scratchFolder('test');
const file = join(folder, 'results.json');
const status = node('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...only]);
let skipped = 0;
try {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  skipped = results.numPendingTests + results.numTodoTests;
  const unended = results.testResults.filter(({ assertionResults: all }) =>
    all.some((one) => one.status === 'pending'),
  );
  for (const { name } of unended) console.log(`${relative(root, name)}: not ended: the process that ran it died`);
  for (const { name, assertionResults: all } of results.testResults)
    for (const one of all.filter((one) => one.status === 'passed' && one.failureMessages.length > 0))
      console.log(
        `${relative(root, name)}: unsteady: passed when tried again: ${one.fullName}: ${one.failureMessages[0].split('\n')[0]}`,
      );
  if (status !== 0 && results.numFailedTests === 0) failed++; // a file that could not be loaded, an unhandled error
} catch (error) {
  console.log(`Cannot tell what the tests came to: ${error.message}`);
  failed++;
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failed ? 1 : 0);
