// The same compile plain, under `auspex trace` and under `strace -f`, every system call written to a file. Needs root,
// cc, make and strace; holds the kernel's test lock.
// usage: node bench/trace.mjs [FILES [ROUNDS]]   (after `npm start`)
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFile } from '../dist/libc/index.js';
import { project } from './compile.mjs';

const files = Number(process.argv[2] ?? 30);
const rounds = Number(process.argv[3] ?? 3);
const auspex = fileURLToPath(new URL('../bin/auspex', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'auspex-bench-'));

/** Seconds a fresh project takes under a tracer, and the lines the tracer wrote. */
function run(name, command, ...args) {
  const dir = project(files);
  const file = join(out, name);
  const start = performance.now();
  const { status } = spawnSync(
    command,
    args.map((a) => (a === 'FILE' ? file : a)),
    { cwd: dir, stdio: 'ignore' },
  );
  const seconds = (performance.now() - start) / 1000;
  rmSync(dir, { recursive: true });
  if (status !== 0) throw new Error(`${name}: status ${status}`);
  const lines = args.includes('FILE') ? readFileSync(file, 'latin1').split('\n').length - 1 : 0;
  return { name, seconds, lines };
}

mkdirSync('/run/lock', { recursive: true });
const lock = openSync('/run/lock/auspex-kernel.lock', 'w');
lockFile(lock, true);
const make = ['make', '-s', '-j2'];
const results = [];
for (let i = 0; i < rounds; i++)
  results.push(
    run('plain', make[0], ...make.slice(1)),
    run('auspex', process.execPath, auspex, 'trace', '-e', 'all', '-o', 'FILE', '--', ...make),
    run('auspex default', process.execPath, auspex, 'trace', '-o', 'FILE', '--', ...make),
    run('strace', 'strace', '-f', '-qq', '-s', '200', '-o', 'FILE', ...make),
  );
closeSync(lock);
rmSync(out, { recursive: true });
const about = {
  machine: `${cpus().length} x ${cpus()[0].model}`,
  kernel: release(),
  node: process.version,
  load: loadavg()[0],
  files,
};
console.log(JSON.stringify({ ...about, results }, undefined, 1));
