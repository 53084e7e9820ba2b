// The search itself: bytes -> records -> events -> predicate -> the caller. It knows no option and prints nothing.

import type { AuditError } from '../base/error.ts';
import type { AuditTime } from '../base/types.ts';
import { Assembler } from '../event/assemble.ts';
import type { AuditEvent } from '../event/event.ts';
import { auditLines } from '../logs/journal.ts';
import { ChunkBuffers } from '../logs/read.ts';
import { FileSpan } from '../logs/span.ts';
import { LineSplitter } from '../record/lines.ts';
import { parseRecord } from '../record/parse.ts';
import { findHits, type Hits } from './hits.ts';
import { Skimmer, startFor } from './skim.ts';

/** What a search goes through: a file, or a stream. */
export interface Trail {
  /** For messages: a path, or `standard input`. */
  readonly name: string;
  chunks(buffers?: ChunkBuffers): AsyncIterable<Uint8Array>;
  /** The file, where it is one. */
  readonly path?: string;
}

export interface SearchOptions {
  readonly matches: (event: AuditEvent) => boolean;
  /** Bytes a matching event cannot be without (`needlesOf`): in plain files only the parts around them are read. */
  readonly needles?: readonly string[];
  /** end_of_event_timeout in seconds. Default 2. */
  readonly timeout?: number;
  /** As in Assembler. Default 'time'. */
  readonly order?: 'ending' | 'time';
  /** Lines longer than this are taken in pieces, as a reader with a buffer of that size would. */
  readonly lineWidth?: number;
  /** Called for each matching event; false ends the search. */
  readonly found: (event: AuditEvent) => boolean;
  /** A line that holds no record (latin1 bytes). */
  readonly malformed?: (bytes: Uint8Array, start: number, end: number) => void;
  /** A trail that could not be read to its end; the search goes on with the next. Without it, it throws. */
  readonly failed?: (error: AuditError, trail: Trail) => void;
}

/** What the search went through. */
export interface SearchTally {
  events: number;
  found: number;
  malformed: number;
  bytes: number;
  /** When the first record was made, matching or not. */
  first: AuditTime | undefined;
}

/** Goes through the trails in order, as one. */
export async function search(trails: Iterable<Trail>, options: SearchOptions): Promise<SearchTally> {
  const run = new SearchRun(options);
  const all = [...trails];
  if (options.needles && !options.malformed && skimmed(all, options.needles, run)) return run.tally;
  for (const trail of all) {
    try {
      for await (const chunk of auditLines(trail.chunks(run.buffers))) {
        run.push(chunk);
        if (run.done) return run.tally;
      }
    } catch (error) {
      if (!options.failed) throw error;
      options.failed(error as AuditError, trail);
    }
    run.endFile();
  }
  run.end();
  return run.tally;
}

/** Searches by what bytes to look for; false, and nothing is done, where the trails or the needles do not allow it. */
function skimmed(trails: readonly Trail[], needles: readonly string[], run: SearchRun): boolean {
  const paths = trails.map((trail) => trail.path);
  if (paths.length === 0 || paths.includes(undefined)) return false;
  let span: FileSpan | undefined;
  try {
    span = FileSpan.open(paths as string[]);
  } catch {
    return false; // the whole search meets the same error and reports it
  }
  if (!span) return false;
  try {
    const hits = findHits(span, needles);
    if (hits) run.skim(span, hits);
    return hits !== undefined;
  } finally {
    span.close();
  }
}

/** Chunks whose records may wait in them; records that wait longer get memory of their own. */
const CHUNKS_HELD = 64;

class SearchRun {
  readonly tally: SearchTally = { events: 0, found: 0, malformed: 0, bytes: 0, first: undefined };
  readonly buffers = new ChunkBuffers();
  done = false;
  private readonly assembler: Assembler;
  private readonly lines: LineSplitter;
  private readonly timeout: number;
  private readonly inOrder: boolean;
  private skimmer: Skimmer | undefined;
  private readonly held = new Set<Uint8Array>();

  constructor(options: SearchOptions) {
    const { tally } = this;
    this.timeout = options.timeout ?? 2;
    this.inOrder = options.order !== 'ending';
    this.assembler = new Assembler(
      (event) => {
        if (this.done) return;
        tally.events++;
        if (!options.matches(event)) return;
        tally.found++;
        if (!options.found(event)) this.done = true;
      },
      {
        order: options.order ?? 'time',
        timeout: this.timeout,
        freed: (chunk) => {
          if (this.held.delete(chunk)) this.buffers.give(chunk);
        },
      },
    );
    this.lines = new LineSplitter((bytes, start, end) => {
      if (this.skimmer) {
        this.skimmer.line(bytes, start, end);
        return;
      }
      const record = parseRecord(bytes, start, end);
      if (record) {
        tally.first ??= { sec: record.sec, ms: record.ms };
        this.assembler.push(record);
      } else if (end > start) {
        tally.malformed++;
        options.malformed?.(bytes, start, end);
      }
    }, options.lineWidth);
  }

  push(chunk: Uint8Array): void {
    this.tally.bytes += chunk.length;
    this.held.add(chunk);
    this.assembler.chunkBegun(chunk);
    this.lines.push(chunk);
    this.assembler.chunkDone(chunk);
    if (this.held.size > CHUNKS_HELD) this.assembler.release(new Set([...this.held].slice(-CHUNKS_HELD / 2)));
  }

  /** Goes through the parts of a span around the hits, and ends. */
  skim(span: FileSpan, hits: Hits): void {
    const { assembler, timeout } = this;
    this.skimmer = new Skimmer(hits.keys, assembler, timeout, this.inOrder);
    let next = 0;
    for (let at = 0; at < span.size && !this.done; ) {
      while (next < hits.at.length && hits.at[next]! < at) next++;
      if (assembler.pending === 0 && !this.lines.pending) {
        if (next === hits.at.length) break;
        const start = startFor(span, hits.at[next]!, hits.sec[next]!, timeout, at);
        if (start > at) this.skimmer.jump();
        at = start;
      }
      const chunk = this.buffers.take();
      const got = span.read(chunk, at);
      const newline = chunk.subarray(0, got).lastIndexOf(10);
      const end = newline < 0 || at + got >= span.size ? got : newline + 1;
      if (end === 0) break;
      this.push(chunk.subarray(0, end));
      at += end;
    }
    this.endFile();
    this.end();
  }

  /** A file's last line may have no newline. */
  endFile(): void {
    this.lines.end();
  }

  end(): void {
    this.assembler.end();
  }
}
