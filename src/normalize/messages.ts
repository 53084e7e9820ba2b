// What a record type says when it stands alone: the event's kind, the action's word, and where the object is looked for.
// Established by running ausearch 4.2.2 (`--format csv`) on one record of every type number 1000-2999.

import { Memo } from '../base/memo.ts';
import { inRange, RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD, recordTypes } from '../tables/records.ts';
import type { EventKind, ObjectKind } from './types.ts';

/** How the fields of a family of records are looked for. */
export type Family =
  /** A program's message: uid, auid, ses; pid, subj, hostname, addr, terminal; res. */
  | 'user'
  | 'login'
  | 'user-login'
  | 'daemon'
  | 'label'
  | 'config'
  | 'promiscuous'
  | 'feature'
  | 'abend'
  | 'seccomp'
  | 'avc'
  | 'user-avc'
  | 'netfilter'
  | 'bpf'
  | 'listener'
  | 'uring';

export interface Message {
  readonly family: Family;
  readonly action: string;
  readonly kind: ObjectKind;
  /** Names of the fields that may hold the object: the first that is there. */
  readonly object: readonly string[];
  readonly secondary: string | undefined;
  readonly second: string | undefined;
  /** The field that says by what means, `=word` for a fixed word; `exe` for the program that
   * runs, which may be the script of an interpreter, `.exe` for the field alone. */
  readonly how: string | undefined;
  /** The record's `op` is the action where it has one. */
  readonly opIsAction: boolean;
}

/** type | action | object kind | object fields, `>` secondary, `+` second | how (default exe) | family (default user) */
const ROWS = `
USER sent-message unknown addr
LOGIN changed-login-id-to user-session auid - login
USER_AUTH authenticated user-session acct
USER_ACCT was-authorized user-session acct
USER_MGMT modified-user-account account id,acct
CRED_ACQ acquired-credentials user-session acct
CRED_DISP disposed-credentials user-session acct
USER_START started-session user-session terminal
USER_END ended-session user-session terminal
USER_AVC accessed-mac-policy-controlled-object unknown tcontext exe user-avc
USER_CHAUTHTOK changed-password user-session acct
USER_ERR caused-account-error user-session terminal
CRED_REFR refreshed-credentials user-session acct
USYS_CONFIG op:changed-configuration system
USER_LOGIN logged-in user-session terminal exe user-login
USER_LOGOUT logged-out user-session terminal
ADD_USER added-user-account account id,acct
DEL_USER deleted-user-account account id,acct
ADD_GROUP added-group-account-to account id,acct
DEL_GROUP deleted-group-account-from account id,acct
DAC_CHECK access-result unknown
CHGRP_ID changed-group unknown
TEST sent-test unknown
TRUSTED_APP unknown unknown
USER_SELINUX_ERR access-error unknown
USER_CMD ran-command process cmd
USER_TTY typed keystrokes data
CHUSER_ID changed-user-id unknown
GRP_AUTH authenticated-to-group unknown
SYSTEM_BOOT booted-system system - .exe
SYSTEM_SHUTDOWN shutdown-system service - .exe
SYSTEM_RUNLEVEL changed-to-runlevel system new-level
SERVICE_START started-service service unit
SERVICE_STOP stopped-service service unit
GRP_MGMT modified-group-account account id,acct
GRP_CHAUTHTOK changed-group-password user-session acct
MAC_CHECK mac-permission unknown
ACCT_LOCK locked-account account id,acct
ACCT_UNLOCK unlocked-account account id,acct
USER_DEVICE op:configured-device keystrokes device
SOFTWARE_UPDATE installed-software software sw>sw_type+root_dir
DAEMON_START started-audit service - =init daemon
DAEMON_END shutdown-audit service - =signal daemon
DAEMON_ABORT aborted-auditd-startup service - - daemon
DAEMON_CONFIG changed-auditd-configuration service - =signal daemon
1204 reconfigured-auditd service - =signal daemon
DAEMON_ROTATE rotated-audit-logs service - =signal daemon
DAEMON_RESUME resumed-audit-logging service - =signal daemon
DAEMON_ACCEPT remote-audit-connected service - - daemon
DAEMON_CLOSE remote-audit-disconnected service - - daemon
DAEMON_ERR audit-error service - - daemon
CONFIG_CHANGE changed-audit-configuration audit-config key,audit_enabled,audit_pid,audit_backlog_limit,audit_failure - config
TTY typed keystrokes data comm
NETFILTER_CFG loaded-firewall-rule-to firewall table comm netfilter
SECCOMP called-seccomp-controlled-syscall process syscall exe seccomp
FEATURE_CHANGE changed-audit-feature system feature exe feature
KERN_MODULE loaded-kernel-module unknown
FANOTIFY accessed-policy-controlled-file unknown
BPF bpf-program process prog-id - bpf
EVENT_LISTENER connected socket nl-mcgrp .exe listener
URINGOP io_uring-operation unknown - - uring
AVC accessed-mac-policy-controlled-object unknown tcontext comm avc
MAC_POLICY_LOAD loaded-selinux-policy security-policy
MAC_STATUS changed-selinux-enforcement-to security-policy enforcing
MAC_CONFIG_CHANGE changed-selinux-boolean security-policy bool
MAC_MAP_ADD added-mac-network-domain-mapping-to security-policy - - label
MAC_MAP_DEL deleted-mac-network-domain-mapping-from security-policy - - label
ANOM_PROMISCUOUS changed-socket-promiscuous-mode socket dev - promiscuous
ANOM_ABEND crashed-program process exe sig abend
ANOM_LINK used-suspcious-link unknown
ANOM_CREAT created-suspicious-file unknown
KERNEL initialized-audit-subsystem unknown
ANOM_LOGIN_FAILURES failed-log-in-too-many-times-to user-session acct
ANOM_LOGIN_TIME attempted-log-in-during-unusual-hour-to user-session acct
ANOM_LOGIN_SESSIONS opened-too-many-sessions-to user-session acct
ANOM_LOGIN_LOCATION attempted-log-in-from-unusual-place-to user-session acct
ANOM_RBAC_INTEGRITY_FAIL tested-file-system-integrity-of file-system hostname
ANOM_EXEC attempted-execution-of-forbidden-program process cmd terminal
USER_ROLE_CHANGE changed-role-to user-session selected-context
ROLE_ASSIGN assigned-user-role-to account id,acct
ROLE_REMOVE removed-use-role-from account id,acct
LABEL_OVERRIDE overrode-label-of security-policy
LABEL_LEVEL_CHANGE modified-level-of printer printer
DEV_ALLOC did-unknown security-policy
DEV_DEALLOC did-unknown security-policy
FS_RELABEL relabeled-filesystem security-policy
USER_MAC_POLICY_LOAD loaded-mac-policy security-policy
ROLE_MODIFY modified-role security-policy
USER_MAC_CONFIG_CHANGE changed-mac-configuration security-policy
USER_MAC_STATUS changed-selinux-enforcement-to unknown
CRYPTO_LOGIN crypto-officer-logged-in unknown
CRYPTO_LOGOUT crypto-officer-logged-out unknown
CRYPTO_KEY_USER negotiated-crypto-key user-session fp
CRYPTO_SESSION started-crypto-session user-session addr>rport
VIRT_CONTROL issued-vm-control virtual-machine op+vm
VIRT_RESOURCE assigned-vm-resource virtual-machine resrc+vm
VIRT_MACHINE_ID assigned-vm-id virtual-machine vm
VIRT_INTEGRITY_CHECK checked-integrity-of unknown
VIRT_CREATE created-vm-image unknown
VIRT_DESTROY deleted-vm-image unknown
VIRT_MIGRATE_IN migrated-vm-from unknown
VIRT_MIGRATE_OUT migrated-vm-to unknown`;

