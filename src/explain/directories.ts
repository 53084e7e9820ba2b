// Which path a directory has: learnt from the records that name it, by device and inode, and by the descriptors that
// processes hold of it. The kernel writes names of the *at calls as the program gave them, and a PARENT record names the
// working directory whatever descriptor the call began from; but its inode is right. Renames of directories are followed.
// No file system is asked. Text is latin1.
import type { SyscallView } from '../record/index.ts';
import type { Life } from './life.ts';
import { PathTree, type Spot } from './path-tree.ts';
import { isDirectory, type PathItem } from './paths.ts';

const MOST_DIRECTORIES = 65_536;
/** Parts of all their paths. */
const MOST_PARTS = 8 * MOST_DIRECTORIES;
/** Entries of all tables of descriptors, and processes that have one. */
const MOST_OPEN = 1 << 20;
const MOST_DESCRIPTORS = 1024;

/** What a descriptor stands for: a file, and its path when it was opened. */
interface Open {
  readonly file: string | undefined;
  readonly path: string;
}

/** The descriptors of a process; those of a fork have it in common until one writes to it. */
interface Table {
  readonly open: Map<number, Open>;
  /** Processes that have it. */
  owners: number;
}

export class Directories {
  private readonly tree = new PathTree();
  /** Where each file stands in the tree; the ones named last are last. */
  private readonly spots = new Map<string, Spot>();
  private readonly byLife = new Map<Life, Table>();
  /** Entries of all tables, and processes that have one. */
  private held = 0;

  /** A child holds what its parent held: the same table, until one of the two opens or closes something. */
  inherit(parent: Life, child: Life): void {
    const table = this.byLife.get(parent);
    if (!table || this.byLife.has(child)) return;
    table.owners++;
    this.give(child, table);
  }

  /** Changes the table of a process, which others may have too. */
  private change(life: Life, change: (open: Map<number, Open>) => void): void {
    let table = this.byLife.get(life);
    if (!table || table.owners > 1) {
      this.drop(life);
      table = { open: new Map(table?.open), owners: 1 };
      this.held += table.open.size;
      this.give(life, table);
    }
    const before = table.open.size;
    change(table.open);
    this.held += table.open.size - before;
  }

  /** Where the tables hold too much, those go that were made first: a trail may fork without end. */
  private give(life: Life, table: Table): void {
    this.byLife.set(life, table);
    this.held++;
    if (this.held <= MOST_OPEN) return;
    for (const old of this.byLife.keys()) {
      if (this.held <= MOST_OPEN / 2) break;
      if (old !== life) this.drop(old);
    }
  }

  private drop(life: Life): void {
    const table = this.byLife.get(life);
    if (!table) return;
    this.byLife.delete(life);
    this.held--;
    if (--table.owners === 0) this.held -= table.open.size;
  }

  /** The path of a directory known by its inode. */
  ofFile(file: string | undefined): string | undefined {
    const spot = file === undefined ? undefined : this.spots.get(file);
    return spot && this.tree.pathOf(spot);
  }

  /** The path that a descriptor of a process stands for. */
  ofDescriptor(life: Life, fd: number): string | undefined {
    const open = this.byLife.get(life)?.open.get(fd);
    return open && (this.ofFile(open.file) ?? open.path);
  }

  /** A call that succeeded named `item`, which stands at the absolute `path`. */
  learn(life: Life, call: string, view: SyscallView, item: PathItem, path: string): void {
    if (!isDirectory(item) || !path.startsWith('/') || path.endsWith(' (deleted)')) return;
    const { file } = item;
    if (item.nametype === 'DELETE') {
      if (file !== undefined && !call.startsWith('rename')) this.forget(file);
      return;
    }
    if (file !== undefined) this.name(file, path, call.startsWith('rename'));
    if (!call.startsWith('open')) return;
    if ((this.byLife.get(life)?.open.size ?? 0) < MOST_DESCRIPTORS)
      this.change(life, (open) => open.set(view.exit, { file, path }));
  }

  private name(file: string, path: string, renamed: boolean): void {
    const before = renamed ? this.ofFile(file) : undefined;
    if (before !== undefined) this.tree.move(before, path);
    const spot = this.tree.hold(path);
    this.forget(file);
    if (spot) this.spots.set(file, spot);
    if (this.spots.size <= MOST_DIRECTORIES && this.tree.size <= MOST_PARTS) return;
    for (const old of this.spots.keys()) {
      if (this.spots.size <= MOST_DIRECTORIES * 0.875 && this.tree.size <= MOST_PARTS * 0.875) break;
      this.forget(old);
    }
  }

  private forget(file: string): void {
    const spot = this.spots.get(file);
    if (!spot) return;
    this.spots.delete(file);
    this.tree.release(spot);
  }

  /** Descriptors that a call without paths closes or doubles. */
  descriptors(life: Life, call: string, view: SyscallView): void {
    const held = view.success === 1 ? this.byLife.get(life)?.open.get(view.args[0]! | 0) : undefined;
    if (!held) return;
    if (call === 'close') this.change(life, (open) => open.delete(view.args[0]! | 0));
    else if (call.startsWith('dup') || (call.startsWith('fcntl') && isDuplication(view.args[1]!)))
      this.change(life, (open) => open.set(view.exit, held));
  }
}

/** F_DUPFD, F_DUPFD_CLOEXEC (linux/fcntl.h). */
const isDuplication = (command: number): boolean => command === 0 || command === 1030;
