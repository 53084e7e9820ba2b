// Plain files one after the other as one run of bytes that can be read from any place: what a search that skips parts
// of a trail needs. Compressed files, journals and streams cannot be read so, nor a set in which a line runs into the next file.

import { closeSync, fstatSync, readSync } from 'node:fs';
import { journalFormat } from '../record/journal.ts';
import { statLog } from './files.ts';
import { compressionOf, openLog } from './read.ts';

/** An open file of a span. Plain data: another thread of the process can make the same span of it. */
export interface SpanPart {
  readonly path: string;
  readonly fd: number;
  readonly start: number;
  readonly size: number;
}

export class FileSpan {
  readonly size: number;
  readonly parts: readonly SpanPart[];

  /** A span of files that are open. Who opened them closes them. */
  constructor(parts: readonly SpanPart[]) {
    this.parts = parts;
    this.size = parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** Opens the files; undefined when they cannot be read as one span. Throws AuditError `no-log`. */
  static open(paths: readonly string[]): FileSpan | undefined {
    const parts: SpanPart[] = [];
    let whole = false;
    try {
      whole = paths.every((path, i) => {
        if (!statLog(path).isFile()) return false; // a pipe opened twice would break for who writes to it
        const fd = openLog(path);
        const { size } = fstatSync(fd);
        const before = parts.at(-1);
        parts.push({ path, fd, start: before ? before.start + before.size : 0, size });
        return isPlain(fd, size, i === paths.length - 1);
      });
      return whole ? new FileSpan(parts) : undefined;
    } finally {
      if (!whole) for (const part of parts) closeSync(part.fd);
    }
  }

  /** Fills `into` from byte `at` on; returns how many bytes there were. */
  read(into: Uint8Array, at: number): number {
    let got = 0;
    for (const part of this.parts) {
      while (got < into.length && at + got >= part.start && at + got < part.start + part.size) {
        const room = Math.min(into.length - got, part.start + part.size - at - got);
        const n = readSync(part.fd, into, got, room, at + got - part.start);
        if (n === 0) return got;
        got += n;
      }
    }
    return got;
  }

  /** The file that begins at byte `at`; undefined where none does. */
  fileAt(at: number): string | undefined {
    return this.parts.find(({ start, size }) => start === at && size > 0)?.path;
  }

  /** Where the file that holds byte `at` ends. */
  fileEnd(at: number): number {
    for (const { start, size } of this.parts) if (at < start + size) return start + size;
    return this.size;
  }

  close(): void {
    for (const part of this.parts) closeSync(part.fd);
  }
}

function isPlain(fd: number, size: number, last: boolean): boolean {
  const bytes = Buffer.alloc(64);
  readSync(fd, bytes, 0, 64, 0);
  if (compressionOf(bytes) || journalFormat(bytes)) return false;
  if (last || size === 0) return true;
  return readSync(fd, bytes, 0, 1, size - 1) === 1 && bytes[0] === 10;
}
