// Makes a fresh clone ready: installs the locked dependencies and builds dist/, each only when it is missing or stale.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** When the newest file below a folder was written, in ms. */
export const newest = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).reduce(
    (max, e) => (e.isFile() ? Math.max(max, statSync(join(e.parentPath ?? e.path, e.name)).mtimeMs) : max),
    0,
  );
/** When a file was written, in ms; 0 when it is not there. */
export const time = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Runs a step; `quiet` shows its output only when it fails. Returns whether it succeeded. */
function tryRun(command, args, { quiet = false, show = true } = {}) {
  const r = spawnSync(command, args, { cwd: root, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2] });
  if (r.status === 0) return true;
  if (!show) return false;
  if (quiet) process.stderr.write(Buffer.concat([r.stdout ?? Buffer.alloc(0), r.stderr ?? Buffer.alloc(0)]));
  console.error(
    `Cannot set up: \`${command} ${args.join(' ')}\` ended with ${r.error?.message ?? `status ${r.status ?? r.signal}`}.`,
  );
  return false;
}

function run(command, args, options) {
  if (!tryRun(command, args, options)) process.exit(1);
}

/** The locked dependencies. A registry that lacks the optional binaries of other platforms makes the lock file
 * incomplete in the eyes of `npm ci`; `npm install` then installs the same versions and leaves the rest out. */
function install() {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  if (tryRun('npm', ['ci', ...flags], { quiet: true, show: false })) return;
  run('npm', ['install', '--no-save', ...flags], { quiet: true });
}

/** Installs and builds what is missing or older than its source; prints one line for each step it takes. */
export function setUp() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Cannot set up: Node ${process.versions.node} is too old; Auspex needs Node 20.19 or newer.`);
    process.exit(1);
  }
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules/.auspex-installed.json'); // the lock file of the last installation
  if (!existsSync(installed) || !readFileSync(installed).equals(readFileSync(lock))) {
    console.error('auspex: installing dependencies …');
    install();
    copyFileSync(lock, installed);
  }
  const stamp = time(join(root, 'dist/.built'));
  const sources = Math.max(
    newest(join(root, 'src')),
    newest(join(root, 'ui')),
    time(join(root, 'package.json')),
    time(join(root, 'tsconfig.build.json')),
    time(join(root, 'scripts/build.mjs')),
    time(join(root, 'scripts/build-ui.mjs')),
  );
  if (stamp < sources) {
    console.error('auspex: building …');
    run(process.execPath, [join(root, 'scripts/build.mjs')]);
  }
}
