// Which path a folder (or a file) has, at each moment: learnt from every record that names it, by node, device and inode,
// from earlier and later events alike. Folders that are made, deleted and moved are followed; a moved one takes with it
// what is below it. No file system is asked. Text is latin1.

import type { AuditEvent } from '../event/event.ts';
import { isDirectory, type PathItem } from './item.ts';
import {
  countUpTo,
  inReach,
  insert,
  isSame,
  justBefore,
  kindOf,
  type Mark,
  type Moment,
  momentOf,
  order,
} from './marks.ts';
import { type EventName, type EventNames, folderOf, hasParent, namesOf, ownName, type ParentName } from './names.ts';
import { lastPart, resolvePath } from './text.ts';

/** A folder got another path, and what is below it too. */
interface Move extends Moment {
  readonly from: End;
  readonly to: End;
}

/** One end of a move: its path, and the last part of it, where they are known. */
interface End {
  readonly path: string | undefined;
  readonly last: string | undefined;
}

const MOST_FILES = 1 << 17;
/** Names kept of one file: a directory that is moved about for ever must not fill the memory. */
const MOST_MARKS = 256;
const MOST_MOVES = 4096;
/** Folders in folders that are followed to a path: no file system has deeper ones in practice (PATH_MAX is 4096 bytes). */
const DEEPEST = 128;

/** A file of an event, with its path as far as the trail tells. */
export interface EventFile extends EventName {
  /** The folder that it stands in, by device and inode, where no record of the trail names that folder; undefined where the
   * path is known, and where the event has no record of the folder. */
  readonly folder: PathItem | undefined;
}

/** The path that a descriptor of the event's process stands for, where somebody knows it. */
export type Descriptor = (fd: number) => string | undefined;

/** The paths of folders and files of a trail. Bounded: of more than 131,072 files those learnt first are forgotten. */
export class Folders {
  private readonly marks = new Map<string, Mark[]>();
  /** By node. */
  private readonly moves = new Map<string, Move[]>();

  /** Learns the names of an event. */
  learn(event: AuditEvent, descriptor?: Descriptor): void {
    const names = belowDescriptors(namesOf(event), descriptor);
    if (names.files.length === 0 && names.parents.length === 0) return;
    const moment = momentOf(event);
    const { node } = event;
    for (const { item, path } of names.parents)
      if (path !== undefined) this.mark(keyOf(node, item), { ...moment, ...asPath(path), kind: 'seen' });
    for (const name of names.files) this.learnFile(name, names, node, moment);
  }

  private learnFile(name: EventName, names: EventNames, node: string, moment: Moment): void {
    const { item, path } = name;
    const { nametype } = item;
    if (item.file === undefined || path?.endsWith(' (deleted)')) return;
    // What a call that failed would have made or deleted was not.
    const done = names.success === 1 || names.call === '';
    if (!done && nametype === 'CREATE') return;
    const kind = done ? kindOf(name, names) : 'seen';
    const key = keyOf(node, item);
    const folder = path === undefined ? this.parentOf(name, names, node, moment) : undefined;
    const last = ownName(name);
    if (path !== undefined) this.mark(key, { ...moment, ...asPath(path), kind });
    else if (folder && last !== undefined)
      this.mark(key, { ...moment, path: undefined, folder: keyOf(node, folder), last, kind });
    else if (kind !== 'seen') this.mark(key, { ...moment, path: undefined, folder: undefined, last: '', kind });
    // Behind the mark, which ends what the folder was called before.
    if (kind === 'moved' && isDirectory(item)) this.learnMove(name, names, node, moment);
  }

  /** A folder that a rename gave another path. */
  private learnMove(name: EventName, names: EventNames, node: string, moment: Moment): void {
    const old = names.files.find(({ half, item }) => half === 'old' && item.file === name.item.file);
    const path =
      (old && this.pathIn(old, names, node, moment)) ?? this.pathOf(keyOf(node, name.item), justBefore(moment));
    const from = { path, last: path === undefined ? old && ownName(old) : lastPart(path) };
    const to = { path: this.pathIn(name, names, node, moment), last: ownName(name) };
    if (path !== undefined && path === to.path) return;
    const moves = this.moves.get(node) ?? [];
    this.moves.set(node, moves);
    insert(moves, { ...moment, from, to }, MOST_MOVES);
  }

