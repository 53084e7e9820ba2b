// Searches of a large log: ours, `grep -c` of the same file, and the reference where it is installed. Wall time, CPU and
// peak memory as the kernel counts them for each process; medians.
// usage: node bench/ausearch.mjs LOG [ROUNDS]   (after `npm start`; LOG e.g. the unpacked corpus/busy/busy.log)
//   The same records at a calmer rate (event N at 1795235000 + N/50 s) and the log twice over are made beside LOG's name
//   in the temporary folder and removed. The reference is AUSPEX_REFERENCE=DIR/ausearch or the one on PATH; where LOG is
//   dense it needs minutes a search, so it is asked there only with REFERENCE_DENSE=1.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured, median } from './measure.mjs';

const [log, rounds = '5'] = process.argv.slice(2);
if (!log) throw new Error('usage: node bench/ausearch.mjs LOG [ROUNDS]');
const ours = fileURLToPath(new URL('../bin/ausearch', import.meta.url));
const theirs = [process.env.AUSPEX_REFERENCE, ...(process.env.PATH ?? '').split(delimiter)]
  .filter(Boolean)
  .map((dir) => join(dir, 'ausearch'))
  .find((file) => existsSync(file) && file !== ours);
const folder = mkdtempSync(join(tmpdir(), 'auspex-bench-'));

/** A copy of the log with its lines changed. */
function copy(name, times, change) {
  const path = join(folder, name);
  const out = openSync(path, 'w');
  const buffer = Buffer.alloc(1 << 24);
  for (let n = 0; n < times; n++) {
    const fd = openSync(log, 'r');
    let rest = '';
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer)) {
      const text = rest + buffer.latin1Slice(0, got);
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      writeSync(out, change(text.slice(0, end), n), null, 'latin1');
    }
    closeSync(fd);
  }
  closeSync(out);
  return path;
}

function calmer() {
  const ids = new Map();
  return (text) =>
    text.replace(/audit\((\d+\.\d+:(\d+))\)/g, (_, id, serial) => {
      if (!ids.has(id)) ids.set(id, ids.size);
      const ms = 1795235000000 + ids.get(id) * 20;
      return `audit(${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}:${serial})`;
    });
}

/** Twice the log: the second half an hour later. */
const later = (text, n) =>
  n === 0 ? text : text.replace(/audit\((\d+)\./g, (_, sec) => `audit(${Number(sec) + 3600}.`);

function run(command, args) {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const runs = Array.from({ length: Number(rounds) }, () => measured(command, args, { env }));
  const of = (figure) => runs.map((run) => run[figure]);
  return { seconds: median(of('wall')), cpu: median(of('cpu')), peak: Math.max(...of('mb')) };
}

function report(what, command, args) {
  const { seconds, cpu, peak } = run(command, args);
  console.log(`${what.padEnd(44)} ${seconds.toFixed(3)} s   CPU ${cpu.toFixed(2)} s   peak ${peak.toFixed(0)} MB`);
  return { seconds, cpu };
}

/** How often `a` goes into `b`: by the clock, and by CPU where others kept the machine busy. */
const ratio = (a, b, words) =>
  console.log(`${''.padEnd(44)} ${(b.seconds / a.seconds).toFixed(1)} ${words} (CPU ${(b.cpu / a.cpu).toFixed(1)})`);

try {
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0].model.trim()}), load ${loadavg()[0].toFixed(1)}`,
  );
  console.log(
    `${statSync(log).size / 1e6} MB; medians of ${rounds}; reference ${theirs ? spawnSync(theirs, ['-v']).stdout.toString().trim() : 'not installed'}`,
  );
  const sparse = copy('sparse.log', 1, calmer());
  const twice = copy('twice.log', 2, later);
  report('ausearch --version', ours, ['--version']);
  for (const [name, file] of [
    ['dense', log],
    ['sparse', sparse],
  ]) {
    const grep = report(`${name}: grep -c of a key no event has`, 'grep', ['-c', 'no-such-key', file]);
    const key = report(`${name}: -k of it`, ours, ['-if', file, '-k', 'no-such-key']);
    ratio(grep, key, 'times grep');
    if (theirs && (name === 'sparse' || process.env.REFERENCE_DENSE)) {
      const reference = report(`${name}: -k of it, reference`, theirs, ['-if', file, '-k', 'no-such-key']);
      ratio(key, reference, 'times as fast as the reference');
    }
    report(`${name}: -sc execve -i`, ours, ['-if', file, '-sc', 'execve', '-i']);
    const all = report(`${name}: -i`, ours, ['-if', file, '-i']);
    report(`${name}: --format csv`, ours, ['-if', file, '--format', 'csv']);
    if (name === 'sparse') continue;
    const double = report('twice the log: -i', ours, ['-if', twice, '-i']);
    ratio(all, double, 'times');
  }
} finally {
  rmSync(folder, { recursive: true });
}
