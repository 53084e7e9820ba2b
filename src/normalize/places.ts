// Which PATH records of a system call are its object, by what the kernel says of each (nametype: kernel/auditsc.c), wherever
// in the event they stand. The reference counts records instead (files.ts).

import type { AuditRecord } from '../record/record.ts';
import { fieldValue } from '../record/record.ts';
import { isAbsent } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import { Cursor } from './cursor.ts';
import type { Draft } from './draft.ts';
import { fileKind, workingDirectory } from './files.ts';
import type { FieldAt } from './types.ts';

/** Calls with two names: a rename and a link have an old and a new one, a symbolic link has what it points to. */
export type TwoNames = 'rename' | 'link' | 'symlink';

/** The names of a rename or a link; false, and nothing is taken, where the event has no record of a new name. */
export function takeNames({ records }: Cursor, draft: Draft, what: TwoNames): boolean {
  const files = records.filter((record) => record.type === RECORD.PATH && nametypeOf(record) !== 'PARENT');
  const made = files.find((record) => nametypeOf(record) === 'CREATE');
  if (!made) return false;
  const old = oldNameOf(files, made, what);
  const name = nameOf(made);
  const before = old && nameOf(old);
  // The file's name is the old one, and the new one comes second; of a symbolic link its own comes first.
  const [first, second] = what === 'symlink' ? [name, before] : before ? [before, name] : [name, undefined];
  const { object } = draft;
  object.primary = first;
  object.second = second;
  if (!first) return true;
  object.secondary = fieldOf(first.record, 'inode');
  object.kind = fileKind(fieldOf(first.record, 'mode')) ?? object.kind;
  object.cwd = workingDirectory(records);
  return true;
}

function oldNameOf(files: readonly AuditRecord[], made: AuditRecord, what: TwoNames): AuditRecord | undefined {
  if (what !== 'rename') return files.find((record) => record !== made);
  const deleted = files.filter((record) => nametypeOf(record) === 'DELETE');
  // The other one is the file that stood where it went, and is replaced.
  return deleted.find((record) => fieldValue(record, 'inode') === fieldValue(made, 'inode')) ?? deleted[0];
}

const nametypeOf = (record: AuditRecord): string | undefined => fieldValue(record, 'nametype');

const fieldOf = (record: AuditRecord, name: string): FieldAt | undefined => new Cursor([record]).find(name);

/** The name of a PATH record; undefined for `(null)`, which the kernel writes where it lost it. */
function nameOf(record: AuditRecord): FieldAt | undefined {
  const name = fieldOf(record, 'name');
  return name && !isAbsent(name.field.value) ? name : undefined;
}
