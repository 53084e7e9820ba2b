// `npm run fuzz -- CAMPAIGN`: compiles the campaigns and what they reach, then runs them (kit/main.ts). Plain JavaScript, for
// Node 20 runs no TypeScript.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, root } from '../scripts/setup.mjs';

const base = join(root, '.fuzz');

/** Folders of runs that were killed: what one compiles, it takes away again. */
function sweep() {
  mkdirSync(base, { recursive: true });
  for (const name of readdirSync(base)) {
    const pid = Number(/^build-(\d+)$/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) rmSync(join(base, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

await install();
sweep();
const { compile } = await import('./kit/compile.mjs');
const out = join(base, `build-${process.pid}`);
process.on('exit', () => rmSync(out, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
await compile(out);
const { main } = await import(pathToFileURL(join(out, 'fuzz/kit/main.js')).href);
process.exitCode = await main(process.argv.slice(2), { root, base, out });
