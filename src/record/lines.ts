// Chunks of bytes as lines. A line is handed out as a view on the chunk it ends in; one that crosses chunks is copied.

import { copyOf } from '../base/bytes.ts';

/** Called with one line [start, end) of `bytes`, without its newline. */
export type LineHandler = (bytes: Uint8Array, start: number, end: number) => void;

/** The longest line kept whole; the kernel's longest record is 8970 bytes (MAX_AUDIT_MESSAGE_LENGTH), a line of the log
 * is at most a few times that. What lies beyond is dropped and counted, so a 100 MB line costs no memory. */
export const LONGEST_LINE = 1 << 20;

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

  /** With `width`, a longer line is handed out in pieces of that many bytes, as readers with a fixed buffer see it. */
  constructor(handle: LineHandler, width = Number.POSITIVE_INFINITY) {
    this.handle = handle;
    this.width = width;
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
    for (let newline = chunk.indexOf(10, at); newline >= 0; newline = chunk.indexOf(10, at)) {
      this.lineAt = this.before + at;
      if (newline - at > this.width) this.pieces(chunk, at, newline);
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
    this.pieces(line, 0, line.length);
  }

  private pieces(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    for (; end - at > this.width; at += this.width) this.handle(bytes, at, at + this.width);
    this.handle(bytes, at, end);
  }
}
