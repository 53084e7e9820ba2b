// The life of a file: every record that names it, by whichever name. A file is its device and inode; a path only points
// to it. So the collector keeps what touched any inode that ever stood at the path asked for, and afterwards throws away
// the lives of that inode number that never were this file (numbers are reused after a deletion).
// It cannot know of reads and writes through a descriptor: the kernel records the opening only.
import { msOf } from '../base/event-id.ts';
import { isUnset } from '../base/ids.ts';
import { type AuditEvent, recordOfType } from '../event/index.ts';
import {
  type EventFile,
  type Folders,
  filesOf,
  isDirectory,
  lastPart,
  normalizePath,
  type PathItem,
} from '../paths/index.ts';
import { fieldValue, type SyscallView } from '../record/index.ts';
import { RECORD } from '../tables/records.ts';
import type { Call } from './calls.ts';
import { Descriptors } from './descriptors.ts';
import { type Deed, deedOf } from './file-calls.ts';
import { imageOf, type Life } from './life.ts';
import { deedOfPath, moduleWord, toldBy } from './told.ts';
import { type FileLife, isAsked, livesOf, type Touch, type TouchQuery } from './touch.ts';

/** Scans PATH records for the inodes that a name may stand for: the first pass. Feed it every PATH record. */
export class InodeFinder {
  /** `MAJOR:MINOR inode` of files whose last name part is the one asked for. */
  readonly files = new Set<string>();
  private readonly base: string;

  constructor(query: TouchQuery) {
    this.base = lastPart(query.path);
  }

  path(item: PathItem): void {
    if (!item.name || item.file === undefined || item.nametype === 'PARENT') return;
    if (lastPart(normalizePath(item.name)) === this.base) this.files.add(item.file);
  }
}

const MOST_TOUCHES = 500_000;

/** A file of a call, the same file under its other name, and the first other file. */
interface Found {
  readonly one: EventFile;
  readonly partner: EventFile | undefined;
  readonly next: EventFile | undefined;
  readonly index: number;
}

/** Whoever did it, and how it ended. */
type Doing = Pick<Touch, 'life' | 'image' | 'told' | 'call' | 'error' | 'refusedBy' | 'deed' | 'to'>;

/** For each file of a call the first with the same inode and another part in the call: the two halves of a rename. */
function partnersIn(all: readonly EventFile[]): (one: EventFile) => EventFile | undefined {
  // Of each inode the first file, and the first that plays another part than that one.
  const firsts = new Map<string, readonly [EventFile, EventFile | undefined]>();
  for (const one of all) {
    if (one.item.file === undefined) continue;
    const known = firsts.get(one.item.file);
    if (!known) firsts.set(one.item.file, [one, undefined]);
    else if (!known[1] && known[0].item.nametype !== one.item.nametype) firsts.set(one.item.file, [known[0], one]);
  }
  return ({ item }) => {
    const [first, second] = (item.file === undefined ? undefined : firsts.get(item.file)) ?? [];
    return first?.item.nametype === item.nametype ? second : first;
  };
}

export class TouchCollector {
  /** Touches beyond the limit, counted only. */
  dropped = 0;
  /** A file that may be the one asked for was named below a descriptor, and its folder is known to other events only. */
  unsure = false;
  /** A folder was moved: what a descriptor stood for when it was opened may be called otherwise now. */
  private foldersMove = false;
  private readonly touches: Touch[] = [];
  private readonly descriptors: Descriptors;
  private readonly folders: Folders | undefined;
  private readonly query: TouchQuery;
  private readonly files: ReadonlySet<string>;

  /** `folders` know what the whole trail tells, where it was read for that; without, names below descriptors that may be the
   * one asked for are `unsure`. */
  constructor(query: TouchQuery, files: ReadonlySet<string>, folders?: Folders) {
    this.query = query;
    this.files = files;
    this.folders = folders;
    this.descriptors = new Descriptors(folders);
  }

  fork(parent: Life, child: Life): void {
    this.descriptors.inherit(parent, child);
  }

  call(life: Life, call: Call, view: SyscallView, event: AuditEvent): void {
    if (event.records.length > 1) {
      const doing = { life, image: imageOf(life), told: undefined, call: call.name, refusedBy: undefined };
      const error = view.success === 1 ? 0 : view.exit;
      const files = filesOf(event, this.folders, (fd) => this.descriptors.pathOf(life, fd, event)).filter(isNamed);
      const asked = this.concerned(files, call.kind === 'exec', call.name);
      for (const found of asked) {
        const deed = deedIn(call, view, event, found);
        this.add(event, found, { ...doing, error, deed, to: changeOf(deed, call.name, view) });
      }
      for (const { item, path } of files)
        if (path !== undefined && view.success === 1) this.descriptors.opened(life, call.name, view.exit, item, path);
      if (asked.length === 0) this.byModule(event, doing);
    }
    this.descriptors.call(life, call.name, view);
  }

