// What the client's configuration wants done about each kind of failure (audisp-remote.conf(5), `*_action`): decided here,
// done by the client and its caller.

import type { Action } from '../base/settings.ts';
import type { ClientConfig } from './client-config.ts';
import { FATAL, TYPE } from './protocol.ts';

export type Failure =
  | 'network_failure'
  | 'disk_low'
  | 'disk_full'
  | 'disk_error'
  | 'remote_ending'
  | 'generic_error'
  | 'generic_warning'
  | 'queue_error'
  | 'overflow'
  | 'startup_failure';

/** The failure a reply of this type tells of (a reply that is neither an acknowledgement nor the server's ending). */
export function failureOf(type: number): Failure {
  if (type === TYPE.diskLow) return 'disk_low';
  if (type === TYPE.diskFull) return 'disk_full';
  if (type === TYPE.diskError) return 'disk_error';
  return type & FATAL ? 'generic_error' : 'generic_warning';
}

export interface Verdict {
  /** What becomes of the client. */
  readonly client: 'goes on' | 'suspends' | 'stops';
  /** What the machine is to do; undefined: nothing. */
  readonly act: Action<string> | undefined;
  /** The record under way is given up. */
  readonly givesUp: boolean;
}

const SYSLOG: Action<string> = { kind: 'syslog', script: '' };
const DEQUEUES = new Set(['ignore', 'syslog', 'exec', 'warn_once_continue']);
const ABOUT_A_RECORD = new Set<Failure>(['network_failure', 'disk_full', 'disk_error', 'generic_error']);

export class Failures {
  private readonly config: ClientConfig;
  private readonly warned = new Set<Failure>();

  constructor(config: ClientConfig) {
    this.config = config;
  }

  /** Whether this failure has come since the last time things went well. */
  has(failure: Failure): boolean {
    return this.warned.has(failure);
  }

  /** Things go well again: the next failure is a first one. */
  clear(): void {
    this.warned.clear();
  }

  /**
   * What `<failure>_action` asks for. ignore, syslog, exec and warn_once_continue give the record up (audisp-remote.conf
   * (5): "dequeued") in mode = immediate; in mode = forward it stays stored, for that is what the store is for.
   */
  judge(failure: Failure): Verdict {
    const action = this.config[`${failure}_action`] as Action<string>;
    const { kind } = action;
    const again = this.warned.has(failure);
    this.warned.add(failure);
    const givesUp = ABOUT_A_RECORD.has(failure) && this.config.mode === 'immediate' && DEQUEUES.has(kind);
    if (kind === 'suspend') return { client: 'suspends', act: SYSLOG, givesUp };
    if (kind === 'stop') return { client: 'stops', act: undefined, givesUp };
    if (kind === 'ignore' || kind === 'reconnect') return { client: 'goes on', act: undefined, givesUp };
    const once = kind.startsWith('warn_once');
    return { client: 'goes on', act: once ? (again ? undefined : SYSLOG) : action, givesUp };
  }
}
