// Chunks of bytes as lines. A line is handed out as a view on the chunk it ends in; one that crosses chunks is copied.

import { copyOf, indexOfText, latin1 } from '../base/bytes.ts';
import { recordStarts } from './head.ts';

/** Called with one line [start, end) of `bytes`, without its newline. */
export type LineHandler = (bytes: Uint8Array, start: number, end: number) => void;

/** The longest line kept whole; the kernel's longest record is 8970 bytes (MAX_AUDIT_MESSAGE_LENGTH), a line of the log
 * is at most a few times that. What lies beyond is dropped and counted, so a 100 MB line costs no memory. */
export const LONGEST_LINE = 1 << 20;

/** What stands before a record that is not the first of its line, or behind an envelope: a blank, nothing behind a quoted
 * value, a newline as rsyslog and as JSON write it. */
const INNER_TYPES = [' type=', '"type=', '#012type=', '\\ntype='];

/** Where the next of them stands in a chunk. They are looked for in the chunk, not in each line: in 231 MB of records as
 * auditd writes them, which have none, that takes 0.15 s; in each line it took 0.4 s. */
class InnerTypes {
  private readonly next: number[] = INNER_TYPES.map(() => -1);
  /** The first of them; the chunk's length when there is none any more. */
  private nearest = -1;
  private readonly chunk: Uint8Array;

  constructor(chunk: Uint8Array) {
    this.chunk = chunk;
  }

  /** Whether one stands in [start, end). Ask in ascending order. */
  isIn(start: number, end: number): boolean {
    if (this.nearest < start) this.seek(start);
    return this.nearest < end;
  }

  private seek(start: number): void {
    const { next, chunk } = this;
    for (let i = 0; i < next.length; i++) {
      if (next[i]! >= start) continue;
      const at = indexOfText(chunk, INNER_TYPES[i]!, start);
      next[i] = at < 0 ? chunk.length : at;
    }
    this.nearest = Math.min(...next);
  }
}

/** Hands out each record of a line that holds several, and any other line whole. */
export function eachRecord(bytes: Uint8Array, start: number, end: number, handle: LineHandler): void {
  const starts = recordStarts(latin1(bytes, start, end));
  for (const [i, at] of starts.entries()) {
    let to = start + (starts[i + 1] ?? end - start);
    if (i + 1 < starts.length) to = withoutBreak(bytes, start + at, to);
    handle(bytes, start + at, to);
  }
}

/** The end of a record without the blanks, or the written newline, that part it from the next. */
function withoutBreak(bytes: Uint8Array, start: number, end: number): number {
  return start + latin1(bytes, start, end).replace(/(?:#012|\\n)$|[ \t]+$/, '').length;
}

export class LineSplitter {
  /** Lines cut because they were longer than LONGEST_LINE. */
  overlong = 0;
  /** Where the line handed out last begins, in bytes since the first `push`. */
  lineAt = 0;
  private before = 0;
  private restAt = 0;
  private rest: Uint8Array[] = [];
  private restLength = 0;

  private readonly handle: LineHandler;
  private readonly width: number;
  private readonly records: boolean;

  /**
   * With `width`, a longer line is handed out in pieces of that many bytes, as readers with a fixed buffer see it. With
   * `records`, a line that holds several records is handed out record by record (`eachRecord`).
   */
  constructor(
    handle: LineHandler,
    {
      width = Number.POSITIVE_INFINITY,
      records = false,
    }: { readonly width?: number | undefined; readonly records?: boolean } = {},
  ) {
    this.handle = handle;
    this.width = width;
    this.records = records;
  }

  /** True when a line has begun that no newline has ended. */
  get pending(): boolean {
    return this.restLength > 0;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    if (this.restLength > 0) {
      const newline = chunk.indexOf(10);
      this.keep(newline < 0 ? chunk : chunk.subarray(0, newline));
      if (newline < 0) {
        this.before += chunk.length;
        return;
      }
      this.finish();
      at = newline + 1;
    }
    const inner = this.records ? new InnerTypes(chunk) : undefined;
    for (let newline = chunk.indexOf(10, at); newline >= 0; newline = chunk.indexOf(10, at)) {
      this.lineAt = this.before + at;
      if (inner?.isIn(at, newline)) eachRecord(chunk, at, newline, this.handle);
      else if (newline - at > this.width) this.pieces(chunk, at, newline);
      else this.handle(chunk, at, newline);
      at = newline + 1;
    }
    if (at < chunk.length) {
      this.restAt = this.before + at;
      this.keep(chunk.subarray(at));
    }
    this.before += chunk.length;
  }

  /** Hands out a last line that has no newline. */
  end(): void {
    if (this.restLength > 0) this.finish();
  }

  private keep(part: Uint8Array): void {
    const room = LONGEST_LINE - this.restLength;
    if (room > 0) this.rest.push(copyOf(part, 0, room));
    this.restLength += part.length;
  }

  private finish(): void {
    if (this.restLength > LONGEST_LINE) this.overlong++;
    const line = new Uint8Array(Math.min(this.restLength, LONGEST_LINE));
    let at = 0;
    for (const part of this.rest) {
      line.set(part, at);
      at += part.length;
    }
    this.rest = [];
    this.restLength = 0;
    this.lineAt = this.restAt;
    if (this.records) eachRecord(line, 0, line.length, this.handle);
    else this.pieces(line, 0, line.length);
  }

  private pieces(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    for (; end - at > this.width; at += this.width) this.handle(bytes, at, at + this.width);
    this.handle(bytes, at, end);
  }
}
