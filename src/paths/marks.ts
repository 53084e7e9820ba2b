// What events tell of the name of one file, in order of time, and which of it holds at a moment.

import { msOf } from '../base/event-id.ts';
import type { AuditEvent } from '../event/event.ts';
import { isDirectory } from './item.ts';
import type { EventName, EventNames } from './names.ts';

/** When something was: milliseconds since 1970, and the event's serial number. */
export interface Moment {
  readonly at: number;
  readonly serial: number;
}

/** What an event tells of a file's name: a path, or a name in a folder known by inode. */
export interface Mark extends Moment {
  readonly path: string | undefined;
  readonly folder: string | undefined;
  readonly last: string;
  /** `born`: it was made then, and before it the inode was another file's. `moved`: it got this name then, and had another
   * before. `gone`: it was deleted, and after it the inode is another file's. */
  readonly kind: 'seen' | 'born' | 'moved' | 'gone';
}

/** Negative where `a` was before `b`. */
export const order = (a: Moment, b: Moment): number => a.at - b.at || a.serial - b.serial;
/** When an event was. */
export const momentOf = (event: AuditEvent): Moment => ({ at: msOf(event), serial: event.serial });

/** Before what the event of a moment changed. */
export const justBefore = ({ at, serial }: Moment): Moment => ({ at, serial: serial - 0.5 });

/** Where a moment stands among others in order of time: how many are not later. */
export function countUpTo(marks: readonly Moment[], moment: Moment): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(marks[middle]!, moment) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts one among others in order of time, behind those of the same moment; of more than `most` the first goes. */
export function insert<T extends Moment>(list: T[], one: T, most: number): void {
  if (list.length === 0 || order(list.at(-1)!, one) <= 0) list.push(one);
  else list.splice(countUpTo(list, one), 0, one);
  if (list.length > most) list.shift();
}

/** Whether two marks tell the same name. */
export const isSame = (a: Mark, b: Mark): boolean => a.path === b.path && a.folder === b.folder && a.last === b.last;

/** What a call that succeeded did to the name of a file. */
export function kindOf({ item, half }: EventName, { call }: EventNames): Mark['kind'] {
  const renames = call.startsWith('rename');
  if (item.nametype === 'CREATE') return renames ? 'moved' : call.startsWith('link') ? 'seen' : 'born';
  // A file may have other names still; a folder has none.
  const isGone = item.nametype === 'DELETE' && isDirectory(item) && !(renames && half === 'old');
  return isGone ? 'gone' : 'seen';
}

/** The marks by which a file's name at a moment may be known, the nearest first: back to when it was made, then forward to
 * when it was deleted. */
export function* inReach(marks: readonly Mark[], moment: Moment): Generator<Mark> {
  const next = countUpTo(marks, moment);
  for (let i = next - 1; i >= 0; i--) {
    const mark = marks[i]!;
    if (mark.kind === 'gone') break;
    yield mark;
    if (mark.kind === 'born' || mark.kind === 'moved') break;
  }
  for (let i = next; i < marks.length; i++) {
    const mark = marks[i]!;
    if (mark.kind === 'born' || mark.kind === 'moved') return;
    yield mark;
    if (mark.kind === 'gone') return;
  }
}
