// The login uid and session of a process: read, set, explained. The kernel sets neither by itself: pam_loginuid (or
// another login program) writes /proc/self/loginuid once, and all descendants inherit it and the session id it made.
import { writeFileSync } from 'node:fs';
import { AuditError } from '../base/index.ts';
import { auditId, type Proc, parseStatus } from './proc.ts';

export interface Login {
  readonly pid: number;
  readonly comm: string;
  /** Login uid; `undefined` = nobody logged in. */
  readonly auid: number | undefined;
  readonly ses: number | undefined;
  /** Real, effective, saved and file system uid. */
  readonly uids: readonly number[];
  /** CAP_AUDIT_CONTROL, CAP_AUDIT_WRITE, CAP_AUDIT_READ among its effective capabilities. */
  readonly capabilities: readonly string[];
  /** It lives in a user or pid namespace of its own, as in a container. */
  readonly namespaced: boolean;
}

const CAPABILITIES: readonly (readonly [bit: number, name: string])[] = [
  [29, 'CAP_AUDIT_WRITE'],
  [30, 'CAP_AUDIT_CONTROL'],
  [37, 'CAP_AUDIT_READ'],
];

// include/linux/proc_ns.h: inode numbers of the first namespaces.
const FIRST_USER = 'user:[4026531837]';
const FIRST_PID = 'pid:[4026531836]';

/** What is known about a process's login; `undefined` when it is gone or this kernel has no audit. */
export function readLogin(proc: Proc, pid: number | 'self'): Login | undefined {
  const text = proc.read(`${pid}/status`);
  const loginuid = proc.read(`${pid}/loginuid`);
  if (text === undefined || loginuid === undefined) return undefined;
  const status = parseStatus(text);
  const effective = BigInt(`0x${status.get('CapEff') ?? '0'}`);
  const ns = (name: string): string | undefined => proc.link(`${pid}/ns/${name}`);
  return {
    pid: Number(status.get('Pid')),
    comm: status.get('Name') ?? '',
    auid: auditId(loginuid),
    ses: auditId(proc.read(`${pid}/sessionid`)),
    uids: (status.get('Uid') ?? '').split(/\s+/).filter(Boolean).map(Number),
    capabilities: CAPABILITIES.filter(([bit]) => (effective >> BigInt(bit)) & 1n).map(([, name]) => name),
    namespaced: (ns('user') ?? FIRST_USER) !== FIRST_USER || (ns('pid') ?? FIRST_PID) !== FIRST_PID,
  };
}

/**
 * Sets this process's login uid (which starts a new session, also for the same uid); 4294967295 unsets it.
 * Throws AuditError `not-permitted` when one is set and it lacks CAP_AUDIT_CONTROL, or the login uid is immutable.
 */
export function setLogin(auid: number, file = '/proc/self/loginuid'): void {
  try {
    writeFileSync(file, String(auid));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EPERM' || code === 'EACCES')
      throw new AuditError(
        'not-permitted',
        `Cannot set the login uid to ${auid}: one is set already, and changing it needs CAP_AUDIT_CONTROL and a kernel where it is not immutable (auditctl --loginuid-immutable)`,
        { cause },
      );
    if (code === 'ENOENT')
      throw new AuditError('no-audit-support', 'Cannot set the login uid: this kernel has no audit', { cause });
    throw new AuditError('system', `Cannot set the login uid to ${auid}: ${(cause as Error).message}`, { cause });
  }
}
