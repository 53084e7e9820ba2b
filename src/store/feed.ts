// Events into a store as they happen: from a capture, or any source of chunks. Batches go in when they are full or a
// moment old; while one is written the next gathers, and a source that is faster than the store has to wait. So memory
// holds two batches whatever comes, and nothing is dropped here.

import { type AuditEvent, EventReader } from '../event/index.ts';
import type { UnreadTally } from '../record/unread.ts';
import type { Store } from './store.ts';

/** Events, and bytes of their records, at which a batch is full. */
const FULL = { events: 4096, bytes: 8 << 20 };

/** Milliseconds between two ticks. */
const EVERY = 200;
/** A time by which every event is whole. */
const ALL_WHOLE = Number.POSITIVE_INFINITY;

export interface FeedOptions {
  /** Milliseconds that an event may wait to be written. Default 200. */
  readonly every?: number;
  /** Milliseconds without a record after which no event waits for more of its own; whatever the clock says, for it may
   * have been set. Default 2000 (end_of_event_timeout). */
  readonly quiet?: number;
  /** Counts the lines that could not be read. */
  readonly unread?: UnreadTally | undefined;
  /** Told after each batch. */
  readonly step?: (fed: Fed) => void;
}

export interface Fed {
  events: number;
  bytes: number;
  /** Lines that hold no record. */
  malformed: number;
  batches: number;
}

/** Feeds a store until the source ends: then what waits for more records goes in as it is. Each chunk must have memory
 * of its own (as a capture's batches do). Throws what the store or the source throws, and then asks the source for no more. */
export async function feed(store: Store, chunks: AsyncIterable<Uint8Array>, options: FeedOptions = {}): Promise<Fed> {
  const run = new Feeding(store, options);
  const timer = setInterval(() => run.tick(), options.every ?? EVERY);
  const source = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await run.orFailure(source.next());
      if (next.done) break;
      run.push(next.value);
      if (run.isFull) await run.flush();
    }
    run.end();
    await run.flush();
    return run.fed;
  } finally {
    clearInterval(timer);
    void Promise.resolve(source.return?.()).catch(() => {});
  }
}

class Feeding {
  readonly fed: Fed = { events: 0, bytes: 0, malformed: 0, batches: 0 };
  private readonly store: Store;
  private readonly options: FeedOptions;
  private readonly reader: EventReader;
  private fail: (error: unknown) => void = () => {};
  private failure: { readonly error: unknown } | undefined;
  private batch: AuditEvent[] = [];
  private bytes = 0;
  private writing: Promise<void> = Promise.resolve();
  private busy = false;
  /** Whether the source has been asked, and how many ticks it has not answered. */
  private listening = false;
  private silent = 0;

  constructor(store: Store, options: FeedOptions) {
    this.store = store;
    this.options = options;
    this.reader = new EventReader((event) => this.batch.push(event), {}, options.unread);
  }

  get isFull(): boolean {
    return this.batch.length >= FULL.events || this.bytes >= FULL.bytes;
  }

  /** What comes next, or the failure of a write meanwhile. */
  orFailure<T>(next: Promise<T>): Promise<T> {
    if (this.failure) throw this.failure.error;
    this.listening = true;
    return new Promise<T>((resolve, reject) => {
      this.fail = reject;
      next.then(resolve, reject);
    }).finally(() => {
      this.listening = false;
    });
  }

  push(chunk: Uint8Array): void {
    this.silent = 0;
    this.bytes += chunk.length;
    this.fed.bytes += chunk.length;
    this.reader.push(chunk);
    this.fed.malformed = this.reader.malformed;
  }

  /** A moment has passed: quiet makes events whole, and what gathered is written unless something is. Only ticks count
   * while the source is listened to: neither a slow store nor a process that was stopped makes it quiet. */
  tick(): void {
    const { every, quiet = 2000 } = this.options;
    if (this.listening && ++this.silent * (every ?? EVERY) >= quiet) this.reader.assembler.expire(ALL_WHOLE);
    if (!this.busy && this.batch.length > 0) void this.flush().catch(() => {});
  }

  /** Writes what gathered, behind what is being written. */
  flush(): Promise<void> {
    const done = this.writing.then(() => this.write());
    this.writing = done.catch((error) => {
      this.failure ??= { error };
      this.fail(error);
    });
    return done;
  }

  end(): void {
    this.reader.end();
  }

  private async write(): Promise<void> {
    if (this.failure) throw this.failure.error;
    const events = this.batch;
    if (events.length === 0) return;
    this.batch = [];
    this.bytes = 0;
    this.busy = true;
    try {
      await this.store.append(events);
    } finally {
      this.busy = false;
    }
    this.fed.events += events.length;
    this.fed.batches++;
    this.options.step?.(this.fed);
  }
}
