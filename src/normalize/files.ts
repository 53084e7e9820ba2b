// Which PATH record of a system call is its object. The kernel writes parents before the files in them, and the
// reference counts records: the object is looked for from a certain record on, differently for each call.

import type { AuditRecord } from '../record/record.ts';
import { fieldValue, textOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import { Cursor } from './cursor.ts';
import type { Draft } from './draft.ts';
import type { FieldAt, ObjectKind } from './types.ts';

/** An access decision in the event: then the object is looked for from the start where record `from` is missing. */
export const decides = (records: readonly AuditRecord[]): boolean =>
  records.some((record) => record.type === RECORD.AVC || record.type === RECORD.FANOTIFY);

/** The first file that is no parent; to the reference, from record `from` on, and nothing when there is no such record. */
export function readFile(cursor: Cursor, draft: Draft, from: number): void {
  readLabel(cursor, draft);
  if (!cursor.classic) takeFile(cursor, draft, 0);
  else if (from < cursor.records.length) takeFile(cursor, draft, from);
  else if (decides(cursor.records)) takeFile(cursor, draft, 0);
}

/** Calls that name two places, or whose records come in an order of their own. */
export function readPlace(
  cursor: Cursor,
  draft: Draft,
  where: 'rename' | 'symlink' | 'mkdir' | 'mount' | 'exec' | 'owner',
): void {
  switch (where) {
    case 'mkdir':
    case 'exec':
      readFile(cursor, draft, 3);
      break;
    case 'owner':
      readFile(cursor, draft, cursor.records.length > 2 ? 2 : 0);
      break;
    case 'rename':
      readFile(cursor, draft, 4);
      draft.object.second = nameIn(cursor, 5);
      break;
    case 'symlink':
      readLabel(cursor, draft);
      readTwo(cursor, draft, 4);
      break;
    case 'mount':
      if (draft.result?.field.value === 'yes') readTwo(cursor, draft, 3);
      else if (!draft.result || cursor.goto(2)) takeFile(cursor, draft, draft.result ? 2 : 0);
      if (draft.object.primary) draft.object.label = new Cursor([draft.object.primary.record]).find('obj');
      break;
  }
  if (draft.object.second) draft.object.cwd = workingDirectory(cursor.records);
}

/** The second place in record 2, the first from record `from` on, or from record 2 where there is no such record. */
function readTwo(cursor: Cursor, draft: Draft, from: number): void {
  if (!cursor.goto(2)) return;
  draft.object.second = cursor.findHere('name');
  takeFile(cursor, draft, cursor.records.length > from ? from : 2);
}

function nameIn(cursor: Cursor, index: number): FieldAt | undefined {
  return cursor.goto(index) ? cursor.findHere('name') : undefined;
}

/**
 * Goes from `nametype` to `nametype`, past the parents; a record without one is passed over. When records follow
 * the last parent and none has one, the first parent is taken after all.
 */
export function takeFile(cursor: Cursor, draft: Draft, from: number): void {
  const { records } = cursor;
  let parent: number | undefined;
  for (let r = from; r < records.length; ) {
    const next = nextTyped(cursor, r);
    if (next < 0) {
      if (parent !== undefined) take(cursor, draft, parent);
      return;
    }
    if (nametypeOf(cursor, records[next]!) !== 'PARENT') {
      take(cursor, draft, next);
      return;
    }
    parent ??= next;
    r = next + 1;
  }
}

/** Of a PATH record; an empty one is none. */
function nametypeOf({ classic }: Cursor, record: AuditRecord): string | undefined {
  if (record.type !== RECORD.PATH || (classic && textOf(record).includes(' objtype='))) return undefined;
  return fieldValue(record, 'nametype') || undefined;
}

function nextTyped(cursor: Cursor, from: number): number {
  const { records } = cursor;
  for (let r = from; r < records.length; r++) if (nametypeOf(cursor, records[r]!) !== undefined) return r;
  return -1;
}

function take(cursor: Cursor, { object }: Draft, index: number): void {
  cursor.goto(index);
  object.primary = cursor.find('name');
  object.secondary = object.primary && cursor.find('inode');
  if (object.secondary) object.kind = fileKind(cursor.find('mode')) ?? object.kind;
  object.cwd = workingDirectory(cursor.records);
}

/** The label of the first file that is no parent; where there are only parents, of the first of them. */
function readLabel(cursor: Cursor, draft: Draft): void {
  const { records } = cursor;
  const typed = records.filter((record) => nametypeOf(cursor, record) !== undefined);
  const file = typed.find((record) => nametypeOf(cursor, record) !== 'PARENT');
  const last = records.findLastIndex((record) => record.type === RECORD.PATH);
  const found = file ?? (typed.includes(records[last]!) ? typed[0] : undefined);
  if (found) draft.object.label = new Cursor([found]).find('obj');
}

export function workingDirectory(records: readonly AuditRecord[]): FieldAt | undefined {
  for (let r = records.length - 1; r >= 0; r--)
    if (records[r]!.type === RECORD.CWD) return new Cursor([records[r]!]).find('cwd');
  return undefined;
}

/** By the type bits of a mode (S_IFMT), in steps of S_IFIFO. */
const FILE_KINDS: readonly (ObjectKind | undefined)[] = [
  undefined,
  'fifo',
  'character-device',
  undefined,
  'directory',
  undefined,
  'block-device',
  undefined,
  'file',
  undefined,
  'symlink',
  undefined,
  'socket',
];

/** What kind of file a `mode` field says; undefined when it has no type bits. */
export function fileKind(mode: FieldAt | undefined): ObjectKind | undefined {
  return mode && FILE_KINDS[(Number.parseInt(mode.field.value, 8) >> 12) & 15];
}

/** The processes that a signal went to. */
export function signalled(cursor: Cursor, draft: Draft): void {
  const targets: FieldAt[] = [];
  for (let r = 1; r < cursor.records.length; r++) {
    const record = cursor.records[r]!;
    const pid = record.type === RECORD.OBJ_PID ? new Cursor([record]).find('opid') : undefined;
    if (pid) targets.push(pid);
  }
  draft.object.primary = targets[0];
  if (targets.length < 2) return;
  draft.object.members = targets;
  draft.object.kind = 'process-group';
  draft.action = 'killed-list-of-pids';
}
