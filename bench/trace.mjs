// The same compile plain, under `auspex trace` and under `strace -f`, every system call written to a file. Needs root,
// cc, make and strace; holds the kernel's test lock.
// usage: node bench/trace.mjs [FILES [ROUNDS]]   (after `npm start`)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { project } from './compile.mjs';
import { takeKernel } from './daemon.mjs';
import { machine } from './measure.mjs';

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

const giveUp = takeKernel();
const make = ['make', '-s', '-j2'];
const results = [];
for (let i = 0; i < rounds; i++)
  results.push(
    run('plain', make[0], ...make.slice(1)),
    run('auspex', process.execPath, auspex, 'trace', '-e', 'all', '-o', 'FILE', '--', ...make),
    run('auspex default', process.execPath, auspex, 'trace', '-o', 'FILE', '--', ...make),
    run('strace', 'strace', '-f', '-qq', '-s', '200', '-o', 'FILE', ...make),
  );
giveUp();
rmSync(out, { recursive: true });
console.log(JSON.stringify({ ...machine(), files, results }, undefined, 1));
