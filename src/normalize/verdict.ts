// What AppArmor and Landlock say of an event: records of their own fields, which no other reading knows.
//
//   apparmor="DENIED" operation="open" profile="/usr/bin/x" name="/etc/secret" pid=5 comm="x" requested_mask="r" denied_mask="r"
//   domain=1a6fdc66f blockers=fs.read_dir path="/root" dev="dm-0" ino=100
//
// Sources: security/apparmor/{audit,file,capability,lsm}.c and security/landlock/audit.c (Linux 6.18); the messages 1500 to
// 1507 of kernels before 2.6.38, which tell the outcome by their type.

import { type AuditRecord, fieldsOf } from '../record/record.ts';
import { unquoted } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import type { FieldAt, ObjectKind, Outcome } from './types.ts';

/** What a security module decided, or did. */
export interface Verdict {
  /** As the module calls it: `open`, `capable`, `fs.read_dir`. */
  readonly action: string;
  /** Undefined for a notice that is neither. */
  readonly outcome: Outcome | undefined;
  /** Where the outcome stands; undefined where the record's type tells it. */
  readonly result: FieldAt | undefined;
  /** The profile, where there is one. */
  readonly subject: FieldAt | undefined;
  readonly object: FieldAt | undefined;
  /** What was mounted, the member called, the signal sent. */
  readonly second: FieldAt | undefined;
  readonly objectKind: ObjectKind;
  /** The program's name. */
  readonly how: FieldAt | undefined;
}

/** AppArmor's own record types and what each says. */
const OLD_TYPES: ReadonlyMap<number, string> = new Map([
  [RECORD.APPARMOR_AUDIT, 'AUDIT'],
  [RECORD.APPARMOR_ALLOWED, 'ALLOWED'],
  [RECORD.APPARMOR_DENIED, 'DENIED'],
  [RECORD.APPARMOR_HINT, 'HINT'],
  [RECORD.APPARMOR_STATUS, 'STATUS'],
  [RECORD.APPARMOR_ERROR, 'ERROR'],
  [RECORD.APPARMOR_KILL, 'KILL'],
]);

/** ALLOWED is what a profile in complain mode would have denied: it was done. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  DENIED: 'failed',
  KILL: 'failed',
  KILLED: 'failed',
  ERROR: 'failed',
  ALLOWED: 'success',
  AUDIT: 'success',
};

/** Types of records that may hold a verdict: others need not be looked at. */
const TYPES: ReadonlySet<number> = new Set([
  RECORD.AVC,
  RECORD.USER_AVC,
  RECORD.LANDLOCK_ACCESS,
  RECORD.LANDLOCK_DOMAIN,
  ...OLD_TYPES.keys(),
]);

/** What a record says a module decided; undefined for one that says nothing of the kind. */
export function verdictOf(record: AuditRecord): Verdict | undefined {
  const { type } = record;
  // The records of system calls, which most are, need no look into the set (231 MB with --failed: 0.1 s).
  if ((type < RECORD.AVC && type !== RECORD.USER_AVC) || !TYPES.has(type)) return undefined;
  if (type === RECORD.LANDLOCK_ACCESS) return landlockAccess(record);
  if (type === RECORD.LANDLOCK_DOMAIN) return landlockDomain(record);
  return appArmor(record);
}

/** The first verdict among an event's records: a denial before any other. */
export function eventVerdict(records: readonly AuditRecord[]): Verdict | undefined {
  let first: Verdict | undefined;
  for (const record of records) {
    const verdict = verdictOf(record);
    if (verdict?.outcome === 'failed') return verdict;
    first ??= verdict;
  }
  return first;
}

/** Fields of a record by name: the first of each that says something. */
function lookUp(record: AuditRecord): (...names: readonly string[]) => FieldAt | undefined {
  const fields = fieldsOf(record);
  return (...names) => {
    for (const name of names) {
      const field = fields.find((one) => one.name === name && one.part !== 'enriched' && one.value !== '(null)');
      if (field) return { record, field };
    }
    return undefined;
  };
}

const textOf = (at: FieldAt | undefined): string => (at ? unquoted(at.field.value) : '');

function appArmor(record: AuditRecord): Verdict | undefined {
  const find = lookUp(record);
  const result = find('apparmor');
  const operation = find('operation');
  const word = textOf(result) || OLD_TYPES.get(record.type);
  if (word === undefined || word === '') return undefined;
  const action = textOf(operation) || 'unknown-operation';
  const object = find(
    'name',
    'capname',
    'capability',
    'peer',
    'path',
    'addr',
    'peer_addr',
    'srcname',
    'family',
    'label',
  );
  return {
    action,
    outcome: word === 'STATUS' ? statusOutcome(textOf(find('error'))) : OUTCOMES[word],
    result,
    subject: find('profile', 'label'),
    object,
    second: find(...(SECONDS.get(action.replace(/^dbus.*/, 'dbus')) ?? [])),
    objectKind: objectKindOf(action, object),
    how: find('comm', 'exe'),
  };
}

/** A change of the policy that went wrong tells its errno. */
const statusOutcome = (error: string): Outcome => (/^-[1-9]/.test(error) ? 'failed' : 'success');

/** The field beside the object, by operation; of dbus, whatever was asked of it. */
const SECONDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['mount', ['srcname']],
  ['pivotroot', ['srcname']],
  ['exec', ['target']],
  ['rename_src', ['target']],
  ['link', ['target']],
  ['signal', ['signal']],
  ['create', ['sock_type']],
  ['dbus', ['member', 'interface']],
]);

/** Words of operations (security/apparmor/include/audit.h) and what they are about. */
const ABOUT: readonly (readonly [RegExp, ObjectKind])[] = [
  [/^profile_|^change_|^stack/, 'security-policy'],
  [/^capable/, 'system'],
  [/^(?:ptrace|signal|setrlimit|exec)$/, 'process'],
  [/^(?:mount|umount|remount|pivotroot)/, 'file-system'],
  [
    /^(?:create|bind|connect|listen|accept|sendmsg|recvmsg|getsockname|getpeername|getsockopt|setsockopt|sock|socket|file_perm)/,
    'socket',
  ],
  [/^dbus/, 'service'],
];

function objectKindOf(action: string, object: FieldAt | undefined): ObjectKind {
  const name = object?.field.name;
  if (name === 'name' && !/^(?:profile_|change_|stack|dbus|ptrace|signal|mount|umount|remount|pivotroot)/.test(action))
    return textOf(object).endsWith('/') ? 'directory' : 'file';
  return ABOUT.find(([words]) => words.test(action))?.[1] ?? 'unknown';
}

function landlockAccess(record: AuditRecord): Verdict {
  const find = lookUp(record);
  const blockers = find('blockers');
  const action = textOf(blockers) || 'access';
  return {
    action,
    outcome: 'failed',
    result: blockers,
    subject: find('domain'),
    object: find('path', 'opid', 'daddr', 'saddr', 'dest', 'src', 'name'),
    second: find('ocomm'),
    objectKind: action.startsWith('fs.') ? 'file' : /^net|unix/.test(action) ? 'socket' : 'process',
    how: undefined,
  };
}

function landlockDomain(record: AuditRecord): Verdict {
  const find = lookUp(record);
  const status = textOf(find('status'));
  return {
    action: status === '' ? 'changed-landlock-domain' : `${status}-landlock-domain`,
    outcome: undefined,
    result: undefined,
    subject: find('uid'),
    object: find('domain'),
    second: find('mode'),
    objectKind: 'security-policy',
    how: find('exe', 'comm'),
  };
}
