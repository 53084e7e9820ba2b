// `npm run test:nodes`: a share of the tests under each supported Node but the one that runs this. The Nodes come from npm, as
// the packages that hold a Node for one platform, into .scratch/nodes: not among the dependencies. One that npm does not give
// is skipped, aloud. Arguments (files, patterns) take the place of the share: `npm run test:nodes -- src test ui` is all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine, runTests, tellSkipped } from './run-tests.mjs';
import { root, setUp } from './setup.mjs';

/** The Nodes that are supported besides; README.md names them. */
const NODES = ['20', '22', '24', 'latest'];

/** What differs between Nodes: the language and its library, processes, threads, native modules, start and end. Not what
 * compares numbers for long (test/cli/counts, totals, …): all under three Nodes would take longer than the main run. */
const SHARE = [
  'src/',
  'test/cli/hangup',
  'test/cli/help',
  'test/cli/moving-logs',
  'test/cli/own-log',
  'test/cli/search',
  'test/cli/store',
  'test/daemon/clock',
  'test/kernel/capture',
  'test/kernel/client',
  'test/launch/',
  'test/package/',
  'test/plugins/',
  'test/threads/',
  'test/web/',
];

const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The program of a Node, fetched; of the last time where npm is not there; undefined when there is none. */
function fetchNode(wanted) {
  const folder = join(root, '.scratch/nodes', wanted);
  mkdirSync(folder, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=silent'];
  // without a network npm would wait more than a minute for each
  flags.push('--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000');
  const { status } = spawnSync('npm', ['install', '--prefix', folder, ...flags, `${PACKAGE}@${wanted}`], {
    cwd: folder,
    stdio: 'ignore',
  });
  const program = join(folder, 'node_modules', PACKAGE, 'bin/node');
  if (!existsSync(program)) return undefined;
  if (status !== 0) console.log(`Node ${wanted}: as npm gave it before; now it does not`);
  return program;
}

/** `v22.23.0`; '' for a program that does not run here (another C library, a folder that runs none). */
const versionOf = (program) => spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';

await setUp();
const sum = { passed: 0, failed: 0, skipped: [] };
const done = new Set([process.version.split('.')[0]]);
for (const wanted of NODES) {
  if (done.has(`v${wanted}`)) continue;
  const program = fetchNode(wanted);
  const version = program ? versionOf(program) : '';
  if (version === '') {
    const reason = program ? `the ${PACKAGE} of npm does not run here` : `npm gives no ${PACKAGE}`;
    console.log(`Node ${wanted}: skipped: ${reason}`);
    sum.skipped.push({ name: `every test under Node ${wanted}`, reason });
    continue;
  }
  const major = version.split('.')[0];
  if (done.has(major)) continue;
  done.add(major);
  console.log(`\nNode ${version.slice(1)}`);
  const only = process.argv.slice(2);
  const { passed, failed, skipped } = runTests(only.length ? only : SHARE, program);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped.push(...skipped.map(({ name, reason }) => ({ name: `${major}: ${name}`, reason })));
}
tellSkipped(sum.skipped);
console.log(lastLine(sum));
process.exit(sum.failed ? 1 : 0);
