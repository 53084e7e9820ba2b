// Which path a directory has: learnt from the records that name it, by device and inode, and by the descriptors that
// processes hold of it. The kernel writes names of the *at calls as the program gave them, and a PARENT record names the
// working directory whatever descriptor the call began from; but its inode is right. Renames of directories are followed.
// No file system is asked. Text is latin1.
import { forgetOldest } from '../base/oldest.ts';
import type { SyscallView } from '../record/index.ts';
import type { Life } from './life.ts';
import { isDirectory, type PathItem } from './paths.ts';

const MOST_DIRECTORIES = 65_536;
const MOST_DESCRIPTORS = 1024;

/** What a descriptor stands for: a file, and its path when it was opened. */
interface Open {
  readonly file: string | undefined;
  readonly path: string;
}

/** The descriptors of a process; those of a fork have it in common until one writes to it. */
interface Table {
  readonly open: Map<number, Open>;
  shared: boolean;
}

export class Directories {
  private readonly names = new Map<string, string>();
  private readonly byLife = new WeakMap<Life, Table>();

  /** A child holds what its parent held: the same table, until one of the two opens or closes something. */
  inherit(parent: Life, child: Life): void {
    const table = this.byLife.get(parent);
    if (!table) return;
    table.shared = true;
    this.byLife.set(child, { open: table.open, shared: true });
  }

  /** The table of a process, to be written to. */
  private own(life: Life): Map<number, Open> {
    const known = this.byLife.get(life);
    if (known && !known.shared) return known.open;
    const open = new Map(known?.open);
    this.byLife.set(life, { open, shared: false });
    return open;
  }

  /** The path of a directory known by its inode. */
  ofFile(file: string | undefined): string | undefined {
    return file === undefined ? undefined : this.names.get(file);
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
      if (file !== undefined && !call.startsWith('rename')) this.names.delete(file);
      return;
    }
    if (file !== undefined) this.name(file, path, call.startsWith('rename'));
    if (!call.startsWith('open')) return;
    if ((this.byLife.get(life)?.open.size ?? 0) < MOST_DESCRIPTORS) this.own(life).set(view.exit, { file, path });
  }

  private name(file: string, path: string, renamed: boolean): void {
    const before = this.names.get(file);
    if (renamed && before !== undefined && before !== path)
      for (const [other, name] of this.names)
        if (name.startsWith(`${before}/`)) this.names.set(other, path + name.slice(before.length));
    this.names.delete(file);
    this.names.set(file, path);
    forgetOldest(this.names, MOST_DIRECTORIES);
  }

  /** Descriptors that a call without paths closes or doubles. */
  descriptors(life: Life, call: string, view: SyscallView): void {
    const held = view.success === 1 ? this.byLife.get(life)?.open.get(view.args[0]! | 0) : undefined;
    if (!held) return;
    if (call === 'close') this.own(life).delete(view.args[0]! | 0);
    else if (call.startsWith('dup') || (call.startsWith('fcntl') && isDuplication(view.args[1]!)))
      this.own(life).set(view.exit, held);
  }
}

/** F_DUPFD, F_DUPFD_CLOEXEC (linux/fcntl.h). */
const isDuplication = (command: number): boolean => command === 0 || command === 1030;
