// A compile audited to the last system call, recorded by the reference's auditd and by ours in turn: the time of the
// compile, the daemon's CPU and memory, what was lost, how long tasks waited. Needs root, cc, make, and the reference
// (AUSPEX_REFERENCE=DIR or Debian's auditd).
// usage: node bench/auditd.mjs [FILES] [ROUNDS]   (after `npm start`; holds the kernel's test lock)
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../dist/kernel/index.js';
import { lockFile } from '../dist/libc/index.js';
import { compile, everything, project } from './compile.mjs';

const files = Number(process.argv[2] ?? 400);
const rounds = Number(process.argv[3] ?? 3);
const ours = new URL('../bin/auditd', import.meta.url).pathname;
const theirs = [process.env.AUSPEX_REFERENCE, '/usr/sbin', '/sbin']
  .filter(Boolean)
  .map((d) => join(d, 'auditd'))
  .find(existsSync);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

mkdirSync('/run/lock', { recursive: true });
const lock = openSync('/run/lock/auspex-kernel.lock', 'w');
lockFile(lock, true);
const client = openClient();
const before = client.status();

async function timed() {
  const dir = project(files);
  const seconds = await compile(dir);
  rmSync(dir, { recursive: true });
  return seconds;
}

const ticks = 100; // sysconf(_SC_CLK_TCK) on Linux
function usage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return { cpu: (Number(stat[11]) + Number(stat[12])) / ticks, rss: Number(peak[1]) / 1024 };
}

async function recorded(program, format) {
  const folder = mkdtempSync('/run/auspex-bench-');
  const disk = mkdtempSync('/var/lib/auspex-bench-'); // a real disk, as a trail has
  mkdirSync(join(folder, 'plugins.d'));
  const conf = {
    log_file: `${disk}/audit.log`,
    log_format: format,
    plugin_dir: `${folder}/plugins.d`,
    flush: 'incremental_async',
    freq: 50,
    max_log_file: 50_000,
    max_log_file_action: 'ignore',
    space_left: 2,
    admin_space_left: 1,
  };
  writeFileSync(
    join(folder, 'auditd.conf'),
    Object.entries(conf)
      .map((e) => `${e.join(' = ')}\n`)
      .join(''),
    { mode: 0o640 },
  );
  const daemon = spawn(program, ['-n', '-s', 'enable', '-c', folder], { stdio: 'ignore' });
  for (let i = 0; i < 500 && client.status().pid !== daemon.pid; i++) await sleep(20);
  client.set({ backlogLimit: 8192 });
  client.resetLost();
  client.resetBacklogWaitTimeActual();
  await sleep(1000);
  const rule = everything();
  client.addRule(rule);
  const start = usage(daemon.pid);
  const seconds = await timed();
  for (let i = 0; i < 3000 && client.status().backlog > 0; i++) await sleep(10);
  client.deleteRule(rule);
  await sleep(300);
  const end = usage(daemon.pid);
  const { lost, backlogWaitTimeActual } = client.status();
  const gone = new Promise((done) => daemon.once('exit', done));
  daemon.kill('SIGTERM');
  await gone;
  const records = readFileSync(`${disk}/audit.log`).reduce((n, byte) => n + (byte === 10 ? 1 : 0), 0);
  rmSync(folder, { recursive: true });
  rmSync(disk, { recursive: true });
  return { seconds, cpu: end.cpu - start.cpu, rss: end.rss, lost, waited: backlogWaitTimeActual, records };
}

const results = { unaudited: [] };
await timed();
try {
  for (let round = 0; round < rounds; round++) {
    results.unaudited.push({ seconds: await timed() });
    for (const format of ['RAW', 'ENRICHED']) {
      for (const [who, program] of [
        ['reference', theirs],
        ['auspex', ours],
      ]) {
        if (program) (results[`${who} ${format}`] ??= []).push(await recorded(program, format));
      }
    }
  }
} finally {
  client.set({ enabled: before.enabled, backlogLimit: before.backlogLimit });
  client.close();
  closeSync(lock);
}
const table = Object.fromEntries(
  Object.entries(results).map(([name, runs]) => [
    name,
    Object.fromEntries(Object.keys(runs[0]).map((key) => [key, Number(median(runs.map((r) => r[key])).toFixed(2))])),
  ]),
);
console.log(
  JSON.stringify(
    {
      machine: `${cpus().length} x ${cpus()[0].model}`,
      kernel: release(),
      node: process.version,
      files,
      rounds,
      table,
    },
    null,
    2,
  ),
);
