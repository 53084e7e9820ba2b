// An audit daemon in folders of its own for the benches, the kernel's test lock, and what a process has used.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openClient } from '../dist/kernel/index.js';
import { lockFile } from '../dist/libc/index.js';

export const ours = fileURLToPath(new URL('../bin/auditd', import.meta.url));

/** Waits for the lock that tests and benches on the live kernel take; gives what gives it up. */
export function takeKernel() {
  mkdirSync('/run/lock', { recursive: true });
  const lock = openSync('/run/lock/auspex-kernel.lock', 'w');
  lockFile(lock, true);
  return () => closeSync(lock);
}

/** Waits for the kernel to be ours alone; `release` puts it back as it was. */
export function holdKernel() {
  const giveUp = takeKernel();
  const client = openClient();
  const { enabled, backlogLimit } = client.status();
  const rules = client.listRules().length;
  const release = () => {
    for (const rule of client.listRules().slice(rules)) client.deleteRule(rule); // a bench that failed half way
    client.set({ enabled, backlogLimit });
    client.close();
    giveUp();
  };
  return { client, release };
}

const ticks = 100; // sysconf(_SC_CLK_TCK) on Linux

/** CPU seconds, and MiB of memory now and at most, of a living process. */
export function usage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const mib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { cpu: (Number(stat[11]) + Number(stat[12])) / ticks, now: mib('VmRSS'), rss: mib('VmHWM') };
}

/** Starts a daemon that is the kernel's when this resolves, with the default backlog limit. Its log is on a real disk. */
export async function startDaemon(program, client, settings) {
  const folder = mkdtempSync('/run/auspex-bench-');
  const disk = mkdtempSync('/var/lib/auspex-bench-');
  mkdirSync(join(folder, 'plugins.d'));
  const conf = {
    log_file: `${disk}/audit.log`,
    plugin_dir: `${folder}/plugins.d`,
    flush: 'incremental_async',
    freq: 50,
    max_log_file: 50_000,
    max_log_file_action: 'ignore',
    space_left: 2,
    admin_space_left: 1,
    ...settings,
  };
  const lines = Object.entries(conf).map((e) => `${e.join(' = ')}\n`);
  writeFileSync(join(folder, 'auditd.conf'), lines.join(''), { mode: 0o640 });
  const daemon = spawn(program, ['-n', '-s', 'enable', '-c', folder], { stdio: 'ignore' });
  for (let i = 0; i < 500 && client.status().pid !== daemon.pid; i++) await sleep(20);
  client.set({ backlogLimit: 8192 });
  client.resetLost();
  client.resetBacklogWaitTimeActual();
  return { daemon, folder, disk, log: `${disk}/audit.log` };
}

/** Waits until the kernel has nothing left to give. */
export async function drained(client) {
  for (let i = 0; i < 3000 && client.status().backlog > 0; i++) await sleep(10);
  await sleep(300);
}

/** Ends the daemon in the orderly way; `remove` of the result takes its folders away. */
export async function stopDaemon({ daemon, folder, disk }) {
  const gone = new Promise((done) => daemon.once('exit', done));
  daemon.kill('SIGTERM');
  await gone;
  return {
    remove() {
      rmSync(folder, { recursive: true });
      rmSync(disk, { recursive: true });
    },
  };
}
