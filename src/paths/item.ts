// A PATH record read: which file a call named, and by which name (kernel/auditsc.c, audit_log_name). Text is latin1.

import { type AuditRecord, fieldsOf, fieldText } from '../record/index.ts';
import { idOf, isAbsent } from '../record/value.ts';

/** One PATH record. */
export interface PathItem {
  /** As written; undefined for (null). */
  readonly name: string | undefined;
  /** `MAJOR:MINOR inode`; undefined when the record has none (the file was not found). */
  readonly file: string | undefined;
  /** Octal file mode; -1 when absent. */
  readonly mode: number;
  readonly owner: number;
  readonly nametype: string;
}

/** Reads a PATH record. */
export function readPath(record: AuditRecord): PathItem {
  let name: string | undefined;
  let inode = '';
  let device = '';
  let mode = -1;
  let owner = -1;
  let nametype = '';
  for (const field of fieldsOf(record)) {
    if (field.part === 'enriched') break;
    if (field.name === 'name') name = isAbsent(field.value) ? undefined : fieldText('name', field.value);
    else if (field.name === 'inode') inode = field.value;
    else if (field.name === 'dev') device = field.value;
    else if (field.name === 'mode') mode = Number.parseInt(field.value, 8);
    else if (field.name === 'ouid') owner = idOf(field.value) ?? -1;
    else if (field.name === 'nametype' || field.name === 'objtype') nametype = field.value;
  }
  return { name, file: inode === '' ? undefined : `${device} ${inode}`, mode, owner, nametype };
}

const DIRECTORY = 0o040000;
const TYPE = 0o170000;
export const isDirectory = (item: PathItem): boolean => item.mode >= 0 && (item.mode & TYPE) === DIRECTORY;
