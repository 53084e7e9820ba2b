// The meaning of an event with a SYSCALL record: the subject from that record, the action from the call's name, the
// object from the records around it. Some records besides (an access decision, a loaded policy) say more than the call.

import { TextMemo } from '../base/memo.ts';
import { callNamed } from '../interpret/call.ts';
import type { AuditRecord } from '../record/record.ts';
import { fieldsOf, fieldValue } from '../record/record.ts';
import { wholeOf } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import { syscallName } from '../tables/syscalls.ts';
import { classicArgument } from './classic.ts';
import { Cursor } from './cursor.ts';
import { type Draft, finished, newDraft } from './draft.ts';
import { readFile, readPlace, signalled, takeFile, workingDirectory } from './files.ts';
import { accountKindOf } from './ids.ts';
import { firstKey } from './keys.ts';
import { programOf } from './message.ts';
import { eventKind } from './messages.ts';
import { decision, isSuspiciousLink, overrule } from './overrule.ts';
import { type TwoNames, takeNames } from './places.ts';
import { type Call, callOf, type Where } from './syscalls.ts';
import type { Normalized, NormalizeOptions } from './types.ts';

/** Names by the texts of `arch` and `syscall`: a trail has a few hundred pairs of them. */
/** Longer texts are no numbers of a kernel. */
const LONGEST = 64;
const names = new TextMemo<{ readonly name: string | undefined }>(4096, LONGEST);

/** The name of the system call of a SYSCALL record, or of the operation of a URINGOP record; undefined for a number the machine's table lacks.
 * A machine without a table is read as x86_64, as the interpreter does. */
export function callName(record: AuditRecord): string | undefined {
  if (record.type === RECORD.URINGOP) return syscallName('uring', wholeOf(fieldValue(record, 'uring_op')) ?? -1);
  const arch = fieldValue(record, 'arch') ?? '';
  const call = fieldValue(record, 'syscall') ?? '';
  const code = `${arch} ${call}`;
  return (names.find(code) ?? names.keep(code, callNamed(arch, call))).name;
}

const ATTRIBUTES = new Set(['ppid', 'pid', 'gid', 'euid', 'suid', 'fsuid', 'egid', 'sgid', 'fsgid', 'tty', 'subj']);

/** What an event with a SYSCALL record at `index` means. */
export function normalizeSyscall(
  records: readonly AuditRecord[],
  index: number,
  { attributes, classic }: Required<NormalizeOptions>,
): Normalized {
  const record = records[index]!;
  const draft = newDraft(eventKind(records[0]!.type), '', 'unknown');
  readSubject(record, draft, attributes);
  const cursor = new Cursor(records, true, classic);
  const decided = decision(records);
  const overruled = records[0]!.type === RECORD.SELINUX_ERR && overrule(cursor, draft, index);
  if (overruled) {
    // Nothing else is asked.
  } else if (isSuspiciousLink(records)) {
    draft.action = 'used-suspcious-link';
    takeFile(cursor, draft, records.length > 3 ? 3 : 0);
  } else if (decided !== undefined || !overrule(cursor, draft, index)) {
    const call = callOf(callName(record) ?? '', classic);
    if (call) readCall(cursor, draft, call, index);
    if (classic && index > 0 && call?.second !== undefined)
      draft.object.second = classicArgument(records[0]!, call.second);
    if (!call) readRule(cursor, draft);
    if (decided !== undefined) draft.action = decided;
  }
  if (draft.how === undefined) draft.how = programOf(new Cursor([record]));
  return finished(draft);
}

/** The order in which the reference looks: a field that stands before the one looked for last is found only after a miss. */
function readSubject(record: AuditRecord, draft: Draft, attributes: boolean): void {
  const { subject } = draft;
  const own = new Cursor([record]);
  own.find('syscall');
  draft.result = own.find('success');
  subject.primary = own.find('auid');
  subject.secondary = own.find('uid');
  subject.kind = accountKindOf(subject.secondary);
  own.find('tty');
  draft.session = own.find('ses');
  subject.label = own.find('subj');
  own.fresh('exe');
  const key = own.find('key');
  if (key && firstKey(key.field.value) !== undefined) draft.key = key;
  if (!attributes) return;
  for (const field of fieldsOf(record)) {
    if (field.part === 'enriched') break;
    if (ATTRIBUTES.has(field.name)) subject.attributes.push({ record, field });
  }
}

const isTwoNames = (where: Where): where is TwoNames => where === 'rename' || where === 'link' || where === 'symlink';

/** A call that only shows that a rule matched: its key is the object. */
function readRule(cursor: Cursor, draft: Draft): void {
  const key = cursor.find('key');
  if (key && firstKey(key.field.value) !== undefined) draft.object.primary = key;
  draft.object.kind = 'admin-defined-rule';
  draft.action = draft.object.primary ? 'triggered-audit-rule' : 'triggered-unknown-audit-rule';
}

function readCall(cursor: Cursor, draft: Draft, call: Call, index: number): void {
  const { object } = draft;
  draft.action = call.action;
  object.kind = call.kind;
  const own = new Cursor([cursor.records[index]!]);
  if (call.second !== undefined) object.second = own.fresh(call.second);
  if (call.howCall && own.fresh('exe')) draft.how = own.fresh('syscall');
  switch (call.where) {
    case 'comm':
      if (draft.result?.field.value === 'no') {
        draft.action = 'allocated-memory';
        return;
      }
      object.primary = own.fresh('comm');
      return;
    case 'exe':
      object.primary = programOf(own);
      return;
    case 'socket':
      object.primary = cursor.fresh('saddr');
      return;
    case 'module':
      object.primary = cursor.goto(1) ? cursor.findHere('name') : undefined;
      object.cwd = workingDirectory(cursor.records);
      return;
    case 'pid':
      signalled(cursor, draft);
      return;
    case 'none':
      return;
    default:
      if (!cursor.classic && isTwoNames(call.where) && takeNames(cursor, draft, call.where)) return;
      if (call.where === 'link') readFile(cursor, draft, 0);
      else if (call.where === 'file' || call.where === 'fd') readFile(cursor, draft, call.where === 'fd' ? 1 : 2);
      else readPlace(cursor, draft, call.where);
      if (call.action === 'make-device') deviceAction(draft);
      if (call.action === 'opened-file') object.kind = 'file';
  }
}

function deviceAction(draft: Draft): void {
  if (draft.object.kind === 'character-device') draft.action = 'made-character-device';
  if (draft.object.kind === 'block-device') draft.action = 'made-block-device';
}
