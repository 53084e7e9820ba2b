// What benches share: the machine's name, the middle of several runs, and what a command took.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';

export const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** Where and when figures were taken. */
export const machine = () => ({
  machine: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
  kernel: release(),
  node: process.version,
  load: loadavg()[0],
});

/** Seconds by the clock, seconds of CPU and MB of memory at most that a command took, the latter as GNU time counts them, and its
 * exit status. It reads the file `input`, or nothing; what it prints is thrown away. */
export function measured(command, args, { input = '/dev/null', env = process.env } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
  const report = join(folder, 'time');
  const stdin = openSync(input, 'r');
  try {
    const start = performance.now();
    const { status } = spawnSync('/usr/bin/time', ['-o', report, '-f', '%U %S %M', command, ...args], {
      stdio: [stdin, 'ignore', 'inherit'],
      env,
    });
    const wall = (performance.now() - start) / 1000;
    // A command that failed has a line about that before the figures.
    const line = readFileSync(report, 'latin1').trim().split('\n').at(-1);
    const [user, system, kb] = line.split(' ').map(Number);
    return { status, wall, cpu: user + system, mb: kb / 1024 };
  } finally {
    closeSync(stdin);
    rmSync(folder, { recursive: true });
  }
}
