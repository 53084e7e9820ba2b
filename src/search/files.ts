// The paths of an event's files, from whatever event of the trail names them. Most events tell their paths themselves; at the
// first that does not, the trail is read for the names of folders.

import { type EventFile, type FilesOf, Folders, filesAsTheyCome, filesOf } from '../paths/index.ts';
import { foldersOf } from './folders.ts';
import { spanOf, type Trail } from './search.ts';

/** Gives the files of events of these trails. Of a trail that cannot be read again (a stream, a compressed file) it knows
 * what the events that it was asked about before told. */
export function filesOfTrails(trails: readonly Trail[]): FilesOf {
  const again = trails.length > 0 && trails.every(({ path }) => path !== undefined);
  const asTheyCome = filesAsTheyCome();
  let folders: Folders | undefined;
  return (event, descriptor) => {
    if (!again) return asTheyCome(event, descriptor);
    const files = filesOf(event, undefined, descriptor);
    if (files.every(isKnown)) return files;
    folders ??= rereadFolders(trails);
    return folders.filesOf(event, descriptor);
  };
}

/** Whether an event's own records tell all of a file that any record can. */
const isKnown = ({ item, path }: EventFile): boolean => path !== undefined || item.name === undefined;

/** What the trails tell of folders; nothing where one of them cannot be opened, which the search itself tells. */
function rereadFolders(trails: readonly Trail[]): Folders {
  const span = spanOf(trails);
  try {
    return span ? foldersOf(span) : new Folders();
  } finally {
    span?.close();
  }
}
