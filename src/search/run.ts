// One pass of a search: bytes pushed in, records parsed and assembled, matching events handed out, and the chunks of
// memory that go round meanwhile. Where the bytes come from is for search.ts and range.ts.

import { latin1 } from '../base/bytes.ts';
import { Assembler } from '../event/assemble.ts';
import type { AuditEvent } from '../event/event.ts';
import { ChunkBuffers } from '../logs/read.ts';
import type { FileSpan } from '../logs/span.ts';
import { LineSplitter, LONGEST_LINE } from '../record/lines.ts';
import { parseRecord, parseRecordAsAusearch, type RecordReader } from '../record/parse.ts';
import type { Hits } from './hits.ts';
import type { SearchOptions, SearchTally } from './search.ts';
import { Skimmer, startFor } from './skim.ts';

/** Chunks whose records may wait in them; records that wait longer get memory of their own. */
const CHUNKS_HELD = 64;
/** Of a trail that can be read again, this many are kept. */
const CHUNKS_NEAR = 2;

export class SearchRun {
  readonly tally: SearchTally = { events: 0, found: 0, malformed: 0, bytes: 0, first: undefined };
  readonly buffers = new ChunkBuffers();
  done = false;
  /** Nothing is told of the events that come out, nor of the records. */
  mute = false;
  readonly assembler: Assembler;
  private readonly lines: LineSplitter;
  private readonly timeout: number;
  private readonly inOrder: boolean;
  /** Takes a line as a record. */
  readonly read: RecordReader;
  private skimmer: Skimmer | undefined;
  private readonly held = new Set<Uint8Array>();

  /** `reload` gives the bytes of a chunk that was pushed with its place in the trail again. */
  constructor(options: SearchOptions, reload?: (place: number) => Uint8Array) {
    const { tally } = this;
    const { unread } = options;
    let overlong = 0;
    this.timeout = options.timeout ?? 2;
    this.inOrder = options.order !== 'ending';
    this.read = options.classic ? parseRecordAsAusearch : parseRecord;
    const take = (event: AuditEvent): void => {
      if (this.done || this.mute) return;
      tally.events++;
      if (!options.matches(event)) return;
      tally.found++;
      if (!options.found(event)) this.done = true;
    };
    this.assembler = new Assembler(options.guard?.around(take) ?? take, {
      order: options.order ?? 'time',
      timeout: this.timeout,
      classic: options.classic,
      freed: (chunk) => {
        if (this.held.delete(chunk)) this.buffers.give(chunk);
      },
      ...(reload && {
        reload: (place: number) => {
          const chunk = reload(place);
          this.held.add(chunk);
          return chunk;
        },
      }),
    });
    this.lines = new LineSplitter(
      (bytes, start, end) => {
        if (this.skimmer) {
          this.skimmer.line(bytes, start, end);
          return;
        }
        const record = this.read(bytes, start, end);
        if (unread && !this.mute) {
          unread.lineAt(this.lines.lineAt);
          if (end - start === LONGEST_LINE && this.lines.overlong > overlong) {
            overlong = this.lines.overlong;
            unread.count('overlong', latin1(bytes, start, start + 256));
          }
        }
        if (record) {
          if (!this.mute) tally.first ??= { sec: record.sec, ms: record.ms };
          this.assembler.push(record);
        } else if (end > start) {
          tally.malformed++;
          if (options.malformed?.(bytes, start, end) !== true && !this.mute) unread?.add(bytes, start, end);
        }
      },
      { width: options.lineWidth, records: options.classic !== true },
    );
  }

  /** The next bytes of the trail; with their `place`, memory is kept for those whose turn is soon, and the others are
   * read again when it comes. */
  push(chunk: Uint8Array, place?: number): void {
    this.tally.bytes += chunk.length;
    this.held.add(chunk);
    this.assembler.chunkBegun(chunk);
    this.lines.push(chunk);
    this.assembler.chunkDone(chunk);
    if (place !== undefined && this.held.size > CHUNKS_NEAR) this.assembler.away(chunk, place);
    if (this.held.size > CHUNKS_HELD) this.assembler.release(new Set([...this.held].slice(-CHUNKS_HELD / 2)));
  }

  /** Goes through the parts of a span around the hits, and ends. */
  skim(span: FileSpan, hits: Hits): void {
    const { assembler, timeout } = this;
    this.skimmer = new Skimmer(hits.keys, assembler, { timeout, inOrder: this.inOrder, read: this.read });
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
