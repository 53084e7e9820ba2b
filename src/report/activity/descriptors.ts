// Which directory a descriptor stands for, as far as the trail saw it opened: paths of the *at calls are relative to it.
// A child that has opened nothing itself is asked for its parent's. Bounded: a process keeps its latest few hundred.

import { forgetOldest } from '../../base/oldest.ts';

const OPENERS = new Set(['open', 'openat', 'openat2', 'creat']);
const MOST = 512;
const MOST_PROCESSES = 4096;

export class Descriptors {
  private readonly byPid = new Map<number, Map<number, string>>();

  /** The path that a descriptor of a process stands for; undefined where it is not known. */
  pathOf(fd: number, pid: number, ppid: number): string | undefined {
    return this.byPid.get(pid)?.get(fd) ?? this.byPid.get(ppid)?.get(fd);
  }

  opened(call: string, pid: number, fd: number, path: string): void {
    if (!OPENERS.has(call) || fd < 0) return;
    let table = this.byPid.get(pid);
    if (!table) {
      table = new Map();
      this.byPid.set(pid, table);
      forgetOldest(this.byPid, MOST_PROCESSES);
    }
    table.delete(fd);
    table.set(fd, path);
    forgetOldest(table, MOST);
  }

  closed(call: string, pid: number, a0: string | undefined): void {
    if (call === 'close' && a0 !== undefined) this.byPid.get(pid)?.delete(Number.parseInt(a0.slice(-8), 16) | 0);
    else if (call === 'exit_group') this.byPid.delete(pid);
  }
}
