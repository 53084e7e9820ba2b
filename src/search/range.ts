// A trail cut into ranges that several threads go through at once, as if one had gone through it all. What a thread
// cannot know is which events wait where its range begins. So it begins earlier, in silence, where by the trail's times
// everything older is over; and what waits at a seam is compared from both sides. Where they differ (a trail whose times
// jump), the thread before the seam goes on instead, and what lies behind it does not count. Threads are the caller's.

import type { AuditTime } from '../base/types.ts';
import type { AuditEvent } from '../event/event.ts';
import type { EventFaults } from '../host/faults.ts';
import { CHUNK } from '../logs/read.ts';
import type { FileSpan } from '../logs/span.ts';
import { emptyHead, readHead } from '../record/parse.ts';
import { SearchRun } from './run.ts';
import { trailTally } from './unread.ts';

/** Bytes [from, to) of a span, both where a line begins; reading begins, in silence, at `warm`. */
export interface Range {
  readonly warm: number;
  readonly from: number;
  readonly to: number;
}

export interface RangeOptions {
  readonly timeout?: number | undefined;
  /** As in Assembler. */
  readonly classic?: boolean | undefined;
  readonly matches?: (event: AuditEvent) => boolean;
  readonly found: (event: AuditEvent) => void;
  /** As in a search. */
  readonly guard?: EventFaults | undefined;
  /** Asked before each chunk; reading ends where it says so. */
  readonly stopping?: (() => boolean) | undefined;
}

/** A search that goes through a part of a span, and may go on. */
export class RangeSearch {
  /** The lines of the range that could not be read. */
  readonly unread = trailTally();
  private readonly span: FileSpan;
  private readonly run: SearchRun;
  private readonly stopping: () => boolean;

  constructor(
    span: FileSpan,
    { timeout, classic, matches = () => true, found, guard, stopping = () => false }: RangeOptions,
  ) {
    this.span = span;
    this.stopping = stopping;
    const tell = (event: AuditEvent): boolean => {
      found(event);
      return true;
    };
    this.run = new SearchRun(
      {
        ...(timeout !== undefined && { timeout }),
        classic,
        matches,
        found: tell,
        unread: this.unread,
        ...(guard && { guard }),
      },
      (place) => this.filled(place, CHUNK).chunk,
    );
  }

  /** When the first record told of was made. */
  get first(): AuditTime | undefined {
    return this.run.tally.first;
  }

  /** Goes through bytes [from, to); with `mute`, nothing is told of the events that come out. */
  read(from: number, to: number, mute = false): void {
    this.run.mute = mute;
    for (let at = from; at < to && !this.stopping(); ) {
      const file = mute ? undefined : this.span.fileAt(at);
      if (file !== undefined) this.unread.begin(file);
      const { chunk, got } = this.filled(at, Math.min(CHUNK, to - at, this.span.fileEnd(at) - at));
      if (got === 0) return; // the file became shorter
      this.run.push(chunk.subarray(0, got), at);
      at += got;
    }
  }

  /** What waits here; see Assembler. */
  state(): Int32Array {
    return this.run.assembler.state();
  }

  /** The trail has ended. */
  end(): void {
    this.run.endFile();
    this.run.end();
  }

  private filled(at: number, size: number): { readonly chunk: Buffer; readonly got: number } {
    const chunk = this.run.buffers.take();
    const got = this.span.read(chunk.subarray(0, size), at);
    chunk.fill(0, got); // nothing of another place, where a file has become shorter
    return { chunk, got };
  }
}

/** What a silent beginning costs, as part of what the same bytes cost when they are told of. */
const SILENT = 0.5;
/** What starting a thread and warming its code up costs, in bytes that are read meanwhile (0.2 s at 120 MB/s). */
const START = 24 << 20;
/** Ranges below this gain nothing: 84 MB in two took as long as in one, 231 MB a quarter less (fifty events a second, 2 cores). */
const SMALLEST = 40 << 20;
/** A trail that has more bytes waiting than this is left to one thread: each would hold as many, and records about them
 * (busy.log: 21 MB; one thread takes 140 MB of memory in all, two took 190 to 205). */
const MOST_WAITING = 16 << 20;
const BLOCK = 64 << 10;
/** Records of one moment stand in any order: so many bytes more are read in silence. */
const SLACK = 256 << 10;

/**
 * Cuts a span into at most `parts` ranges that take about the same time; into fewer, or one, where it is small, or so
 * dense that silent beginnings would eat the gain. No range is smaller than `smallest` bytes.
 */
export function rangesOf(span: FileSpan, parts: number, timeout = 2, smallest = SMALLEST): readonly Range[] {
  const whole = [{ warm: 0, from: 0, to: span.size }];
  const most = Math.min(parts, Math.floor(span.size / smallest));
  if (most < 2) return whole;
  const middle = seamAt(span, span.size / 2, timeout);
  const silent = middle ? middle.from - middle.warm : span.size;
  if (silent > MOST_WAITING) return whole;
  if (silent > span.size / most / 2) return rangesOf(span, most - 1, timeout, smallest);
  const extra = silent * SILENT + START;
  const each = (span.size + (most - 1) * extra) / most;
  const ranges: Range[] = [];
  let seam: Seam = { warm: 0, from: 0 };
  for (let i = 1; i < most; i++) {
    const next = seamAt(span, each * i - extra * (i - 1), timeout);
    if (!next || next.from <= seam.from) continue;
    ranges.push({ ...seam, to: next.from });
    seam = next;
  }
  return [...ranges, { ...seam, to: span.size }];
}

interface Seam {
  readonly warm: number;
  readonly from: number;
}

/** The first line that begins behind byte `near`, and from where on to read so that what waits there is known: where
 * records are older by the timeout, found by halving. Undefined where no line or no record can be seen. */
function seamAt(span: FileSpan, near: number, timeout: number): Seam | undefined {
  const from = lineAfter(span, Math.floor(near));
  if (from === undefined) return undefined;
  const now = secondAt(span, Math.max(0, from - BLOCK / 4));
  if (now === undefined) return undefined;
  const isOver = (back: number): boolean => {
    const second = secondAt(span, from - back);
    return second !== undefined && second <= now - timeout;
  };
  let back = SLACK;
  while (back < from && !isOver(back)) back *= 2;
  for (let step = back / 4; step >= SLACK / 2 && back < from; step /= 2) if (isOver(back - step)) back -= step;
  const warm = back + SLACK < from ? lineAfter(span, from - back - SLACK) : 0;
  return warm === undefined ? undefined : { warm, from };
}

function lineAfter(span: FileSpan, at: number): number | undefined {
  const block = Buffer.allocUnsafe(BLOCK);
  const newline = block.subarray(0, span.read(block, at)).indexOf(10);
  return newline < 0 ? undefined : at + newline + 1;
}

/** The second of the first record that begins behind byte `at`, within a block. */
function secondAt(span: FileSpan, at: number): number | undefined {
  const block = Buffer.allocUnsafe(BLOCK);
  const got = span.read(block, Math.max(0, at));
  const head = emptyHead();
  for (let start = block.indexOf(10) + 1; start > 0 && start < got; ) {
    const end = block.indexOf(10, start);
    if (end < 0 || end > got) return undefined;
    if (readHead(block, start, end, head)) return head.sec;
    start = end + 1;
  }
  return undefined;
}
