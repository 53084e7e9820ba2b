// JSON of a whole trail: `auspex search --format json` against laurel, where it is installed. Medians of wall time, CPU
// and peak memory; output to /dev/null. laurel reads auditd's stream on standard input and writes a file.
// usage: node bench/json.mjs LOG [RUNS]   (after `npm start`)
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measured, median } from './measure.mjs';

const [log, runs = '3'] = process.argv.slice(2);
if (!log) {
  console.error('usage: node bench/json.mjs LOG [RUNS]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
const installed = (name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

function measure(name, command, args, input) {
  const results = Array.from({ length: Number(runs) }, () => measured(command, args, { input }));
  const failed = results.find((r) => r.status !== 0);
  if (failed) console.log(`${name}: ended with status ${failed.status}`);
  const of = (key) => median(results.map((r) => r[key])).toFixed(key === 'mb' ? 0 : 2);
  console.log(`${name.padEnd(28)} ${of('wall')} s wall, ${of('cpu')} s CPU, ${of('mb')} MB, median of ${runs}`);
}

console.log(`${log}: ${(statSync(log).size / 1e6).toFixed(0)} MB; node ${process.versions.node}, kernel ${release()}`);
console.log(`${cpus().length} x ${cpus()[0]?.model}`);
const auspex = join(import.meta.dirname, '../bin/auspex');
measure('auspex search --format json', auspex, ['search', log, '--format', 'json']);

const laurel = installed('laurel') || installed('/usr/sbin/laurel');
if (laurel) {
  const config = join(folder, 'config.toml');
  mkdirSync(join(folder, 'out'));
  const settings = `directory = "${join(folder, 'out')}"\n[auditlog]\nfile = "audit.json"\nsize = 10000000000\n`;
  writeFileSync(config, settings);
  const version = spawnSync(laurel, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
  measure(`laurel ${version}`, laurel, ['-c', config], log);
} else console.log('laurel is not installed: nothing to compare with (apt-get install laurel)');
rmSync(folder, { recursive: true, force: true });
