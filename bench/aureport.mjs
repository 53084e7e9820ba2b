// Totals of a large log: aureport of ours and, where it is installed, of the reference (AUSPEX_REFERENCE=DIR or on PATH).
// usage: node bench/aureport.mjs LOG [ROUNDS] [--reference]   (after `npm start`; the reference takes minutes on a dense log)
// Prints medians of seconds, and the peak memory of each.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const args = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const [log, rounds = '3'] = args;
if (!log) {
  console.error('usage: node bench/aureport.mjs LOG [ROUNDS] [--reference]');
  process.exit(2);
}
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** Seconds and megabytes of one run; GNU time tells the memory. */
function measure(tool, options) {
  const run = spawnSync('/usr/bin/time', ['-f', '%e %M', tool, '-if', log, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const last = run.stderr.toString().trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds: last[0], megabytes: last[1] / 1024 };
}

const tools = [['auspex', new URL('../bin/aureport', import.meta.url).pathname]];
if (process.argv.includes('--reference'))
  tools.push(['reference', process.env.AUSPEX_REFERENCE ? join(process.env.AUSPEX_REFERENCE, 'aureport') : 'aureport']);

for (const options of [['--summary'], ['-x', '--summary'], ['-s', '--summary'], ['-f', '--summary']]) {
  for (const [name, tool] of tools) {
    const runs = Array.from({ length: Number(rounds) }, () => measure(tool, options));
    const seconds = median(runs.map((r) => r.seconds));
    const memory = Math.max(...runs.map((r) => r.megabytes));
    console.log(`${options.join(' ').padEnd(14)} ${name.padEnd(10)} ${seconds.toFixed(2)} s  ${memory.toFixed(0)} MB`);
  }
}
