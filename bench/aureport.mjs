// Totals of a large log: aureport of ours and, where it is installed, of the reference (AUSPEX_REFERENCE=DIR or on PATH).
// usage: node bench/aureport.mjs LOG [ROUNDS] [--reference] [--reference-dense]   (after `npm start`)
// --reference: the reference on the calm set only; --reference-dense: on the dense log too, which takes it minutes.
// Prints medians of seconds, and the peak memory of each: of LOG as one file, of the same records cut into a rotated set of
// four, and of that set at fifty events a second (the rate at which the reference can keep up).
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured, median } from './measure.mjs';

const args = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const [log, rounds = '3'] = args;
if (!log) {
  console.error('usage: node bench/aureport.mjs LOG [ROUNDS] [--reference]');
  process.exit(2);
}
const tools = [['auspex', fileURLToPath(new URL('../bin/aureport', import.meta.url))]];
if (process.argv.some((arg) => arg.startsWith('--reference')))
  tools.push(['reference', process.env.AUSPEX_REFERENCE ? join(process.env.AUSPEX_REFERENCE, 'aureport') : 'aureport']);

/** One line for each tool. */
function compare(title, input, options, all = tools) {
  for (const [name, tool] of all) {
    const runs = Array.from({ length: Number(rounds) }, () => measured(tool, ['-if', input, ...options]));
    const seconds = median(runs.map((r) => r.wall));
    const memory = Math.max(...runs.map((r) => r.mb));
    console.log(`${title.padEnd(32)} ${name.padEnd(10)} ${seconds.toFixed(2)} s  ${memory.toFixed(0)} MB`);
  }
}

/** The log as a rotated set of four in a new folder; with `rate`, its events so many a second. */
function rotated(folder, rate) {
  mkdirSync(folder);
  const bytes = readFileSync(log);
  const seen = new Map();
  let start = 0;
  for (let i = 3; i >= 0; i--) {
    const end = i === 0 ? bytes.length : bytes.indexOf(10, Math.floor((bytes.length * (4 - i)) / 4)) + 1;
    const fd = openSync(join(folder, i === 0 ? 'audit.log' : `audit.log.${i}`), 'w');
    const text = bytes.latin1Slice(start, end);
    writeSync(fd, Buffer.from(rate ? calmer(text, seen, rate) : text, 'latin1'));
    closeSync(fd);
    start = end;
  }
  return folder;
}

const calmer = (text, seen, rate) =>
  text.replace(/audit\((\d+\.\d+):(\d+)\)/g, (stamp, _, serial) => {
    if (!seen.has(stamp)) seen.set(stamp, seen.size);
    const ms = Math.floor((seen.get(stamp) * 1000) / rate);
    return `audit(${1795235000 + Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}:${serial})`;
  });

const summaries = [['--summary'], ['-x', '--summary'], ['-s', '--summary'], ['-f', '--summary']];
const dense = process.argv.includes('--reference-dense') ? tools : tools.slice(0, 1);
for (const options of summaries) compare(`one file: ${options.join(' ')}`, log, options, dense);
const scratch = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
try {
  const set = rotated(join(scratch, 'dense'), 0);
  for (const options of [['--summary'], ['-e']]) compare(`four files: ${options.join(' ')}`, set, options, dense);
  compare('four files, calm: --summary', rotated(join(scratch, 'calm'), 50), ['--summary']);
} finally {
  rmSync(scratch, { recursive: true });
}
