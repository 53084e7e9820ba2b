// The records the daemon itself writes: DAEMON_START, _END, _CONFIG, _ROTATE, _RESUME, _ERR, _ACCEPT, _CLOSE
// (kernel include/uapi/linux/audit.h 1200-1299). They carry a serial of their own and the login that asked.

import { recordTypeName } from '../tables/records.ts';

/** Who sent a signal, as the kernel tells it (AUDIT_SIGNAL_INFO): `uid` is the sender's login uid where it has one. */
export interface Sender {
  readonly uid: number;
  readonly pid: number;
  readonly context: string;
}

/** Fields of a record about a signal, in auditd's order. */
export function signalFields(
  op: string,
  sender: Sender | undefined,
  session: number,
  res: 'success' | 'failed',
): string {
  if (!sender) return `op=${op} auid=-1 uid=-1 ses=-1 pid=-1 subj=? res=${res}`;
  const subj = sender.context ? ` subj=${sender.context}` : '';
  return `op=${op} auid=${sender.uid} uid=${sender.uid} ses=${session} pid=${sender.pid}${subj} res=${res}`;
}

/** Makes lines `type=… msg=audit(…): …\n` with a serial that begins anywhere and counts up. */
export class OwnRecords {
  private serial: number;
  private readonly now: () => number;

  constructor(now: () => number, firstSerial: number) {
    this.now = now;
    this.serial = firstSerial;
  }

  line(type: number, fields: string): string {
    const ms = this.now();
    const time = `${Math.floor(ms / 1000)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
    return `type=${recordTypeName(type)} msg=audit(${time}:${this.serial++}): ${fields}\n`;
  }

  /** The last line was written nowhere: the next one takes its serial, so that a gap in them means something. */
  takeBack(): void {
    this.serial--;
  }
}
