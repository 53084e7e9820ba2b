// The actions of auditd.conf: what `ignore`, `syslog`, `email`, `exec`, `suspend`, `rotate`, `single` and `halt` do. When
// one is due is decided by those who ask for it (daemon-log.ts, space.ts).

import type { Action } from '../base/settings.ts';
import type { DaemonConfig } from './config.ts';
import type { World } from './world.ts';

/** What an action may do to the log. */
export interface ActionTarget {
  readonly world: World;
  readonly suspend: (why: string) => void;
  readonly rotate: () => void;
}

/** Does the action of `setting`, for the reason `why` (a sentence without its end). */
export function act(
  setting: Extract<keyof DaemonConfig, `${string}_action`>,
  { kind, script }: Action<string>,
  why: string,
  mailTo: string,
  { world, suspend, rotate }: ActionTarget,
): void {
  switch (kind) {
    case 'ignore':
      if (setting === 'disk_full_action') world.log('alert', why);
      return;
    case 'syslog':
      world.log('alert', `Audit daemon: ${why}`);
      return;
    case 'email':
      world.log('alert', `Audit daemon: ${why}`);
      world.mail(mailTo, 'Audit Disk Space Alert', `The audit daemon says: ${why}. Please free some.`);
      return;
    case 'exec':
      if (setting === 'max_log_file_action') suspend(why);
      void world.script(script).then((fault) => {
        if (fault) suspend(`${setting}: ${fault}`);
      });
      return;
    case 'suspend':
      suspend(why);
      return;
    case 'rotate':
      rotate();
      return;
    case 'single':
    case 'halt':
      world.log(
        'alert',
        `Audit daemon is ${kind === 'single' ? 'changing the machine to single user mode' : 'halting the machine'}: ${why}`,
      );
      world.runLevel(kind);
  }
}