  /** An event without a SYSCALL record: files of a torn one, or what a security module says of one. */
  told(event: AuditEvent): void {
    const told = toldBy(event);
    const doing = { life: undefined, image: undefined, told, call: '', refusedBy: undefined };
    const files = filesOf(event, this.folders).filter(isNamed);
    for (const found of this.concerned(files, false, ''))
      this.add(event, found, { ...doing, error: 0, deed: deedOfPath(found.one.item), to: undefined });
    if (files.length === 0) this.byModule(event, doing);
  }

  /** The file's lives, oldest first; each with its touches in order of time. */
  lives(): FileLife[] {
    return livesOf(this.touches, this.query);
  }

  /** The files of an event that are asked for. */
  private concerned(files: readonly EventFile[], isExec: boolean, call: string): Found[] {
    const found: Found[] = [];
    const partners = partnersIn(files);
    files.forEach((one, index) => {
      this.foldersMove ||= isNewName(one.item, call) && isDirectory(one.item);
      if (!this.folders && !this.isCertain(one)) this.unsure ||= this.mayBeAsked(one);
      if (!this.concerns(one) || (isExec && found.length > 0)) return;
      const partner = partners(one);
      const next = files[index === 0 ? 1 : 0];
      // A move or a link into the place asked for: told by the half with the old name, though that is elsewhere.
      const isNew = partner && isNewName(one.item, call);
      if (!isNew) found.push({ one, partner, next, index });
      else if (!this.concerns(partner)) found.push({ one: partner, partner: one, next, index: files.indexOf(partner) });
    });
    return found;
  }

  /** Whether an event's own records tell a path, or the opening of its descriptor does and no folder was moved since. */
  private isCertain({ base, path }: EventFile): boolean {
    return base === 'root' || base === 'cwd' || (path !== undefined && !this.foldersMove);
  }

  private concerns({ item, path }: EventFile): boolean {
    return (item.file !== undefined && this.files.has(item.file)) || isAsked(path, this.query);
  }

  private mayBeAsked({ item }: EventFile): boolean {
    return this.query.below === true || lastPart(item.name ?? '') === lastPart(this.query.path);
  }

  /** What a security module said of a file by its path. */
  private byModule(event: AuditEvent, doing: Pick<Touch, 'life' | 'image' | 'told'>): void {
    const said = moduleWord(event);
    if (!said || !isAsked(said.path, this.query)) return;
    const { path, ...rest } = said;
    this.keep(event, { ...doing, ...rest, to: undefined }, { path, named: 'known', file: undefined });
  }

  private add(event: AuditEvent, { one, partner, next }: Found, doing: Doing): void {
    const { item, path } = one;
    const other = doing.deed === 'renamed' || doing.deed === 'linked' ? (partner ?? next) : undefined;
    this.keep(event, doing, {
      path: path ?? (item.name || undefined),
      named: path !== undefined ? 'known' : item.name ? 'relative' : 'none',
      folder: path === undefined ? one.folder?.file : undefined,
      other: other && (other.path ?? other.item.name),
      file: item.file,
    });
  }

  private keep(
    event: AuditEvent,
    doing: Doing,
    where: Pick<Touch, 'path' | 'named' | 'file'> & Partial<Pick<Touch, 'other' | 'folder'>>,
  ): void {
    if (this.touches.length >= MOST_TOUCHES) {
      this.dropped++;
      return;
    }
    const at = msOf(event);
    this.touches.push({
      ...{ other: undefined, folder: undefined, ...where, ...doing },
      ...{ at, serial: event.serial, count: 1, last: at },
    });
  }
}

/** Not the folder alone, in which a call that failed looked. */
const isNamed = ({ item }: EventFile): boolean => item.nametype !== 'PARENT';

/** The half of a rename or a link that tells the new name. */
const isNewName = (item: PathItem, call: string): boolean =>
  item.nametype === 'CREATE' && /^(?:rename|link)/.test(call);

/** What was done to one of the files of a call, by the call and by the record's own nametype. */
function deedIn(call: Call, view: SyscallView, event: AuditEvent, { one, index, partner }: Found): Deed {
  const { nametype } = one.item;
  if (call.kind === 'exec' && index > 0) return 'loaded';
  const how = call.name === 'openat2' ? recordOfType(event, RECORD.OPENAT2) : undefined;
  const deed = deedOf(call.name, view.args, how && Number.parseInt(fieldValue(how, 'oflag') ?? '0', 8));
  if (nametype === 'CREATE') return deed === 'renamed' || deed === 'linked' ? deed : 'created';
  if (call.name.startsWith('symlink')) return 'looked at'; // what the link points to
  return nametype === 'DELETE' && deed === 'renamed' && !partner ? 'replaced' : deed;
}

/** `0640`, or `uid:gid`, as the call asked for it. */
function changeOf(deed: Deed, call: string, view: SyscallView): string | undefined {
  const at = call.endsWith('at') || call.endsWith('at2') ? 2 : 1;
  if (deed === 'permissions changed') return (view.args[at]! & 0o7777).toString(8).padStart(4, '0');
  if (deed !== 'owner changed') return undefined;
  const id = (n: number) => (isUnset(n) ? '-' : String(n));
  return at === 2 ? `${id(view.args[2]!)}:${id(view.args[3]!)}` : `${id(view.args[1]!)}:${id(view.args[2]!)}`;
}
