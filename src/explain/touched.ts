// The life of a file: every record that names it, by whichever name. A file is its device and inode; a path only points
// to it. So the collector keeps what touched any inode that ever stood at the path asked for, and afterwards throws away
// the lives of that inode number that never were this file (numbers are reused after a deletion).
// It cannot know of reads and writes through a descriptor: the kernel records the opening only.
import { isUnset } from '../base/ids.ts';
import { type AuditEvent, recordOfType } from '../event/index.ts';
import { fieldText, fieldValue, type SyscallView } from '../record/index.ts';
import { RECORD } from '../tables/records.ts';
import type { Watcher } from './acts.ts';
import type { Call } from './calls.ts';
import { Directories } from './directories.ts';
import { type Deed, deedOf, directoryArgument } from './file-calls.ts';
import { type Image, imageOf, type Life } from './life.ts';
import { timeOf } from './logins.ts';
import { normalizePath, type PathItem, readPath, resolvePath } from './paths.ts';

const AT_FDCWD = -100;

export interface Touch {
  readonly at: number;
  readonly serial: number;
  readonly life: Life;
  readonly image: Image;
  readonly call: string;
  readonly deed: Deed;
  /** 0 for success, else the negative error. */
  readonly error: number;
  /** Absolute where it could be resolved; undefined where the record has no name. */
  readonly path: string | undefined;
  /** How sure the path is: `known`; `relative` to a directory no record tells; `none` in the record. */
  readonly named: 'known' | 'relative' | 'none';
  /** The other name of a rename or link. */
  readonly other: string | undefined;
  /** Device and inode. */
  readonly file: string | undefined;
  /** The mode or owner the call set, where it is a change of those. */
  readonly to: string | undefined;
  /** Same touches of the same process that followed. */
  count: number;
  last: number;
}

/** One file that stood at the path, from its creation (or its first record) on. */
export interface FileLife {
  readonly file: string | undefined;
  readonly touches: readonly Touch[];
}

export interface TouchQuery {
  /** Absolute, normalised, latin1. */
  readonly path: string;
  /** Everything below it too; then files are not followed beyond it. */
  readonly below?: boolean;
}

/** Scans PATH records for the inodes that a name may stand for: the first pass. Feed it every PATH record. */
export class InodeFinder {
  /** `MAJOR:MINOR inode` of files whose last name part is the one asked for. */
  readonly files = new Set<string>();
  private readonly base: string;

  constructor(query: TouchQuery) {
    this.base = query.path.slice(query.path.lastIndexOf('/') + 1);
  }

  path(item: PathItem): void {
    if (!item.name || item.file === undefined || item.nametype === 'PARENT') return;
    const name = normalizePath(item.name);
    if (name.slice(name.lastIndexOf('/') + 1) === this.base) this.files.add(item.file);
  }
}

const MOST_TOUCHES = 500_000;

/** A PATH record, and the path it stands for: absolute where that is known, undefined where it has no name. */
interface Named {
  readonly item: PathItem;
  readonly path: string | undefined;
}

/** A file of a call, the same file under its other name, and the first other file. */
interface Found {
  readonly one: Named;
  readonly partner: Named | undefined;
  readonly next: Named | undefined;
  readonly index: number;
}

