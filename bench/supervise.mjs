// From an event to the callback: p50 and p99 of supervision, on an otherwise idle machine. A shell forks processes that
// write the time just before they exit; the callback compares. Needs root; holds the kernel's test lock; rules scoped by a
// login uid of its own.
// usage: node bench/supervise.mjs [PROCESSES]   (after `npm start`)
import { spawn } from 'node:child_process';
import { cpus, release } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { setLogin } from '../dist/host/index.js';
import { supervise } from '../dist/supervise/index.js';
import { takeKernel } from './daemon.mjs';

const count = Number(process.argv[2] ?? 1000);
const AUID = 4_000_011;
const giveUp = takeKernel();

setLogin(AUID);
const exits = new Map();
const written = new Map();
let alarms = 0;
let lost = 0;
const supervisor = await supervise({ scope: [`auid=${AUID}`] }, (event) => {
  if (event.kind === 'exit') exits.set(event.process.pid, (performance.timeOrigin + performance.now()) * 1000);
  if (event.kind === 'alarm' && event.raised) alarms++;
  if (event.kind === 'loss') lost += event.records;
});
await sleep(200);
// $EPOCHREALTIME is read by the dying process itself, a few microseconds before exit_group.
const child = spawn(
  '/bin/bash',
  ['-c', `for ((i = 0; i < ${count}; i++)); do (echo "$BASHPID $EPOCHREALTIME"); read -r -t 0.005 _; done`],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
createInterface(child.stdout).on('line', (line) => {
  const [pid, time] = line.split(' ');
  written.set(Number(pid), Number(time.replace(/[.,]/, '')));
});
await new Promise((resolve) => child.on('exit', resolve));
await sleep(500);
await supervisor.close();
giveUp();

const delays = [...written]
  .filter(([pid]) => exits.has(pid))
  .map(([pid, at]) => (exits.get(pid) - at) / 1000)
  .sort((a, b) => a - b);
const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))].toFixed(2);
console.log(
  `node ${process.version}, Linux ${release()}, ${cpus().length} x ${cpus()[0]?.model.trim()}, ${supervisor.mode}`,
);
console.log(
  `${delays.length} of ${count} exits told, ${lost} records lost, ${alarms} alarms, canary ${supervisor.canaryDelay?.toFixed(2)} ms`,
);
console.log(`exit to callback: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