function parseRow(row: string): readonly [number, Message] {
  const [type, action, kind, objects = '-', how = 'exe', family = 'user'] = row.split(' ');
  const [, object = '', secondary, second] = /^([^>+]*)(?:>([^+]*))?(?:\+(.*))?$/.exec(objects)!;
  const message: Message = {
    family: family as Family,
    action: action!.replace(/^op:/, ''),
    kind: kind as ObjectKind,
    object: object === '-' ? [] : object.split(','),
    secondary,
    second,
    how: how === '-' ? undefined : how,
    opIsAction: action!.startsWith('op:'),
  };
  return [recordTypes.number(type!) ?? Number(type), message];
}

const none = { object: [], secondary: undefined, second: undefined, opIsAction: false } as const;
const UNKNOWN: Message = { ...none, family: 'user', action: 'did-unknown', kind: 'unknown', how: 'exe' };
const UNKNOWN_DAEMON: Message = { ...none, family: 'daemon', action: 'did-unknown', kind: 'service', how: undefined };
const UNKNOWN_LABEL: Message = {
  ...none,
  family: 'label',
  action: 'did-unknown',
  kind: 'security-policy',
  how: undefined,
};

let messages: Map<number, Message> | undefined;

/** What a record of this type says when it stands alone. */
export function messageOf(type: number): Message {
  messages ??= new Map(ROWS.trim().split('\n').map(parseRow));
  const known = messages.get(type);
  if (known) return known;
  if (inRange(type, RECORD_RANGE.daemon) && type !== RECORD_RANGE.daemon[1]) return UNKNOWN_DAEMON;
  return type >= RECORD.MAC_UNLBL_ALLOW && type <= RECORD_RANGE.labels[1] ? UNKNOWN_LABEL : UNKNOWN;
}