  private mark(key: string, mark: Mark): void {
    let marks = this.marks.get(key);
    if (!marks) {
      this.marks.set(key, (marks = []));
      if (this.marks.size > MOST_FILES) this.marks.delete(this.marks.keys().next().value!);
    }
    const last = marks.at(-1);
    if (last && mark.kind === 'seen' && last.kind !== 'gone' && isSame(last, mark) && !this.movedSince(key, last))
      return;
    insert(marks, mark, MOST_MARKS);
  }

  private movedSince(key: string, mark: Mark): boolean {
    const last = this.moves.get(nodeOf(key))?.at(-1);
    return last !== undefined && order(mark, last) <= 0;
  }

  /** The files of an event, each with its path; `descriptor` as for `learn`. */
  filesOf(event: AuditEvent, descriptor?: Descriptor): EventFile[] {
    const names = namesOf(event);
    const moment = momentOf(event);
    // A call that failed may have its folder alone.
    if (names.files.length === 0) return names.parents.map((parent) => this.parentFile(parent, event));
    return names.files.map((name): EventFile => {
      const path =
        this.pathIn(name, names, event.node, moment) ??
        pathBelow(name, descriptor) ??
        this.byItself(name, event.node, moment);
      const folder = path === undefined ? this.parentOf(name, names, event.node, moment) : undefined;
      return { ...name, path, folder };
    });
  }

  private parentFile({ record, item, path }: ParentName, event: AuditEvent): EventFile {
    const known = path ?? this.pathAt(item, event);
    const folder = known === undefined ? item : undefined;
    return { record, item, half: 'old', base: 'unknown', path: known, folder };
  }

  /** The path that a file has at an event. */
  pathAt(item: PathItem, event: AuditEvent): string | undefined {
    return item.file === undefined ? undefined : this.pathOf(keyOf(event.node, item), momentOf(event));
  }

  /** The path of a name by its own records, or by its folder's inode. */
  private pathIn(name: EventName, names: EventNames, node: string, moment: Moment): string | undefined {
    if (name.path !== undefined) return name.path;
    const last = ownName(name);
    const folder = last === undefined ? undefined : this.parentOf(name, names, node, moment);
    return folder && resolvePath(last!, this.pathOf(keyOf(node, folder), moment));
  }

  /** The path under which other events name the same inode, where that ends as this name does. A file may have several
   * names: then it may be any of them. */
  private byItself(name: EventName, node: string, moment: Moment): string | undefined {
    const { item } = name;
    const last = ownName(name);
    if (last === undefined || item.file === undefined || item.nametype === 'CREATE') return undefined;
    const key = keyOf(node, item);
    const then = item.nametype === 'DELETE' ? justBefore(moment) : moment;
    if (isDirectory(item)) {
      const own = this.pathOf(key, then);
      return own !== undefined && lastPart(own) === last ? own : undefined;
    }
    const all = new Set<string | undefined>();
    for (const mark of inReach(this.marks.get(key) ?? [], then)) all.add(this.pathOfMark(key, mark, then, 0));
    all.delete(undefined);
    const [own] = all;
    return all.size === 1 && lastPart(own!) === last ? own : undefined;
  }

  /** The folder of a file, where the event has its PARENT record. Of two folders the records do not tell which is whose:
   * their order is not the same on every kernel. */
  private parentOf(name: EventName, names: EventNames, node: string, moment: Moment): PathItem | undefined {
    const { parents } = names;
    if (parents.length === 0 || !hasParent(name, names)) return undefined;
    if (parents.length === 1) return parents[0]!.item;
    if (parents.length > 2) return undefined;
    for (const file of names.files) {
      const folder = folderOf(file.path);
      if (folder === undefined || !hasParent(file, names)) continue;
      const [first, second] = parents as [ParentName, ParentName];
      const told = ({ path, item }: ParentName) => path ?? this.pathOf(keyOf(node, item), moment);
      const [one, two] = [told(first), told(second)];
      const isFirst = (one === folder && two !== folder) || isApart(two, folder);
      const isSecond = (two === folder && one !== folder) || isApart(one, folder);
      if (isFirst === isSecond) continue;
      const [own, other] = isFirst ? [first, second] : [second, first];
      return (file.half === name.half ? own : other).item;
    }
    return undefined;
  }

