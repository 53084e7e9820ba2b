// From log files into a store, going on where the last run stopped. A file is known by device, inode and a hash of how
// it begins, so a rotated, compressed or copied one is not read twice, and one that was truncated or replaced is read
// from its start. What was read, the place, and the lines of events still waiting for more records are saved in one step.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { AuditError } from '../base/error.ts';
import { type AuditEvent, EventReader } from '../event/index.ts';
import { auditLines, compressionOf, openLog, readLog, rotatedSet, skipBytes } from '../logs/index.ts';
import { journalFormat } from '../record/journal.ts';
import { textOf } from '../record/record.ts';
import type { UnreadTally } from '../record/unread.ts';
import { sourceId } from './memory.ts';
import type { SourcePosition, Store } from './store.ts';

/** Events of one transaction. */
const BATCH = 4096;
const CHUNK = 1 << 18;
/** Bytes of a line that are kept until its end comes. */
const LONGEST = 64 << 20;
/** Bytes that tell one log from another: more than one record. */
const HEAD = 512;

export interface IngestOptions {
  /** Seconds since 1970, now: an event two seconds older takes no further record. */
  readonly now: number;
  readonly step?: (bytes: number, events: number) => void;
  /** Counts the lines that could not be read. */
  readonly unread?: UnreadTally | undefined;
  /** A file that could not be read; the others go on. */
  readonly failed?: (error: AuditError) => void;
}

export interface Ingested {
  events: number;
  bytes: number;
  malformed: number;
}

/** Reads what is new of files, given oldest first; with `rotated`, of the log `files` names and its rotated files. */
export async function ingest(store: Store, files: readonly string[], options: IngestOptions): Promise<Ingested> {
  const run = new Ingestion(store, options);
  await run.start();
  for (const path of files) {
    try {
      await run.file(path);
    } catch (error) {
      if (!(error instanceof AuditError) || !options.failed) throw error;
      options.unread?.failed(path);
      options.failed(error);
    }
  }
  await run.finish();
  return run.done;
}

/** The same for a log with its rotated files; one that is rotated meanwhile is looked at again. */
export async function ingestLog(store: Store, log: string, options: IngestOptions): Promise<Ingested> {
  const total: Ingested = { events: 0, bytes: 0, malformed: 0 };
  for (let round = 0; round < 10; round++) {
    const before = newestRotated(log);
    const done = await ingest(store, rotatedSet(log), options);
    total.events += done.events;
    total.bytes += done.bytes;
    total.malformed += done.malformed;
    if (newestRotated(log) === before) break;
  }
  return total;
}

/** Device and inode of the file last rotated. */
function newestRotated(log: string): string {
  const newest = rotatedSet(log).at(-2);
  if (newest === undefined) return '';
  const fd = openLog(newest);
  const { dev, ino } = fstatSync(fd);
  closeSync(fd);
  return `${dev}:${ino}`;
}

/** Reading that goes on: used for one run here, and look after look by follow.ts. */
export class Ingestion {
  readonly done: Ingested = { events: 0, bytes: 0, malformed: 0 };
  private readonly store: Store;
  private readonly options: IngestOptions;
  private readonly sources = new Map<string, SourcePosition>();
  private readonly reader: EventReader;
  private batch: AuditEvent[] = [];
  private last: SourcePosition | undefined;

  constructor(store: Store, options: IngestOptions) {
    this.store = store;
    this.options = options;
    this.reader = new EventReader((event) => this.batch.push(event), {}, options.unread);
  }

  async start(): Promise<void> {
    const { sources, waiting } = await this.store.progress();
    for (const source of sources) this.sources.set(sourceId(source), source);
    this.last = sources.at(-1);
    for (const line of waiting) this.reader.push(Buffer.from(`${line}\n`, 'latin1'));
  }

