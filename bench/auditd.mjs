// A compile audited to the last system call, recorded by the reference's auditd and by ours in turn: the time of the
// compile, the daemon's CPU and memory, what was lost, how long tasks waited. Needs root, cc, make, and the reference
// (AUSPEX_REFERENCE=DIR or Debian's auditd).
// usage: node bench/auditd.mjs [FILES] [ROUNDS]   (after `npm start`; holds the kernel's test lock)
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cpus, release as kernel } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compile, everything, project } from './compile.mjs';
import { drained, holdKernel, ours, startDaemon, stopDaemon, usage } from './daemon.mjs';
import { median } from './measure.mjs';

const files = Number(process.argv[2] ?? 400);
const rounds = Number(process.argv[3] ?? 3);
const theirs = [process.env.AUSPEX_REFERENCE, '/usr/sbin', '/sbin']
  .filter(Boolean)
  .map((d) => join(d, 'auditd'))
  .find(existsSync);

const { client, release } = holdKernel();

async function timed() {
  const dir = project(files);
  const seconds = await compile(dir);
  rmSync(dir, { recursive: true });
  return seconds;
}

async function recorded(program, format) {
  const d = await startDaemon(program, client, { log_format: format });
  const { pid } = d.daemon;
  await sleep(1000);
  const rule = everything();
  client.addRule(rule);
  const start = usage(pid);
  const seconds = await timed();
  await drained(client);
  client.deleteRule(rule);
  const end = usage(pid);
  const { lost, backlogWaitTimeActual } = client.status();
  const stopped = await stopDaemon(d);
  const records = readFileSync(d.log).reduce((n, byte) => n + (byte === 10 ? 1 : 0), 0);
  stopped.remove();
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
  release();
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
      kernel: kernel(),
      node: process.version,
      files,
      rounds,
      table,
    },
    null,
    2,
  ),
);
