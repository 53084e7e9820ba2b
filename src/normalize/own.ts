// What an event means to us where audit-userspace has no meaning for it, or another's: a verdict of AppArmor or Landlock,
// several records without a system call, a refusal that a program wrote down for somebody else, a torn event.

import type { AuditEvent } from '../event/event.ts';
import { type AuditRecord, fieldsOf, fieldValue } from '../record/record.ts';
import { isAbsent, wholeOf } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import { actorFields } from './actor.ts';
import { Cursor } from './cursor.ts';
import { type Draft, finished, newDraft } from './draft.ts';
import { workingDirectory } from './files.ts';
import { accountKindOf } from './ids.ts';
import { normalizeMessage } from './message.ts';
import { eventKind } from './messages.ts';
import { normalizeSyscall } from './syscall.ts';
import type { FieldAt, Normalized, NormalizeOptions } from './types.ts';
import { eventVerdict } from './verdict.ts';

/** The meaning of an event that has at least one record. Never throws, whatever the records hold. */
export function ownMeaning({ records }: AuditEvent, options: Required<NormalizeOptions>): Normalized {
  let call = records.findIndex((record) => record.type === RECORD.SYSCALL);
  if (call < 0) call = records.findIndex((record) => record.type === RECORD.URINGOP);
  const draft = (call >= 0 ? normalizeSyscall(records, call, options) : firstMeaning(records, options)) as Draft;
  takeVerdict(draft, records, call >= 0);
  // `auid=n/a`: whoever it is, it is nobody that is known.
  const { subject } = draft;
  if (subject.secondary && wholeOf(subject.secondary.field.value) === undefined) subject.kind = 'unknown-acct';
  return draft;
}

/** The first record that says what happened; else what the files of a torn event say; else the first record. */
function firstMeaning(records: readonly AuditRecord[], options: Required<NormalizeOptions>): Normalized {
  for (const record of records) {
    if (PARTS.has(record.type)) continue;
    const meaning = normalizeMessage(record, options) as Draft;
    corrected(meaning, record);
    if (meaning.action !== 'did-unknown') return meaning;
  }
  return tornMeaning(records) ?? normalizeMessage(records[0]!, options);
}

/** Records that only tell more of a system call. */
const PARTS: ReadonlySet<number> = new Set([
  RECORD.PATH,
  RECORD.CWD,
  RECORD.PROCTITLE,
  RECORD.SOCKADDR,
  RECORD.EXECVE,
  RECORD.OBJ_PID,
  RECORD.EOE,
]);

/** What was done to a file, by what the kernel says of its PATH record. */
const DEEDS: Readonly<Record<string, string>> = { DELETE: 'deleted', CREATE: 'created' };

/** A call whose SYSCALL record is lost: its files are told, and by whom is not. */
function tornMeaning(records: readonly AuditRecord[]): Normalized | undefined {
  const draft = newDraft(eventKind(records[0]!.type), 'did-unknown', 'unknown');
  for (const record of records) {
    if (record.type !== RECORD.PATH) continue;
    const own = new Cursor([record]);
    const type = own.fresh('nametype')?.field.value ?? '';
    const name = own.fresh('name');
    if (type === 'PARENT' || !name) continue;
    draft.object.primary ??= name;
    draft.object.kind = 'file';
    draft.object.cwd = workingDirectory(records);
    const deed = DEEDS[type];
    if (!deed) continue;
    draft.action = deed;
    draft.object.primary = name;
    return finished(draft);
  }
  return draft.object.primary ? finished(draft) : undefined;
}

/** Where the reference's reading of a record alone says less than the record, or something else. */
function corrected(draft: Draft, record: AuditRecord): void {
  switch (record.type) {
    case RECORD.USER_AVC:
      deniedSubject(draft, record);
      return;
    case RECORD.SECCOMP:
      draft.outcome = seccompOutcome(fieldValue(record, 'code'));
      return;
    case RECORD.NETFILTER_CFG: {
      const op = fieldValue(record, 'op') ?? '';
      if (op.includes('unregister')) draft.action = 'removed-firewall-rule-from';
      if (op.includes('reset')) draft.action = 'reset-firewall-counters-of';
      return;
    }
    case RECORD.LOGIN:
      oldLogin(draft, record);
      return;
  }
}

/** SECCOMP_RET_* (include/uapi/linux/seccomp.h) is the upper half: LOG and ALLOW let the call run, TRACE and USER_NOTIF
 * leave it to another process, the others end it. */
function seccompOutcome(code: string | undefined): Draft['outcome'] {
  if (code === undefined || !/^0x[0-9a-f]{1,8}$/i.test(code)) return undefined;
  const action = Number(code) >>> 16;
  if (action === 0x7ffc || action === 0x7fff) return 'success';
  return action === 0x7ff0 || action === 0x7fc0 ? undefined : 'failed';
}

/** `login pid=2 uid=0 old auid=4294967295 new auid=500 old ses=4294967295 new ses=1` (kernels before 3.13). */
function oldLogin(draft: Draft, record: AuditRecord): void {
  const [uid, now, old, session] = ['uid', 'auid', 'old-auid', 'ses'].map((name): FieldAt | undefined => {
    const field = actorFields(record).find((one) => one.name === name);
    return field && { record, field };
  });
  if (draft.subject.primary || !old) return;
  draft.subject.primary = old;
  draft.subject.secondary = uid;
  draft.subject.kind = accountKindOf(uid);
  draft.object.primary = now;
  draft.session = session;
}

/** USER_AVC: who was refused stands in the message; who wrote it down (systemd, dbus-daemon) stands before it. */
function deniedSubject(draft: Draft, record: AuditRecord): void {
  const inner = (name: string): FieldAt | undefined => {
    const field = fieldsOf(record).find((one) => one.part === 'message' && one.name === name);
    return field && { record, field };
  };
  const { subject } = draft;
  subject.secondary = inner('uid');
  subject.kind = subject.secondary ? accountKindOf(subject.secondary) : 'unknown-acct';
  subject.attributes = ['auid', 'gid', 'spid'].flatMap((name) => inner(name) ?? []);
  if (subject.primary && isAbsent(subject.primary.field.value)) subject.primary = undefined;
  draft.session = undefined;
  const command = inner('cmdline');
  if (command && command.field.value !== '""') draft.how = command;
}

/** A security module's word on the event. Who made a call stands in its record, else the module's profile is the subject. */
function takeVerdict(draft: Draft, records: readonly AuditRecord[], called: boolean): void {
  const verdict = eventVerdict(records);
  if (!verdict) return;
  draft.action = verdict.action;
  draft.kind = 'mac-decision';
  if (verdict.outcome !== undefined || !called) draft.outcome = verdict.outcome;
  if (verdict.result) draft.result = verdict.result;
  if (verdict.object) {
    draft.object.primary = verdict.object;
    draft.object.secondary = undefined;
    draft.object.second = verdict.second;
    draft.object.kind = verdict.objectKind;
  }
  if (called) return;
  draft.subject.primary = verdict.subject ?? draft.subject.primary;
  draft.subject.kind = 'unknown-acct';
  draft.how = verdict.how ?? draft.how;
}
