// A flood of records at whatever rate the kernel can make them, for a minute: `dd` copies single bytes under audit, two
// system calls a byte, and says how many it copied. What came to the daemon, what was lost, how its memory goes, and what
// it costs when nothing happens. Needs root.
// usage: node bench/flood.mjs [SECONDS] [FORMAT]   (after `npm start`; takes the kernel's test lock itself)
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, release as kernel, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AUID, everything } from './compile.mjs';
import { drained, holdKernel, ours, startDaemon, stopDaemon, usage } from './daemon.mjs';

const seconds = Number(process.argv[2] ?? 60);
const format = process.argv[3] ?? 'RAW';
const STATE = '/run/audit/auditd.state';

/** Runs dd for `seconds`; the bytes it copied. */
function flood() {
  const dd = 'exec timeout -s INT $0 dd if=/dev/zero of=/dev/null bs=1';
  const child = spawn('sh', ['-c', `echo ${AUID} > /proc/self/loginuid; ${dd}`, String(seconds)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let said = '';
  child.stderr.on('data', (d) => (said += d));
  return new Promise((done, fail) =>
    child.on('close', () => {
      const copied = /(\d+)\+\d+ records out/.exec(said)?.[1];
      if (copied) done(Number(copied));
      else fail(new Error(`dd did not say how much it copied: ${said}`));
    }),
  );
}

/** Serials missing in what rotation kept, and lines that are not whole. */
function gaps(log) {
  const number = (f) => Number(/\d+$/.exec(f)?.[0] ?? 0);
  const files = readdirSync(dirname(log)).sort((a, b) => number(b) - number(a));
  let [records, broken] = [0, 0];
  const serials = new Set();
  for (const file of files) {
    for (const line of readFileSync(join(dirname(log), file), 'latin1')
      .split('\n')
      .slice(0, -1)) {
      records++;
      const serial = Number(/^type=\S+ msg=audit\(\d+\.\d+:(\d+)\): /.exec(line)?.[1]);
      if (!serial) broken++;
      else if (!line.startsWith('type=DAEMON_')) serials.add(serial);
    }
  }
  const [first, last] = [...serials].reduce(([a, b], s) => [Math.min(a, s), Math.max(b, s)], [Infinity, 0]);
  return { records, missing: last - first + 1 - serials.size, broken };
}

/** Waits until a process has nothing left to do. */
async function quiet(pid) {
  for (let i = 0; i < 60; i++) {
    const { cpu } = usage(pid);
    await sleep(1000);
    if (usage(pid).cpu - cpu <= 0.02) return;
  }
}

const { client, release } = holdKernel();
let running;
try {
  const d = await startDaemon(ours, client, {
    log_format: format,
    max_log_file: 50,
    max_log_file_action: 'rotate',
    num_logs: 3,
  });
  running = d.daemon;
  const { pid } = d.daemon;
  await sleep(1000);
  const rule = everything();
  client.addRule(rule);
  const memory = [];
  const begun = usage(pid).cpu;
  const sampling = setInterval(() => memory.push(usage(pid).now), 1000);
  const copied = await flood();
  await drained(client);
  clearInterval(sampling);
  client.deleteRule(rule);
  const busy = usage(pid);
  const { lost, backlogWaitTimeActual } = client.status();
  await quiet(pid);
  const before = usage(pid).cpu;
  await sleep(15_000);
  const idle = (usage(pid).cpu - before) / 15;
  process.kill(pid, 'SIGCONT');
  await sleep(500);
  const state = readFileSync(STATE, 'utf8');
  const says = (what) => Number(new RegExp(`${what} = (\\d+)`).exec(state)[1]);
  const stopped = await stopDaemon(d);
  const kept = gaps(d.log);
  stopped.remove();
  const third = memory.length / 3;
  const mean = (list) => Math.round(list.reduce((a, b) => a + b, 0) / list.length);
  const thirds = [0, 1, 2].map((i) => mean(memory.slice(Math.floor(i * third), Math.floor((i + 1) * third))));
  const round = (n) => Number(n.toFixed(2));
  console.log(
    JSON.stringify(
      {
        what: `bench/flood.mjs ${seconds} ${format}, load average ${loadavg().map(round)}`,
        machine: `${cpus().length} x ${cpus()[0].model}`,
        kernel: kernel(),
        node: process.version,
        calls: copied * 2,
        received: says('records from the kernel'),
        recordsPerSecond: Math.round(says('records from the kernel') / seconds),
        lostByKernel: lost,
        notWritten: says('records not written'),
        waitedMs: backlogWaitTimeActual,
        keptByRotation: kept,
        cpuSeconds: round(busy.cpu - begun),
        cpuIdle: round(idle),
        rssByThirds: thirds,
        rssMost: Math.round(busy.rss),
      },
      null,
      2,
    ),
  );
} finally {
  if (running?.exitCode === null) running.kill(); // the bench failed half way
  release();
}
