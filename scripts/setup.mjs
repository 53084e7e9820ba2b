// Makes a fresh clone ready: installs the locked dependencies and builds dist/, each only when it is missing or stale. An
// interrupted step is done again the next time: what tells that it is done is written last.
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// npm and other tools of Node keep compiled code in a folder of /tmp that anybody may have made, and run it: none of what is
// started from here does.
process.env.NODE_DISABLE_COMPILE_CACHE = '1';

/** A new folder for what is needed only now, which nobody else can have made: inside the clone, mode 0700. The caller
 * removes it. */
export function scratchFolder(name) {
  const all = join(root, '.scratch');
  mkdirSync(all, { recursive: true });
  return mkdtempSync(join(all, `${name}-`));
}

/** When the newest file or folder below a folder was written, in ms; a folder is when a file is added or taken away. */
export const newest = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).reduce(
    (max, e) => Math.max(max, time(join(e.parentPath ?? e.path, e.name))),
    time(dir),
  );
/** When a file was written, in ms; 0 when it is not there. */
export const time = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Runs a step; `quiet` shows its output only when it fails. Resolves to whether it succeeded. Told to end, it waits for the
 * step, which (npm) puts back what it began; else the next set-up would meet the rest of this one. */
async function tryRun(command, args, { quiet = false, show = true, env = process.env } = {}) {
  const child = spawn(command, args, { cwd: root, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => said.push(data));
  let told;
  const end = (signal) => {
    if (!told) console.error('auspex: stopping …');
    told = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  const how = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status === 0 ? undefined : `status ${status ?? signal}`));
  });
  for (const signal of SIGNALS) process.off(signal, end);
  if (told) process.exit(1);
  if (how === undefined || !show) return how === undefined;
  for (const data of said) process.stderr.write(data);
  console.error(`Cannot set up: \`${command} ${args.join(' ')}\` ended with ${how}.`);
  return false;
}

/** Whether node_modules holds what the lock file asks for, by npm's own note of what it installed (written last). Optional
 * packages may be away: they are other platforms'. */
function isInstalled() {
  const packagesOf = (file) => Object.entries(JSON.parse(readFileSync(join(root, file), 'utf8')).packages);
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const have = new Map(packagesOf('node_modules/.package-lock.json').map(([path, { version }]) => [path, version]));
  return packagesOf('package-lock.json').every(
    ([path, { version, optional }]) => path === '' || have.get(path) === version || (optional && !have.has(path)),
  );
}

/** The environment npm is run in; without a place that it can keep downloads in (no home, a read-only one), a folder of
 * `scratch` is that place. */
function npmEnvironment(scratch) {
  const cache = process.env.npm_config_cache ?? join(process.env.HOME ?? '/', '.npm'); // npm tells what it starts
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return process.env;
  } catch {
    return { ...process.env, npm_config_cache: scratch, HOME: process.env.HOME ?? scratch };
  }
}

/** The locked dependencies. A registry that lacks the optional binaries of other platforms makes the lock file
 * incomplete in the eyes of `npm ci`; `npm install` then installs the same versions and leaves the rest out. */
export async function install() {
  if (isInstalled()) return;
  console.error('auspex: installing dependencies …');
  const scratch = scratchFolder('npm');
  const how = { quiet: true, env: npmEnvironment(scratch) };
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  // What an interrupted installation left would be taken for whole packages: begin with none.
  rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  const done =
    (await tryRun('npm', ['ci', ...flags], { ...how, show: false })) ||
    (await tryRun('npm', ['install', '--no-save', ...flags], how));
  rmSync(scratch, { recursive: true, force: true });
  if (!done) process.exit(1);
}

/** Installs and builds what is missing or older than its source; prints one line for each step it takes. */
export async function setUp() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Cannot set up: Node ${process.versions.node} is too old; Auspex needs Node 20.19 or newer.`);
    process.exit(1);
  }
  await install();
  const sources = Math.max(
    ...['src', 'ui'].map((folder) => newest(join(root, folder))),
    ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs', 'scripts/build-ui.mjs'].map(
      (file) => time(join(root, file)),
    ),
  );
  if (time(join(root, 'dist/.built')) >= sources) return;
  console.error('auspex: building …');
  if (!(await tryRun(process.execPath, [join(root, 'scripts/build.mjs')]))) process.exit(1);
}
