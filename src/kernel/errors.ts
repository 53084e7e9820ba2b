// What the kernel's refusals mean, in words with a remedy. The errno stays in `cause` (see errnoOf).
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { AuditError, type ErrorCode } from '../base/error.ts';

const { errno } = constants;

/** What an errno means for an audit request, besides its plain text. */
const MEANINGS: ReadonlyMap<number, readonly [code: ErrorCode, advice: string]> = new Map([
  [
    errno.EPERM,
    [
      'not-permitted',
      'it needs CAP_AUDIT_CONTROL (CAP_AUDIT_WRITE for messages, CAP_AUDIT_READ to listen) in the first pid and user namespace: run it as root outside containers; or the configuration is locked (-e 2) until the next boot',
    ],
  ],
  [errno.EACCES, ['not-permitted', 'only the process that is the audit daemon may give that role up']],
  [errno.EEXIST, ['exists', 'the same is there already']],
  [errno.ENOENT, ['not-found', 'the kernel has no such rule or file']],
  [
    errno.ECONNREFUSED,
    ['no-audit-support', 'this kernel does not listen: booted with audit=0, or inside a user namespace'],
  ],
  [errno.EPROTONOSUPPORT, ['no-audit-support', 'this kernel is built without audit (CONFIG_AUDIT)']],
  [errno.EAFNOSUPPORT, ['no-audit-support', 'this kernel is built without audit or netlink']],
  [errno.EINVAL, ['refused', 'the kernel does not take these values']],
  [errno.EOPNOTSUPP, ['unsupported', 'this kernel is too old for it']],
]);

/** A kernel's refusal (`number` = errno > 0) as an AuditError: `doing` completes "Cannot …". */
export function kernelError(doing: string, number: number): AuditError {
  const [name, text] = getSystemErrorMap().get(-number) ?? [`errno ${number}`, 'refused'];
  const [code, advice] = MEANINGS.get(number) ?? ['kernel', undefined];
  const message = `Cannot ${doing}: ${text} (${name})${advice ? `: ${advice}` : ''}`;
  return new AuditError(code, message, { cause: { errno: number, name } });
}

/** The refusal to become the audit daemon while process `pid` is. */
export function heldError(pid: number): AuditError {
  return new AuditError(
    'held',
    `Cannot become the audit daemon: process ${pid} is it already; listen beside it (multicast), or stop it first`,
    { cause: { errno: errno.EEXIST, name: 'EEXIST' } },
  );
}
