// The workload of the recording benchmarks: a compile of many small C files under a login uid of its own, and the rule
// that audits every system call of it. Needs cc and make.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const AUID = 4_000_007;

/** A folder with a Makefile and `files` sources; returns its path. */
export function project(files) {
  const dir = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
  const headers = ['stdio', 'stdlib', 'string', 'unistd', 'signal', 'math', 'time', 'errno', 'fcntl', 'pthread'];
  for (let i = 0; i < files; i++)
    writeFileSync(
      join(dir, `f${i}.c`),
      `${headers.map((h) => `#include <${h}.h>\n`).join('')}int f${i}(int a) { return a + ${i}; }\n`,
    );
  const objects = Array.from({ length: files }, (_, i) => `f${i}.o`).join(' ');
  writeFileSync(join(dir, 'Makefile'), `lib.a: ${objects}\n\tar rcs lib.a ${objects}\n`);
  return dir;
}

/** The bytes of -a always,exit -S all -F auid=AUID */
export function everything() {
  const rule = Buffer.alloc(1040);
  rule.writeUInt32LE(4, 0);
  rule.writeUInt32LE(2, 4);
  rule.writeUInt32LE(1, 8);
  rule.fill(0xff, 12, 268);
  rule.writeUInt32LE(9, 268);
  rule.writeUInt32LE(AUID, 524);
  rule.writeUInt32LE(0x40000000, 780);
  return rule;
}

/** Builds it; resolves to the seconds it took. */
export function compile(dir) {
  return new Promise((resolve) => {
    const t = performance.now();
    const child = spawn('sh', ['-c', `echo ${AUID} > /proc/self/loginuid; exec make -s -j2`], {
      cwd: dir,
      stdio: 'inherit',
    });
    child.on('close', () => resolve((performance.now() - t) / 1000));
  });
}