  /** The path that a file had at a moment. */
  private pathOf(key: string, moment: Moment, depth = 0): string | undefined {
    const marks = this.marks.get(key);
    if (!marks || depth > DEEPEST) return undefined;
    for (const mark of inReach(marks, moment)) {
      const path = this.pathOfMark(key, mark, moment, depth);
      if (path !== undefined) return path;
    }
    return undefined;
  }

  /** The path at a moment of a file that a mark names. */
  private pathOfMark(key: string, mark: Mark, moment: Moment, depth: number): string | undefined {
    const folder = mark.folder === undefined ? undefined : this.pathOf(mark.folder, mark, depth + 1);
    const path = mark.path ?? resolvePath(mark.last, folder);
    return path === undefined ? undefined : this.moved(path, nodeOf(key), mark, moment);
  }

  /** A path of one moment as it was at another: folders above it were moved meanwhile. */
  private moved(path: string, node: string, from: Moment, to: Moment): string | undefined {
    const moves = this.moves.get(node);
    let now: string | undefined = path;
    if (!moves) return now;
    if (order(from, to) <= 0) {
      for (let i = countUpTo(moves, from); i < moves.length && now !== undefined && order(moves[i]!, to) <= 0; i++)
        now = exchanged(now, moves[i]!.from, moves[i]!.to);
      return now;
    }
    for (let i = countUpTo(moves, from) - 1; i >= 0 && now !== undefined && order(moves[i]!, to) > 0; i--)
      now = exchanged(now, moves[i]!.to, moves[i]!.from);
    return now;
  }
}

const NOTHING_LEARNT = new Folders();

/** Gives the files of an event with their paths, as far as whoever reads a trail knows them. */
export type FilesOf = (event: AuditEvent, descriptor?: Descriptor) => readonly EventFile[];

/** The files of events as they come: what earlier ones told is known. */
export function filesAsTheyCome(): FilesOf {
  const folders = new Folders();
  return (event, descriptor) => {
    folders.learn(event, descriptor);
    return folders.filesOf(event, descriptor);
  };
}

/** The files of an event, each with its path, as far as `folders` know; without, as far as the event alone tells. */
export const filesOf = (event: AuditEvent, folders?: Folders, descriptor?: Descriptor): EventFile[] =>
  (folders ?? NOTHING_LEARNT).filesOf(event, descriptor);

/** The path of a name below a descriptor that somebody knows. */
function pathBelow({ base, item }: EventName, descriptor: Descriptor | undefined) {
  return typeof base === 'object' && item.name ? resolvePath(item.name, descriptor?.(base.fd)) : undefined;
}

/** The names of an event, with the paths of those below descriptors that somebody knows. */
function belowDescriptors(names: EventNames, descriptor: Descriptor | undefined): EventNames {
  if (!descriptor || names.files.every(({ path }) => path !== undefined)) return names;
  return { ...names, files: names.files.map((file) => ({ ...file, path: file.path ?? pathBelow(file, descriptor) })) };
}

/** Whether a folder cannot be another one, whatever links lead there: it stands above it, or below. */
const isApart = (path: string | undefined, folder: string): boolean =>
  path !== undefined && (path.startsWith(withSlash(folder)) || folder.startsWith(withSlash(path))) && path !== folder;

const withSlash = (path: string): string => (path === '/' ? path : `${path}/`);

const asPath = (path: string): Pick<Mark, 'path' | 'folder' | 'last'> => ({ path, folder: undefined, last: '' });

/** `path` with the folder `from` above it, or it itself, exchanged for `to`; undefined where it is not known any more: it
 * went to a place that nobody knows, or what went may have been above it. */
function exchanged(path: string, from: End, to: End): string | undefined {
  if (from.path === undefined)
    return from.last === undefined || `${path}/`.includes(`/${from.last}/`) ? undefined : path;
  if (path === from.path) return to.path;
  if (!path.startsWith(`${from.path}/`)) return path;
  return to.path && `${to.path}${path.slice(from.path.length)}`;
}

const keyOf = (node: string, { file }: PathItem): string => (node === '' ? file! : `${file} ${node}`);

/** `MAJOR:MINOR INODE NODE`: names of nodes hold no blank. */
const nodeOf = (key: string): string => key.split(' ')[2] ?? '';
