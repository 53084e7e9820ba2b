// Free space on the log's disk against the two marks of auditd.conf: space_left, the first warning, and
// admin_space_left, the last. Each mark's action is asked for once while space stays below it, but for rotate, which is
// asked for again as long as it does not help.

import type { Action } from '../base/settings.ts';
import type { DaemonConfig, Space } from './config.ts';

export const MIB = 1024 * 1024;

/** A space setting in bytes. */
export function bytesOf(space: Space, total: number): number {
  return space.unit === 'MiB' ? space.amount * MIB : (space.amount / 100) * total;
}

export class SpaceWatch {
  /** The first warning's, and the last warning's, action has been done. */
  first = false;
  last = false;

  /** Lets both actions happen again. */
  reset(): void {
    this.first = this.last = false;
  }

  /** `free` and `total` are bytes; `act` gets the setting whose action is due, at most one. */
  check(
    { free, total }: { readonly free: number; readonly total: number },
    config: DaemonConfig,
    act: (setting: 'space_left_action' | 'admin_space_left_action', action: Action<string>, why: string) => void,
  ): void {
    const below = (space: Space) => space.amount > 0 && free < bytesOf(space, total);
    const left = `${Math.floor(free / MIB)} MiB are left on the audit log’s disk`;
    const { space_left_action: first, admin_space_left_action: last } = config;
    if (below(config.admin_space_left)) {
      if (!this.last || last.kind === 'rotate') act('admin_space_left_action', last, left);
      this.last = true;
    } else if (below(config.space_left)) {
      if (!this.first || first.kind === 'rotate') act('space_left_action', first, left);
      this.first = true;
      this.last = false;
    } else {
      this.reset();
    }
  }
}
