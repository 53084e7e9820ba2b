// The status of the kernel's audit system as `auditctl -s` prints it.
import { isAuditError } from '../base/index.ts';
import type { AuditClient, AuditStatus, SwitchState } from '../kernel/index.ts';

const ENABLED = ['disable', 'enabled', 'enabled+immutable'];
const FAILURE = ['silent', 'printk', 'panic'];

export function lockOfLoginuid(kernel: Pick<AuditClient, 'switches'>): SwitchState | undefined {
  try {
    return kernel.switches().loginuid_immutable;
  } catch (error) {
    if (isAuditError(error, 'unsupported') || isAuditError(error, 'refused')) return undefined;
    throw error;
  }
}

/** The lines of `auditctl -s`; numbers the kernel is too old to send are left out. */
export function statusText(status: AuditStatus, loginuid: SwitchState | undefined, interpret: boolean): string {
  const word = (names: readonly string[], n: number) => (interpret ? (names[n] ?? String(n)) : String(n));
  const rows: (readonly [string, string | number | undefined])[] = [
    ['enabled', word(ENABLED, status.enabled)],
    ['failure', word(FAILURE, status.failure)],
    ['pid', status.pid],
    ['rate_limit', status.rateLimit],
    ['backlog_limit', status.backlogLimit],
    ['lost', status.lost],
    ['backlog', status.backlog],
    ['backlog_wait_time', status.backlogWaitTime],
    ['backlog_wait_time_actual', status.backlogWaitTimeActual],
    ['loginuid_immutable', loginuid && `${Number(loginuid.on)} ${loginuid.locked ? 'locked' : 'unlocked'}`],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}\n`])).join('');
}
