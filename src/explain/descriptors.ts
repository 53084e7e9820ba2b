// Which file a descriptor of a process stands for, as far as the trail saw it opened: names of the *at calls are relative
// to it. A child holds what its parent held. Text is latin1.
import type { AuditEvent } from '../event/index.ts';
import { type Folders, isDirectory, type PathItem } from '../paths/index.ts';
import type { SyscallView } from '../record/index.ts';
import type { Life } from './life.ts';

/** Entries of all tables of descriptors, and processes that have one. */
const MOST_OPEN = 1 << 20;
const MOST_DESCRIPTORS = 1024;

/** What a descriptor stands for: a folder, and its path when it was opened. */
interface Open {
  readonly item: PathItem;
  readonly path: string;
}

/** The descriptors of a process; those of a fork have it in common until one writes to it. */
interface Table {
  readonly open: Map<number, Open>;
  /** Processes that have it. */
  owners: number;
}

export class Descriptors {
  private readonly byLife = new Map<Life, Table>();
  private readonly folders: Folders | undefined;
  /** Entries of all tables, and processes that have one. */
  private held = 0;

  /** `folders` know where a folder stands now that was opened earlier. */
  constructor(folders: Folders | undefined) {
    this.folders = folders;
  }

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

  /** The path that a descriptor of a process stands for at an event. */
  pathOf(life: Life, fd: number, event: AuditEvent): string | undefined {
    const open = this.byLife.get(life)?.open.get(fd);
    return open && (this.folders?.pathAt(open.item, event) ?? open.path);
  }

  /** A call that succeeded named `item`, which stands at `path`: an open of a folder makes a descriptor of it. */
  opened(life: Life, call: string, fd: number, item: PathItem, path: string): void {
    if (!call.startsWith('open') || !isDirectory(item) || item.nametype === 'DELETE') return;
    if ((this.byLife.get(life)?.open.size ?? 0) < MOST_DESCRIPTORS)
      this.change(life, (open) => open.set(fd, { item, path }));
  }

  /** Descriptors that a call closes or doubles. */
  call(life: Life, call: string, view: SyscallView): void {
    const held = view.success === 1 ? this.byLife.get(life)?.open.get(view.args[0]! | 0) : undefined;
    if (!held) return;
    if (call === 'close') this.change(life, (open) => open.delete(view.args[0]! | 0));
    else if (call.startsWith('dup') || (call.startsWith('fcntl') && isDuplication(view.args[1]!)))
      this.change(life, (open) => open.set(view.exit, held));
  }
}

/** F_DUPFD, F_DUPFD_CLOEXEC (linux/fcntl.h). */
const isDuplication = (command: number): boolean => command === 0 || command === 1030;
