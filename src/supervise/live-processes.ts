// The processes that run now, as lives of a history: so that a live answer knows the command lines, ancestors and logins
// of those that began before it looked.
import type { Life, ProcessHistory } from '../explain/index.ts';
import { bootTime, parseStatus, pids, procfs, readProcess } from '../host/index.ts';
import { UNSET } from '../record/index.ts';

const USER_HZ = 100; // of /proc/PID/stat, the same on every arch Node runs on (proc(5))

/** Reads /proc into a history, parents first. Each life's start is exact to 10 ms. */
export function seedFromProc(history: ProcessHistory): void {
  const proc = procfs();
  const boot = bootTime() * 1000;
  const found = pids(proc)
    .map((pid) => readProcess(proc, pid))
    .filter((process) => process !== undefined);
  for (const process of found.sort((a, b) => a.startTime - b.startTime || a.pid - b.pid)) {
    const at = boot + (process.startTime * 1000) / USER_HZ;
    const status = parseStatus(proc.read(`${process.pid}/status`) ?? '');
    const ids = /^(\d+)\s+(\d+)/.exec(status.get('Uid') ?? '');
    const life: Life = history.see('', process.pid, process.ppid, at, {
      auid: process.auid ?? UNSET,
      ses: process.ses ?? UNSET,
      uid: Number(ids?.[1] ?? -1),
      euid: Number(ids?.[2] ?? -1),
      texts: () => ({ tty: '', comm: process.comm, exe: process.exe ?? '' }),
    });
    life.startSource = 'fork';
    life.threads = Math.max(0, Number(status.get('Threads') ?? 1) - 1);
    const argv = process.argv.length > 0 ? process.argv : [`[${process.comm}]`];
    life.images[0] = { at, argv, source: 'proctitle', exe: process.exe ?? '', comm: process.comm, cwd: undefined };
  }
}
