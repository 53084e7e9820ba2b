// The client's store: records that wait to be sent, in a file that survives kill -9 and power loss. Records are appended;
// what has been acknowledged is only a number in the header, so nothing is rewritten until the file is mostly dead.
//
//    0          8          16                                  (little endian)
//    | AUSPEXQ1 | head u64 |  then records: | length u32 | crc32 u32 | text … |
//
// `head` is the offset of the first record not acknowledged. A torn tail (length or crc wrong) is cut off at opening.

import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { AuditError } from '../base/error.ts';
import { forgetUnfinished, type NewFile, newFile, openOwn } from '../host/files.ts';

const MAGIC = Buffer.from('AUSPEXQ1');
const START = 16;
const OVERHEAD = 8;
const LONGEST = 65_535;
const COMPACT_AT = 1 << 20;

export class QueueFile {
  /** Records waiting. */
  length = 0;
  /** Bytes of a torn tail cut off at opening. */
  readonly cut: number;
  readonly path: string;
  readonly depth: number;
  private fd: number;
  private head = START;
  private tail = START;

  /** Opens or makes the file. Throws AuditError QUEUE when it is no queue, or cannot be opened. */
  constructor(path: string, depth: number) {
    this.path = path;
    this.depth = depth;
    try {
      forgetUnfinished(path);
      this.fd = openOwn(path);
      const size = fstatSync(this.fd).size;
      if (size === 0) this.writeHeader();
      else this.readHeader(size);
      this.cut = this.scan(size);
    } catch (cause) {
      if (cause instanceof AuditError) throw cause;
      throw queueError('open', path, cause);
    }
  }

  /** False when `depth` records wait already. Throws AuditError QUEUE when the disk does not take it. */
  append(text: Uint8Array): boolean {
    if (this.length >= this.depth) return false;
    const record = Buffer.alloc(OVERHEAD + text.length);
    record.writeUInt32LE(text.length, 0);
    record.writeUInt32LE(crc32(text), 4);
    record.set(text, OVERHEAD);
    try {
      writeAt(this.fd, record, this.tail);
    } catch (cause) {
      ftruncateSync(this.fd, this.tail);
      throw queueError('write to', this.path, cause);
    }
    this.tail += record.length;
    this.length++;
    return true;
  }

  /** The oldest record waiting; undefined when none is. */
  peek(): Buffer | undefined {
    return this.length === 0 ? undefined : this.readAt(this.head, this.tail);
  }

  /** Forgets the oldest record: it has been acknowledged. */
  drop(): void {
    const first = this.peek();
    if (!first) return;
    this.head += OVERHEAD + first.length;
    this.length--;
    if (this.length === 0) this.empty();
    else if (this.head > COMPACT_AT && this.head > this.tail / 2) this.compact();
    else this.writeHead();
  }

  /** Puts everything on the disk. */
  flush(): void {
    fdatasyncSync(this.fd);
  }

  close(): void {
    this.flush();
    closeSync(this.fd);
  }

  private writeHeader(): void {
    const header = Buffer.alloc(START);
    MAGIC.copy(header);
    header.writeBigUInt64LE(BigInt(START), 8);
    writeAt(this.fd, header, 0);
  }

  private readHeader(size: number): void {
    const header = Buffer.alloc(START);
    const got = readSync(this.fd, header, 0, START, 0);
    if (got < START || !header.subarray(0, 8).equals(MAGIC)) {
      throw new AuditError(
        'queue',
        `Cannot use ${this.path}: it is not a queue of this program; move it away or name another queue_file`,
      );
    }
    const head = Number(header.readBigUInt64LE(8));
    this.head = head >= START && head <= size ? head : START;
  }

  private writeHead(): void {
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(this.head));
    writeAt(this.fd, head, 8);
  }

  /** Finds the end of the whole records; cuts off what is behind. Returns how many bytes that were. */
  private scan(size: number): number {
    let at = this.head;
    for (let record = this.readAt(at, size); record; record = this.readAt(at, size)) {
      at += OVERHEAD + record.length;
      this.length++;
    }
    this.tail = at;
    if (size > at) ftruncateSync(this.fd, at);
    return Math.max(0, size - at);
  }

  private readAt(at: number, end: number): Buffer | undefined {
    const header = Buffer.alloc(OVERHEAD);
    if (at + OVERHEAD > end || readSync(this.fd, header, 0, OVERHEAD, at) < OVERHEAD) return undefined;
    const length = header.readUInt32LE(0);
    if (length > LONGEST || at + OVERHEAD + length > end) return undefined;
    const text = Buffer.alloc(length);
    if (readSync(this.fd, text, 0, length, at + OVERHEAD) < length) return undefined;
    return crc32(text) === header.readUInt32LE(4) ? text : undefined;
  }

  private empty(): void {
    this.head = this.tail = START;
    this.writeHead();
    ftruncateSync(this.fd, START);
  }

  /** Copies what waits to a new file and puts it in place in one step. */
  private compact(): void {
    const file = newFile(this.path, { mode: 0o600, sync: true });
    let to: number;
    try {
      to = this.copyWaiting(file);
      file.place();
    } catch (error) {
      file.close();
      throw error;
    }
    closeSync(this.fd);
    this.fd = file.fd;
    this.head = START;
    this.tail = to;
  }

  /** Returns where the copy ends. */
  private copyWaiting({ fd }: NewFile): number {
    const header = Buffer.alloc(START);
    MAGIC.copy(header);
    header.writeBigUInt64LE(BigInt(START), 8);
    writeAt(fd, header, 0);
    const block = Buffer.alloc(1 << 16);
    let to = START;
    for (let at = this.head; at < this.tail; ) {
      const n = readSync(this.fd, block, 0, Math.min(block.length, this.tail - at), at);
      if (n === 0) break;
      writeAt(fd, block.subarray(0, n), to);
      at += n;
      to += n;
    }
    return to;
  }
}

function writeAt(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

const queueError = (verb: string, path: string, cause: unknown) =>
  new AuditError('queue', `Cannot ${verb} the queue ${path}: ${(cause as Error).message}`, { cause });
