// Which path a directory has: learnt from the records that name it, by device and inode, and by the descriptors that
// processes hold of it. The kernel writes names of the *at calls as the program gave them, and a PARENT record names the
// working directory whatever descriptor the call began from; but its inode is right. Renames of directories are followed.
// No file system is asked. Text is latin1.
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

export class Directories {
  private readonly names = new Map<string, string>();
  private readonly byLife = new WeakMap<Life, Map<number, Open>>();

  /** A child holds what its parent held. */
  inherit(parent: Life, child: Life): void {
    const open = this.byLife.get(parent);
    if (open) this.byLife.set(child, new Map(open));
  }

  /** The path of a directory known by its inode. */
  ofFile(file: string | undefined): string | undefined {
    return file === undefined ? undefined : this.names.get(file);
  }

  /** The path that a descriptor of a process stands for. */
  ofDescriptor(life: Life, fd: number): string | undefined {
    const open = this.byLife.get(life)?.get(fd);
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
    let open = this.byLife.get(life);
    if (!open) this.byLife.set(life, (open = new Map()));
    if (open.size < MOST_DESCRIPTORS) open.set(view.exit, { file, path });
  }

  private name(file: string, path: string, renamed: boolean): void {
    const before = this.names.get(file);
    if (renamed && before !== undefined && before !== path)
      for (const [other, name] of this.names)
        if (name.startsWith(`${before}/`)) this.names.set(other, path + name.slice(before.length));
    this.names.delete(file);
    this.names.set(file, path);
    if (this.names.size > MOST_DIRECTORIES) this.names.delete(this.names.keys().next().value!);
  }

  /** Descriptors that a call without paths closes or doubles. */
  descriptors(life: Life, call: string, view: SyscallView): void {
    const open = this.byLife.get(life);
    if (!open || view.success !== 1) return;
    const fd = view.args[0]! | 0;
    const held = open.get(fd);
    if (call === 'close') open.delete(fd);
    else if (held && (call.startsWith('dup') || (call.startsWith('fcntl') && isDuplication(view.args[1]!))))
      open.set(view.exit, held);
  }
}

/** F_DUPFD, F_DUPFD_CLOEXEC (linux/fcntl.h). */
const isDuplication = (command: number): boolean => command === 0 || command === 1030;
