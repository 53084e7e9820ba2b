// The files that an event names, as far as its own records tell: absolute names, and names relative to the working
// directory. A name below a descriptor is never joined to the working directory; its folder is known by inode, from the
// PARENT record, whose own name is then that of the working directory (kernel/auditsc.c, audit_log_name) and says nothing.
// Text is latin1.

import { type AuditEvent, recordOfType } from '../event/event.ts';
import { fieldText } from '../record/fields.ts';
import { type AuditRecord, fieldValue } from '../record/record.ts';
import { readSyscall, syscallView } from '../record/syscall.ts';
import { archOf } from '../tables/arch.ts';
import { RECORD } from '../tables/records.ts';
import { syscallName } from '../tables/syscalls.ts';
import { directoryArgument } from './descriptor.ts';
import { type PathItem, readPath } from './item.ts';
import { lastPart, normalizePath, resolvePath } from './text.ts';

/** AT_FDCWD (linux/fcntl.h). */
const AT_FDCWD = -100;

/** What a name is relative to: nothing, the working directory, a descriptor, or it is not known, for the system call is
 * not. */
export type Base = 'root' | 'cwd' | 'unknown' | { readonly fd: number };

/** A file of an event. */
export interface EventName {
  readonly record: AuditRecord;
  readonly item: PathItem;
  /** Which of the two names of a rename or a link: the old or only one, or the new one. */
  readonly half: 'old' | 'new';
  readonly base: Base;
  /** Absolute; undefined where the records of the event alone do not tell it. */
  readonly path: string | undefined;
}

/** A folder in which something was made, deleted or moved. */
export interface ParentName {
  readonly record: AuditRecord;
  readonly item: PathItem;
  /** Its path, where the name of its record is true. */
  readonly path: string | undefined;
}

/** The names of an event. */
export interface EventNames {
  /** The system call by name; '' where none is recorded. */
  readonly call: string;
  /** 1 success, 0 failure, -1 not told. */
  readonly success: number;
  readonly cwd: string | undefined;
  readonly files: readonly EventName[];
  /** The folders of files that were made, deleted or moved: by inode, each once, with the name where it is true. */
  readonly parents: readonly ParentName[];
}

const NO_NAMES: EventNames = { call: '', success: -1, cwd: undefined, files: [], parents: [] };

const view = syscallView();

/** Reads the names of an event; without PATH records it has none. Never throws. */
export function namesOf(event: AuditEvent): EventNames {
  if (!event.records.some((record) => record.type === RECORD.PATH)) return NO_NAMES;
  const record = recordOfType(event, RECORD.SYSCALL);
  if (record) readSyscall(record, view);
  const arch = record && archOf(view.arch);
  const call = (arch && syscallName(arch, view.syscall)) ?? '';
  const cwd = workingDirectory(event);
  const paths = event.records
    .filter(({ type }) => type === RECORD.PATH)
    .map((record) => ({ record, item: readPath(record) }));
  const created = paths.find(({ item }) => item.nametype === 'CREATE')?.item;
  const twoNames = /^(?:rename|link)/.test(call);
  const files = paths
    .filter(({ item }) => item.nametype !== 'PARENT')
    .map(({ record, item }): EventName => {
      const isNew = twoNames && created !== undefined && isNewHalf(item, created, call);
      const base = call === '' ? baseOf(item.name, 'unknown') : baseOf(item.name, descriptorOf(call, isNew));
      const path = item.name === undefined || item.name === '' ? undefined : pathOf(item.name, base, cwd);
      return { record, item, half: isNew ? 'new' : 'old', base, path };
    });
  return { call, success: record ? view.success : -1, cwd, files, parents: parentsOf(paths, files, cwd) };
}

/** A name that a rename or a link makes, or the file that stood there and is replaced. */
const isNewHalf = (item: PathItem, created: PathItem, call: string): boolean =>
  item.nametype === 'CREATE' || (call.startsWith('rename') && item.nametype === 'DELETE' && item.file !== created.file);

/** What names of a call are relative to, from its arguments in `view`. */
function descriptorOf(call: string, second: boolean): Base {
  const place = directoryArgument(call, second);
  const fd = place === undefined ? AT_FDCWD : view.args[place]! | 0;
  return fd === AT_FDCWD ? 'cwd' : { fd };
}

const baseOf = (name: string | undefined, relative: Base): Base => (name?.startsWith('/') ? 'root' : relative);

function pathOf(name: string, base: Base, cwd: string | undefined): string | undefined {
  if (base === 'root') return normalizePath(name);
  return base === 'cwd' ? resolvePath(name, cwd) : undefined;
}

/** The working directory; undefined where no record tells it, and where it was deleted (d_path(9) says so behind it). */
function workingDirectory(event: AuditEvent): string | undefined {
  const record = recordOfType(event, RECORD.CWD);
  const cwd = record && fieldText('cwd', fieldValue(record, 'cwd') ?? '');
  return cwd?.startsWith('/') && !cwd.endsWith(' (deleted)') ? cwd : undefined;
}

function parentsOf(
  paths: readonly { readonly record: AuditRecord; readonly item: PathItem }[],
  files: readonly EventName[],
  cwd: string | undefined,
): readonly ParentName[] {
  const parents = new Map<string, ParentName>();
  const inCwd = files.every(({ base }) => base === 'root' || base === 'cwd');
  for (const { record, item } of paths) {
    if (item.nametype !== 'PARENT' || item.file === undefined) continue;
    const path = parentPath(item.name, cwd, inCwd);
    const known = parents.get(item.file);
    if (known?.path === undefined) parents.set(item.file, { record: known?.record ?? record, item, path });
  }
  return [...parents.values()];
}

/** The name of a PARENT record where it is true: a folder that the program named, with its slash, or the working directory
 * where no name of the call is below a descriptor. */
function parentPath(name: string | undefined, cwd: string | undefined, inCwd: boolean): string | undefined {
  if (name === undefined) return undefined;
  if (name.startsWith('/')) return name === cwd && name !== '/' && !inCwd ? undefined : normalizePath(name);
  return inCwd && name.endsWith('/') ? resolvePath(name, cwd) : undefined;
}

/** Whether a PARENT record can be the folder of this file: the kernel writes one for a file that is made, deleted or moved,
 * and for one that an open might have made. */
export const hasParent = ({ item }: EventName, { files }: EventNames): boolean =>
  item.nametype === 'CREATE' || item.nametype === 'DELETE' || (files.length === 1 && item.nametype === 'NORMAL');

/** The folder of a path, as text; undefined for none. */
export function folderOf(path: string | undefined): string | undefined {
  if (!path?.startsWith('/') || path === '/') return undefined;
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** The last part of a name as the program gave it; undefined where it names no file below a folder (`..`, `.`, none). */
export function ownName({ item }: EventName): string | undefined {
  const last = lastPart((item.name ?? '').replace(/\/+$/, ''));
  return last === '' || last === '.' || last === '..' ? undefined : last;
}
