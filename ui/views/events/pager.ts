// The rows of a list of any length, in pages fetched as they come into view and let go when they are far from it: memory
// stays bounded at a million rows. Pages are found by the seq before them, which is remembered for each (a few bytes), so a
// page that was let go comes back as it was. New rows of a live list stand before the first page (`head`).
import type { EventPage, EventRow } from '../../../src/web/contract.ts';

/** Rows of a page. */
export const PAGE = 200;
/** Pages held on each side of the view. */
const NEAR = 6;
/** Rows held before the first page; more of them wait for the viewer to come back to the top. */
export const MOST_HEAD = 4000;
/** Rows of the head that stay when the viewer is at the top and it is full. */
const KEPT_HEAD = 1000;

/** Fetches the page after `before` (the newest one without). */
export type Fetcher = (before: number | undefined, signal: AbortSignal) => Promise<EventPage>;

interface Slot {
  readonly before: number | undefined;
  /** Where its first row stands among the rows of pages. */
  readonly start: number;
  size: number;
  rows: readonly EventRow[] | undefined;
}

/** What a list draws from; a new object at each change. */
export interface PagerState {
  /** Rows that may be asked for: those known, and a few places for those still to come. */
  readonly length: number;
  /** The end was reached. */
  readonly complete: boolean;
  readonly started: boolean;
  readonly fault: unknown;
  readonly head: number;
}

/** The pages of one list. */
export class Pager {
  private readonly fetcher: Fetcher;
  private readonly listeners = new Set<() => void>();
  private readonly asked = new Map<number, AbortController>();
  private slots: Slot[] = [{ before: undefined, start: 0, size: 0, rows: undefined }];
  private head: readonly EventRow[] = [];
  private complete = false;
  private fault: unknown;
  private started = false;
  private snapshot: PagerState | undefined;

  constructor(fetcher: Fetcher) {
    this.fetcher = fetcher;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  state = (): PagerState => {
    this.snapshot ??= {
      length: this.head.length + this.known() + (this.complete || !this.started || this.fault !== undefined ? 0 : 3),
      complete: this.complete,
      started: this.started,
      fault: this.fault,
      head: this.head.length,
    };
    return this.snapshot;
  };

  /** The row at an index; undefined while it is on its way. */
  row(index: number): EventRow | undefined {
    if (index < this.head.length) return this.head[index];
    const at = index - this.head.length;
    const slot = this.slots[this.slotAt(at)]!;
    return slot.rows?.[at - slot.start];
  }

  /** Says which rows are in view: their pages are fetched, far ones are let go. */
  show(first: number, last: number): void {
    const from = this.slotAt(Math.max(0, first - this.head.length));
    const to = this.slotAt(Math.max(0, last - this.head.length));
    for (let i = from; i <= to; i++) this.load(i);
    for (const [i, slot] of this.slots.entries()) {
      // The first page of a list without a seq before it would not come back as it was.
      if ((i < from - NEAR || i > to + NEAR) && slot.before !== undefined) slot.rows = undefined;
    }
    for (const [i, abort] of this.asked)
      if (i < from - NEAR || i > to + NEAR) {
        abort.abort();
        this.asked.delete(i);
      }
  }

  /**
   * Puts new rows (oldest first) before all others. Returns how many found room. At the top of the list (`top`) all do: the
   * oldest of the head are then let go, and come back as a page.
   */
  prepend(rows: readonly EventRow[], top = false): number {
    if (top && this.head.length + rows.length > MOST_HEAD) {
      this.rebase([...rows.toReversed(), ...this.head].slice(0, KEPT_HEAD));
      return rows.length;
    }
    const room = Math.max(0, MOST_HEAD - this.head.length);
    const taken = rows.slice(0, room);
    if (taken.length > 0) {
      this.head = [...taken.toReversed(), ...this.head];
      this.changed();
    }
    return taken.length;
  }

  /** Begins again below a head: what follows it is fetched by the seq of its last row. */
  private rebase(head: readonly EventRow[]): void {
    for (const abort of this.asked.values()) abort.abort();
    this.asked.clear();
    this.head = head;
    this.slots = [{ before: head.at(-1)!.seq, start: 0, size: 0, rows: undefined }];
    this.complete = false;
    this.changed();
  }

  /** Forgets a fault and tries again. */
  retry(): void {
    this.fault = undefined;
    this.load(this.slots.length - 1);
    this.changed();
  }

  /** The greatest seq of what is newest: where a live line begins. */
  newest(): number | undefined {
    const rows = [...this.head.slice(0, 50), ...(this.slots[0]!.rows ?? [])];
    return rows.length ? rows.reduce((most, row) => Math.max(most, row.seq), 0) : undefined;
  }

  /** Rows held in memory. */
  held(): number {
    return this.head.length + this.slots.reduce((sum, slot) => sum + (slot.rows?.length ?? 0), 0);
  }

  private known(): number {
    const last = this.slots.at(-1)!;
    return last.start + last.size;
  }

  /** The slot that row `at` of the pages stands in; the last one for those unknown. */
  private slotAt(at: number): number {
    let low = 0;
    let high = this.slots.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.slots[middle]!.start <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private load(index: number): void {
    const slot = this.slots[index]!;
    if (slot.rows || this.asked.has(index) || this.fault !== undefined) return;
    const abort = new AbortController();
    this.asked.set(index, abort);
    this.fetcher(slot.before, abort.signal).then(
      (page) => {
        if (abort.signal.aborted) return;
        this.asked.delete(index);
        this.arrived(index, page);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        this.asked.delete(index);
        this.fault = error;
        this.started = true;
        this.changed();
      },
    );
  }

  private arrived(index: number, page: EventPage): void {
    const slot = this.slots[index]!;
    const again = slot.size > 0;
    // Retention may have taken rows of a page that was seen before: it keeps its size, the rest stays empty.
    slot.rows = again ? page.events.slice(0, slot.size) : page.events;
    if (!again) slot.size = page.events.length;
    this.started = true;
    if (index === this.slots.length - 1) {
      const last = page.events.at(-1);
      if (page.more && last)
        this.slots.push({ before: last.seq, start: slot.start + slot.size, size: 0, rows: undefined });
      else this.complete = true;
    }
    this.changed();
  }

  private changed(): void {
    this.snapshot = undefined;
    for (const listener of this.listeners) listener();
  }
}