/** For each file of a call the first with the same inode and another part in the call: the two halves of a rename. */
function partnersIn(all: readonly Named[]): (one: Named) => Named | undefined {
  // Of each inode the first file, and the first that plays another part than that one.
  const firsts = new Map<string, readonly [Named, Named | undefined]>();
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

export class TouchCollector implements Watcher {
  /** Touches beyond the limit, counted only. */
  dropped = 0;
  private readonly touches: Touch[] = [];
  private readonly directories = new Directories();
  private readonly query: TouchQuery;
  private readonly files: ReadonlySet<string>;

  constructor(query: TouchQuery, files: ReadonlySet<string>) {
    this.query = query;
    this.files = files;
  }

  fork(parent: Life, child: Life): void {
    this.directories.inherit(parent, child);
  }

  call(life: Life, call: Call, view: SyscallView, event: AuditEvent): void {
    if (event.records.length > 1) {
      const items = event.records.filter((record) => record.type === RECORD.PATH).map(readPath);
      if (items.length > 0) this.paths(life, call, view, event, items);
    }
    this.directories.descriptors(life, call.name, view);
  }

  /** The file's lives, oldest first; each with its touches in order of time. */
  lives(): FileLife[] {
    const sorted = [...this.touches].sort((a, b) => a.at - b.at || a.serial - b.serial);
    const current = new Map<string, Drawn>();
    const all: Drawn[] = [];
    for (const touch of sorted) {
      const key = touch.file ?? 'unfound';
      let life = current.get(key);
      const born = touch.deed === 'created' && touch.error === 0 && touch.file !== undefined;
      if (!life || (born && life.touches.length > 0) || isGone(life)) {
        life = { file: touch.file, touches: [], ours: false, linked: false };
        current.set(key, life);
        all.push(life);
      }
      life.linked ||= touch.deed === 'linked';
      life.ours ||= this.isAsked(touch.path) || this.isAsked(touch.other);
      merge(life.touches, touch);
    }
    return all.filter((life) => life.ours).map(({ file, touches }) => ({ file, touches }));
  }

  private isAsked(path: string | undefined): boolean {
    if (path === undefined) return false;
    return (
      path === this.query.path ||
      (this.query.below === true && path.startsWith(`${this.query.path.replace(/\/$/, '')}/`))
    );
  }

  private paths(life: Life, call: Call, view: SyscallView, event: AuditEvent, items: readonly PathItem[]): void {
    const record = recordOfType(event, RECORD.CWD);
    const cwd = record && fieldText('cwd', fieldValue(record, 'cwd') ?? '');
    // Of two parents no record says which is whose: their order is not the same on every kernel.
    const parents = new Set(items.filter((item) => item.nametype === 'PARENT').map((item) => item.file));
    const parent = parents.size === 1 ? [...parents][0] : undefined;
    const named = items
      .filter((item) => item.nametype !== 'PARENT')
      .map((item, i): Named => {
        const second = i > 0 && (item.nametype === 'CREATE' || call.name.startsWith('link'));
        const path = item.name ? this.pathOf(item.name, life, call, view, { second, parent, cwd }) : undefined;
        return { item, path };
      });
    if (view.success === 1)
      for (const { item, path } of named)
        if (path !== undefined) this.directories.learn(life, call.name, view, item, path);
    let any = false;
    const partners = partnersIn(named);
    named.forEach((one, i) => {
      if (!this.concerns(one.item, one.path) || (any && call.kind === 'exec')) return;
      any = true;
      const partner = partners(one);
      const next = named[i === 0 ? 1 : 0];
      // A move or a link into the place asked for: told by the half with the old name, though that is elsewhere.
      const into = partner && isNewName(one.item, call) && !this.concerns(partner.item, partner.path);
      if (into) this.add(life, call, view, event, { one: partner, partner: one, next, index: named.indexOf(partner) });
      else this.add(life, call, view, event, { one, partner, next, index: i });
    });
  }

  /** Absolute as far as the trail tells: from the working directory, or from the directory a descriptor stands for. */
  private pathOf(
    name: string,
    life: Life,
    call: Call,
    view: SyscallView,
    from: { readonly second: boolean; readonly parent: string | undefined; readonly cwd: string | undefined },
  ): string {
    const place = directoryArgument(call.name, from.second);
    const fd = place === undefined ? AT_FDCWD : view.args[place]! | 0;
    if (fd === AT_FDCWD || name.startsWith('/')) return resolvePath(name, from.cwd) ?? name;
    // The parent's inode is the folder of the last part, whatever the descriptor.
    const parent = this.directories.ofFile(from.parent);
    const last = name.slice(name.lastIndexOf('/') + 1);
    if (parent !== undefined && last !== '') return resolvePath(last, parent) ?? name;
    return resolvePath(name, this.directories.ofDescriptor(life, fd)) ?? name;
  }

  private concerns(item: PathItem, path: string | undefined): boolean {
    if (item.file !== undefined && this.files.has(item.file)) return true;
    return this.isAsked(path);
  }

  private add(life: Life, call: Call, view: SyscallView, event: AuditEvent, found: Found): void {
    if (this.touches.length >= MOST_TOUCHES) {
      this.dropped++;
      return;
    }
    const { one, partner, next } = found;
    const { item, path } = one;
    // Told by the half with the old name.
    if (partner && isNewName(item, call)) return;
    const deed = this.deedOf(call, view, event, found);
    const other = deed === 'renamed' || deed === 'linked' ? (partner ?? next) : undefined;
    this.touches.push({
      at: timeOf(event),
      serial: event.serial,
      life,
      image: imageOf(life),
      call: call.name,
      deed,
      error: view.success === 1 ? 0 : view.exit,
      path,
      named: path === undefined ? 'none' : path.startsWith('/') ? 'known' : 'relative',
      other: other?.path,
      file: item.file,
      to: changeOf(deed, call.name, view),
      count: 1,
      last: timeOf(event),
    });
  }

  /** What was done to one of the files of a call, by the call and by the record's own nametype. */
  private deedOf(call: Call, view: SyscallView, event: AuditEvent, { one, index, partner }: Found): Deed {
    const { nametype } = one.item;
    if (call.kind === 'exec' && index > 0) return 'loaded';
    const how = call.name === 'openat2' ? recordOfType(event, RECORD.OPENAT2) : undefined;
    const deed = deedOf(call.name, view.args, how && Number.parseInt(fieldValue(how, 'oflag') ?? '0', 8));
    if (nametype === 'CREATE') return deed === 'renamed' || deed === 'linked' ? deed : 'created';
    if (call.name.startsWith('symlink')) return 'looked at'; // what the link points to
    return nametype === 'DELETE' && deed === 'renamed' && !partner ? 'replaced' : deed;
  }
}

/** The half of a rename or a link that tells the new name. */
const isNewName = (item: PathItem, call: Call): boolean =>
  item.nametype === 'CREATE' && /^(?:rename|link)/.test(call.name);

/** `0640`, or `uid:gid`, as the call asked for it. */
function changeOf(deed: Deed, call: string, view: SyscallView): string | undefined {
  const at = call.endsWith('at') || call.endsWith('at2') ? 2 : 1;
  if (deed === 'permissions changed') return (view.args[at]! & 0o7777).toString(8).padStart(4, '0');
  if (deed !== 'owner changed') return undefined;
  const id = (n: number) => (isUnset(n) ? '-' : String(n));
  return at === 2 ? `${id(view.args[2]!)}:${id(view.args[3]!)}` : `${id(view.args[1]!)}:${id(view.args[2]!)}`;
}

/** A life of a file while it is put together. */
interface Drawn {
  readonly file: string | undefined;
  readonly touches: Touch[];
  /** It stood at the path asked for, once. */
  ours: boolean;
  /** It got another name. */
  linked: boolean;
}

/** Whether its last name is gone, as far as the trail tells: what the inode number names later is another file. */
function isGone({ touches, linked }: Drawn): boolean {
  const last = touches.at(-1);
  return last?.error === 0 && (last.deed === 'deleted' || last.deed === 'replaced') && !linked;
}

/** The same deed by the same process again is one touch with a count. */
function merge(touches: Touch[], touch: Touch): void {
  const before = touches.at(-1);
  if (
    before &&
    before.life === touch.life &&
    before.deed === touch.deed &&
    before.path === touch.path &&
    before.error === touch.error &&
    before.to === touch.to &&
    touch.deed !== 'renamed'
  ) {
    before.count++;
    before.last = touch.at;
  } else touches.push(touch);
}
