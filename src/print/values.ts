// The interpreted values of an event's meaning, as the classic text and csv formats print them.

import type { Call, InterpretContext } from '../interpret/context.ts';
import { escapeText } from '../interpret/escape.ts';
import { fieldKind } from '../interpret/fields.ts';
import { interpretValue, type Reading, readingOf } from '../interpret/interpret.ts';
import { firstWord, isGood } from '../normalize/draft.ts';
import { accountKind } from '../normalize/ids.ts';
import { firstKey } from '../normalize/keys.ts';
import { classicPath } from '../normalize/path.ts';
import type { EventObject, FieldAt, Outcome, Subject, SubjectKind } from '../normalize/types.ts';
import { withoutFolder } from '../paths/index.ts';
import { type AuditRecord, fieldsOf, textOf } from '../record/record.ts';
import { unquoted } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import type { ObjectFiles } from './files.ts';

/** Where the classic formats look for the call of a SECCOMP record: the kernel writes it there when a security module
 * adds `subj=`. Else they know no call but the one that auditd named. */
const SECCOMP_CALL = 10;
const NO_CALL: Call = { arch: undefined, number: -1, name: undefined, a0: '', a1: '' };

/** The classic formats do not look at the enriched tail of a longer line (MAX_AUDIT_MESSAGE_LENGTH less its end). */
const LONGEST_ENRICHED = 8968;

/** Reads values one after the other; most of an event's stand in one record, which is prepared once. */
export class Readable {
  private record: AuditRecord | undefined;
  private reading: Reading | undefined;
  private readonly context: InterpretContext;

  constructor(context: InterpretContext) {
    this.context = context;
  }

  /** The interpreted value of a field; '' for none. What stands after an unquoted space is not part of a value. */
  value(at: FieldAt | undefined): string {
    if (!at) return '';
    if (at.record !== this.record || !this.reading) {
      this.record = at.record;
      this.reading = classicReading(at.record, this.context);
    }
    const { name } = at.field;
    if (name === 'key') return escapeText(firstKey(at.field.value) ?? '', this.context.escape);
    const value = firstWord(at.field.value);
    // -i prints a value that it does not interpret as it stands; these formats escape it too.
    const { classic, escape: mode } = this.context;
    if (fieldKind(at.record.type, name) === 'plain') return escapeText(classic ? value : unquoted(value), mode);
    return interpretValue(this.reading, name, value);
  }

  /** A file's path, or its name made absolute as the reference does where no `files` are given; any other object's value, or
   * its name where that is meant. */
  object(object: EventObject, which: 'primary' | 'second', files?: ObjectFiles): string {
    const at = object[which];
    if (which === 'primary' && object.byName) return at?.field.name ?? '';
    const value = this.value(at);
    const file = files?.[which];
    if (file?.path !== undefined) return escapeText(file.path, this.context.escape);
    if (file) return withoutFolder(file.item?.nametype === 'PARENT' ? undefined : value, file.folder?.file);
    if (files) return value;
    return object.cwd && at?.field.name === 'name' ? classicPath(this.value(object.cwd), value) : value;
  }

  /** The kind of account of a login that gives a name and no id: this machine's accounts know it. */
  subjectKind({ kind, primary }: Subject): SubjectKind | undefined {
    if (primary?.field.name !== 'acct') return kind;
    const id = this.context.accounts.userId(this.value(primary));
    return id === undefined ? kind : accountKind(id);
  }

  /** The subject: whoever has no login id is the system. */
  subject(at: FieldAt | undefined): string {
    const value = this.value(at);
    return value === 'unset' ? 'system' : value;
  }
}

function classicReading(record: AuditRecord, context: InterpretContext): Reading {
  const reading = readingOf(record, context);
  if (record.type === RECORD.SECCOMP && !showsCall(record)) return { ...reading, call: NO_CALL };
  return textOf(record).length > LONGEST_ENRICHED ? { ...reading, tail: new Map() } : reading;
}

const showsCall = (record: AuditRecord): boolean =>
  fieldsOf(record).filter(({ name, value }) => name !== '' && value !== '')[SECCOMP_CALL]?.name === 'syscall';

/** The result as the classic formats see it: an access that was granted, and whatever a SECCOMP filter said, counts as
 * failed, and what a program's access decision was goes unseen (in old records, which begin with `user`, it failed). */
export function classicOutcome(result: FieldAt | undefined): Outcome | undefined {
  if (!result) return undefined;
  if (result.field.name === '' && result.field.part === 'message')
    return opensWithWord(result.record) ? 'failed' : undefined;
  const { name, value } = result.field;
  if (name === 'code' || (name === 'success' && value === '1')) return 'failed';
  return value !== 'granted' && isGood(value.replace(/^0+1/, '1')) ? 'success' : 'failed';
}

const opensWithWord = (record: AuditRecord): boolean => {
  const first = fieldsOf(record)[0]!;
  return first.name === '' && first.part === 'body';
};
