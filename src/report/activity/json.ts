// A summary as data for programs: the same counts, lists in order of frequency. Names that are no UTF-8 are told
// as docs/json.md says, with their bytes beside them.

import { isoTime, isTimed } from '../../base/moment.ts';
import type { AuditTime } from '../../base/types.ts';
import { visibleMembers } from '../../base/visible.ts';
import type { Activity } from './activity.ts';

const counted = (map: ReadonlyMap<string, number>, name: string, top?: number) =>
  [...map]
    .sort((a, b) => b[1] - a[1])
    .slice(0, top)
    .map(([what, count]) => visibleMembers({ [name]: what, count }));

/** Null where no event, or no record of it, tells a time. */
const time = (at: AuditTime | undefined): string | null => (at && isTimed(at.sec) ? isoTime(at.sec, at.ms) : null);

/** The summary of `subject` (latin1) as JSON data; lists are cut to `top`. */
export function activityJson(activity: Activity, subject: string, top?: number) {
  return {
    ...visibleMembers({ subject }),
    first: time(activity.first),
    last: time(activity.last),
    events: activity.events,
    processes: [...activity.processes],
    commands: counted(activity.commands, 'command', top),
    syscalls: [...activity.calls]
      .sort((a, b) => b[1].count - a[1].count)
      .slice(0, top)
      .map(([name, { count, failed }]) => ({ syscall: name, count, failed })),
    files: [...activity.files]
      .slice(0, top)
      .map(([path, uses]) => visibleMembers({ path, uses: Object.fromEntries(uses) })),
    peers: counted(activity.peers, 'peer', top),
    signals_sent: counted(activity.signalsSent, 'signal', top),
    signals_received: counted(activity.signalsReceived, 'signal', top),
    privileges: counted(activity.privileges, 'change', top),
    failures: counted(activity.failures, 'failure', top),
    messages: counted(activity.messages, 'type', top),
  };
}