  /** Reads what is new of one file. A last line without its end is left for the next time. */
  async file(path: string): Promise<void> {
    const fd = openLog(path);
    try {
      const { dev, ino, size } = fstatSync(fd);
      const first = Buffer.alloc(HEAD);
      const got = readSync(fd, first, 0, HEAD, 0);
      const packed = compressionOf(first.subarray(0, got)) !== undefined;
      const head = packed ? await plainHead(path) : first.subarray(0, got);
      // What a journal's export becomes is counted, not its own bytes.
      const journal = journalFormat(head) !== undefined;
      const from = this.offsetOf(`${dev}:${ino}`, head, packed || journal ? undefined : size);
      this.reader.unread.begin(from > 0 ? `${path}, from byte ${from}` : path);
      const source = { path, device: dev, inode: ino };
      const chunks = journal
        ? skipBytes(auditLines(readLog(path)), from)
        : packed
          ? readLog(path, from)
          : plainChunks(fd, from);
      await this.chunks(chunks, from, (offset) => {
        const headLength = Math.min(HEAD, head.length, offset);
        return { ...source, offset, headLength, head: hashOf(head.subarray(0, headLength)) };
      });
    } finally {
      closeSync(fd);
    }
  }

  /** Events that time has made whole come out, and the rest is remembered. */
  async finish(): Promise<void> {
    await this.expire(this.options.now);
  }

  /** The same at a moment in seconds; whether any came out. */
  async expire(now: number): Promise<boolean> {
    this.reader.assembler.expire(now);
    const any = this.batch.length > 0;
    if (any && this.last) await this.save(this.last);
    return any;
  }

  private async chunks(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    from: number,
    at: (offset: number) => SourcePosition,
  ): Promise<void> {
    let offset = from;
    let tail: Uint8Array[] = [];
    let tailBytes = 0;
    const take = (whole: Uint8Array): void => {
      offset += whole.length;
      this.done.bytes += whole.length;
      this.push(whole);
      tail = [];
      tailBytes = 0;
    };
    const keep = (part: Uint8Array): void => {
      if (part.length > 0) tail.push(Uint8Array.from(part));
      tailBytes += part.length;
    };
    try {
      for await (const chunk of chunks) {
        const end = chunk.lastIndexOf(10) + 1;
        if (end > 0) {
          take(tail.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...tail, chunk.subarray(0, end)]));
          if (this.batch.length >= BATCH) await this.save(at(offset));
          this.options.step?.(end, this.done.events + this.batch.length);
        }
        keep(chunk.subarray(end));
        // No record is that long: it is cut, so that memory stays bounded whatever the file holds.
        if (tailBytes > LONGEST) take(Buffer.concat(tail));
      }
    } catch (error) {
      if (error instanceof AuditError && offset > from) await this.save(at(offset));
      throw error;
    }
    if (offset > from) await this.save(at(offset));
  }

  private push(bytes: Uint8Array): void {
    this.reader.push(bytes);
    this.done.malformed = this.reader.malformed;
  }

  private async save(source: SourcePosition): Promise<void> {
    const events = this.batch;
    const waiting = [...this.reader.assembler.waiting()].map(textOf);
    await this.store.append(events, { source, waiting });
    this.batch = [];
    this.sources.set(sourceId(source), source);
    this.last = source;
    this.done.events += events.length;
  }

  /** Where to go on in a file that is known, else 0. Of one that was cut short, what is left was read. */
  private offsetOf(id: string, head: Uint8Array, size = Number.POSITIVE_INFINITY): number {
    const begins = (known: SourcePosition): boolean =>
      known.headLength > 0 &&
      known.headLength <= head.length &&
      hashOf(head.subarray(0, known.headLength)) === known.head;
    const same = this.sources.get(id);
    if (same && begins(same)) return Math.min(same.offset, size);
    // Another inode: a copy or a compressed file, if it begins with the same whole head.
    let furthest = 0;
    for (const known of this.sources.values())
      if (known.headLength === HEAD && begins(known)) furthest = Math.max(furthest, known.offset);
    return Math.min(furthest, size);
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

async function plainHead(path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of readLog(path)) {
    parts.push(Uint8Array.from(chunk.subarray(0, HEAD)));
    length += chunk.length;
    if (length >= HEAD) break;
  }
  return Buffer.concat(parts).subarray(0, HEAD);
}

function* plainChunks(fd: number, from: number): Generator<Uint8Array> {
  for (let at = from; ; ) {
    const chunk = Buffer.allocUnsafeSlow(CHUNK);
    const got = readSync(fd, chunk, 0, CHUNK, at);
    if (got === 0) return;
    at += got;
    yield chunk.subarray(0, got);
  }
}
