// True order with the least delay. The kernel writes a call's record when the call ends: a child's exec may come before
// the fork that made it. Events of a process whose fork is still to come wait for it, a few milliseconds at most; all
// others pass at once. No clock: the caller says when a wait is over.

interface Waiting<T> {
  readonly since: number;
  readonly items: T[];
}

export class CausalOrder<T> {
  private readonly waiting = new Map<number, Waiting<T>>();
  private readonly emit: (value: T) => void;

  constructor(emit: (value: T) => void) {
    this.emit = emit;
  }

  /** Whether anything waits. */
  get pending(): boolean {
    return this.waiting.size > 0;
  }

  /** An event of process `id`; `awaited`: its fork has not been told yet. */
  push(id: number, value: T, awaited: boolean, now: number): void {
    const held = this.waiting.get(id);
    if (held) held.items.push(value);
    else if (awaited) this.waiting.set(id, { since: now, items: [value] });
    else this.emit(value);
  }

  /** The fork of `child` by `parent`: told, then what waited for it. */
  fork(parent: number, child: number, value: T): void {
    const held = this.waiting.get(child);
    this.waiting.delete(child);
    const parentHeld = this.waiting.get(parent);
    if (parentHeld) parentHeld.items.push(value, ...(held?.items ?? []));
    else {
      this.emit(value);
      for (const item of held?.items ?? []) this.emit(item);
    }
  }

  /** Gives up waiting for forks that should have come by now. */
  expire(now: number, patience: number): void {
    for (const [id, held] of this.waiting) {
      if (now - held.since < patience) return;
      this.waiting.delete(id);
      for (const item of held.items) this.emit(item);
    }
  }
}
