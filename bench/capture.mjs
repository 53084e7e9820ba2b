// Captures every system call of a compile into memory: CPU a million records, losses, back-pressure; and the compile's
// own time with and without. Needs root, cc and make; holds the kernel's test lock; the rule is scoped to a login uid
// of its own, and a guard takes it back when the bench is killed.
// usage: node bench/capture.mjs [FILES [ROUNDS]]   (after `npm start`)
import { rmSync } from 'node:fs';
import { Guard, openCapture, openClient } from '../dist/kernel/index.js';
import { compile, everything, project } from './compile.mjs';
import { takeKernel } from './daemon.mjs';
import { machine } from './measure.mjs';

const files = Number(process.argv[2] ?? 100);
const rounds = Number(process.argv[3] ?? 3);
const rule = everything();

/** Seconds a fresh project takes. */
async function timed() {
  const dir = project(files);
  const seconds = await compile(dir);
  rmSync(dir, { recursive: true });
  return seconds;
}

async function round(client) {
  const before = process.cpuUsage();
  const capture = await openCapture({ mode: 'unicast' });
  const kept = [];
  const reading = (async () => {
    for await (const batch of capture) kept.push(batch.bytes);
  })();
  client.addRule(rule);
  const seconds = await timed();
  client.deleteRule(rule);
  const stats = await capture.close();
  await reading;
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  return { ...stats, batches: kept.length, seconds, cpuSeconds, cpuPerMillion: (cpuSeconds / stats.records) * 1e6 };
}

const giveUp = takeKernel();
const client = openClient();
const { enabled, backlogLimit } = client.status();
const guard = new Guard({
  rules: [Buffer.from(rule).toString('hex')],
  status: { enabled, backlogLimit },
  daemon: true,
});
const unaudited = await timed();
const audited = [];
for (let i = 0; i < rounds; i++) audited.push(await round(client));
guard.standDown();
client.close();
giveUp();
const about = { ...machine(), files, unauditedSeconds: unaudited };
console.log(JSON.stringify({ ...about, audited }, undefined, 1));