/** Ranges of type numbers and their kinds; a later row overrides an earlier one. */
const KINDS: readonly (readonly [from: number, to: number, kind: EventKind])[] = [
  [RECORD.LOGIN, RECORD.LOGIN, 'user-login'],
  [RECORD.USER_AUTH, RECORD.USER_LOGOUT, 'user-login'],
  [RECORD.USER_MGMT, RECORD.USER_MGMT, 'user-account'],
  [RECORD.USER_AVC, RECORD.USER_AVC, 'mac-decision'],
  [RECORD.USYS_CONFIG, RECORD.USYS_CONFIG, 'configuration'],
  [RECORD.ADD_USER, RECORD.DEL_GROUP, 'user-account'],
  [RECORD.CHGRP_ID, RECORD.CHGRP_ID, 'group-change'],
  [RECORD.TEST, RECORD.TRUSTED_APP, 'user-space'],
  [RECORD.USER_SELINUX_ERR, RECORD.USER_SELINUX_ERR, 'mac-decision'],
  [RECORD.USER_CMD, RECORD.USER_CMD, 'user-space'],
  [RECORD.USER_TTY, RECORD.USER_TTY, 'TTY'],
  [RECORD.CHUSER_ID, RECORD.CHUSER_ID, 'user-space'],
  [RECORD.GRP_AUTH, RECORD.GRP_AUTH, 'group-change'],
  [RECORD.SYSTEM_BOOT, RECORD.SERVICE_STOP, 'system-services'],
  [RECORD.GRP_MGMT, RECORD.GRP_CHAUTHTOK, 'user-account'],
  [RECORD.ACCT_LOCK, RECORD.ACCT_UNLOCK, 'user-account'],
  [RECORD.USER_DEVICE, RECORD.SOFTWARE_UPDATE, 'configuration'],
  [...RECORD_RANGE.daemon, 'audit-daemon'],
  [RECORD.SYSCALL, RECORD.NETFILTER_PKT, 'audit-rule'],
  [RECORD.CONFIG_CHANGE, RECORD.CONFIG_CHANGE, 'configuration'],
  [RECORD.KERNEL_OTHER, RECORD.KERNEL_OTHER, 'unknown'],
  [RECORD.TTY, RECORD.TTY, 'TTY'],
  [RECORD.EOE, RECORD.EOE, 'unknown'],
  [RECORD.NETFILTER_CFG, RECORD.NETFILTER_CFG, 'configuration'],
  [RECORD.SECCOMP, RECORD.SECCOMP, 'dac-decision'],
  [RECORD.FEATURE_CHANGE, RECORD.FEATURE_CHANGE, 'configuration'],
  [RECORD.FANOTIFY, RECORD.FANOTIFY, 'av-decision'],
  [RECORD.TIME_INJOFFSET, RECORD.TIME_ADJNTPVAL, 'configuration'],
  [RECORD.BPF, RECORD.BPF, 'bpf-program'],
  [RECORD.EVENT_LISTENER, RECORD.EVENT_LISTENER, 'audit-daemon'],
  [RECORD.URINGOP, RECORD.URINGOP, 'audit-rule'],
  [RECORD.AVC, RECORD.AVC_PATH, 'mac-decision'],
  [RECORD.MAC_POLICY_LOAD, RECORD.APPARMOR_ERROR, 'mac'],
  [RECORD.APPARMOR_ALLOWED, RECORD.APPARMOR_DENIED, 'mac-decision'],
  [RECORD.APPARMOR_ERROR, RECORD.APPARMOR_ERROR, 'mac-decision'],
  [...RECORD_RANGE.kernelCrypto, 'crypto'],
  [...RECORD_RANGE.kernelAnomalies, 'anomaly'],
  [...RECORD_RANGE.integrity, 'integrity'],
  [RECORD.KERNEL, RECORD.KERNEL, 'system-services'],
  [...RECORD_RANGE.userAnomalies, 'anomaly'],
  [RECORD.ANOM_RBAC_INTEGRITY_FAIL, RECORD.ANOM_RBAC_INTEGRITY_FAIL, 'integrity'],
  [...RECORD_RANGE.responses, 'anomaly-response'],
  [...RECORD_RANGE.userLabels, 'mac'],
  [...RECORD_RANGE.userCrypto, 'crypto'],
  [...RECORD_RANGE.virtualization, 'virt'],
];

const kinds = new Memo<number, EventKind>(4096);

/** The kind of an event whose first record is of this type. */
export function eventKind(type: number): EventKind {
  return kinds.get(type, kindOfType);
}

function kindOfType(type: number): EventKind {
  let kind: EventKind = 'unknown';
  for (const [from, to, name] of KINDS) if (type >= from && type <= to) kind = name;
  return kind;
}
