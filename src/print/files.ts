// The paths of the files that an event's meaning speaks of.

import type { AuditEvent } from '../event/event.ts';
import type { EventObject, FieldAt, Normalized } from '../normalize/types.ts';
import { type EventFile, type FilesOf, filesOf } from '../paths/index.ts';
import { fieldValue } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';

/** As far as the event alone tells. */
export const ownFiles: FilesOf = (event) => filesOf(event);

/** Where a file of an object stands: its path, or its folder where only that is known, by inode. */
export type ObjectFile = Pick<EventFile, 'path' | 'folder'> & Partial<Pick<EventFile, 'item'>>;

/** The files that an object's names are. */
export interface ObjectFiles {
  readonly primary: ObjectFile | undefined;
  /** The new name of a rename or a link. */
  readonly second: ObjectFile | undefined;
}

/** Of an object that is no file. */
export const NO_FILES: ObjectFiles = { primary: undefined, second: undefined };

/** The files of a meaning's object; none where it is no file that a PATH record names. What a symbolic link points to is
 * text, and no file of the event. */
export function objectFiles(event: AuditEvent, meaning: Normalized | undefined, files: FilesOf): ObjectFiles {
  if (!meaning || !namesFile(meaning.object)) return NO_FILES;
  const { primary, second } = meaning.object;
  const target = second?.field.name === 'name' && meaning.action !== 'symlinked' ? second : undefined;
  const plain = plainPath(primary!);
  // Most names are absolute, and then nothing else of the event matters (231 MB as JSON: 0.1 s instead of 0.65).
  if (plain !== undefined && !target) return { primary: { path: plain, folder: undefined }, second: undefined };
  const all = files(event);
  const fileAt = (at: FieldAt | undefined): EventFile | undefined => all.find(({ record }) => record === at?.record);
  return { primary: fileAt(primary), second: target && fileAt(target) };
}

const namesFile = ({ primary }: EventObject): boolean =>
  primary?.field.name === 'name' && primary.record.type === RECORD.PATH;

/** The path of a name that is one as it stands: in quotes, absolute, without `.`, `..` and doubled slashes. The name of a
 * PARENT record may be another folder's. */
function plainPath({ record, field: { value } }: FieldAt): string | undefined {
  if (!value.startsWith('"/') || !value.endsWith('"') || /\/(?:\.{0,2}\/|\.{0,2}"$)/.test(value)) return undefined;
  return fieldValue(record, 'nametype') === 'PARENT' ? undefined : value.slice(1, -1);
}
