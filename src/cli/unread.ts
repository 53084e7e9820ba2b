// How verbs tell what of a trail could not be read: in the sentence that there is nothing, in one line on standard error
// beside what was found, and in JSON always.
import { fromUtf8 } from '../base/index.ts';
import { absent, type Unread, unreadNote } from '../record/unread.ts';
import { printJson } from './asking.ts';
import type { Io } from './io.ts';

/** `auspex search: 3 lines could not be read: …` on standard error; nothing where all were read. A file that could not be
 * read was told when that was tried. */
export function noteUnread(tool: string, unread: readonly Unread[], io: Io): void {
  const lines = unread.filter(({ kind }) => kind !== 'file');
  if (lines.length > 0) io.err(fromUtf8(`${tool}: ${unreadNote(lines)}\n`));
}

/** Says on standard error that there is nothing (see `absent`), and `hint` where all of the trail was read. */
export function tellAbsent(
  io: Io,
  { who, did, hint = '' }: { readonly who: string; readonly did: string; readonly hint?: string },
  unread: readonly Unread[],
): void {
  io.err(fromUtf8(`${absent(who, did, unread)}${hint}\n`));
}

/** An answer as JSON, one object a line, each with what could not be read; where there is no object, that alone. */
export function printAnswer(io: Io, objects: readonly object[], unread: readonly Unread[]): void {
  for (const object of objects) printJson(io, { ...object, unread });
  if (objects.length === 0) printJson(io, { unread });
}
