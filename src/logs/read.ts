// The bytes of one file in chunks, from any offset, compressed or not. A compressed file is known by its first bytes,
// not its name. gzip and zstd are undone by Node where it can, zstd and xz else by the program of that name.

import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { AuditError } from '../base/error.ts';
import { cannotOpen } from './files.ts';

/** Bytes read at a time: large enough that calls cost nothing, small enough to stay in the processor's cache. */
export const CHUNK = 1 << 20;

export type Compression = 'gzip' | 'zstd' | 'xz';

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** How the bytes that begin a file say it is compressed. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  return MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0];
}

/** Chunks of memory that go round: a reader takes one for each piece of a file, whoever is done with it gives it back. */
export class ChunkBuffers {
  private readonly free: Buffer[] = [];

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
  }

  /** Takes back what `readLog` handed out, or a part of it; other memory is left alone. */
  give(chunk: Uint8Array): void {
    if (chunk.buffer.byteLength === CHUNK) this.free.push(Buffer.from(chunk.buffer as ArrayBuffer));
  }
}

/**
 * The bytes of a file from `from` on, each chunk in memory of its own, from `buffers`. `from` counts bytes of the plain text: in a
 * compressed file what lies before is read and dropped. Throws AuditError `no-log` when it cannot be opened, `read`
 * when reading fails on the way.
 */
export async function* readLog(path: string, from = 0, buffers = new ChunkBuffers()): AsyncGenerator<Buffer> {
  const fd = openLog(path);
  let open = true;
  try {
    const first = buffers.take();
    const got = readSync(fd, first, 0, CHUNK, null);
    const compression = compressionOf(first.subarray(0, got));
    if (compression) {
      closeSync(fd);
      open = false;
      yield* skipBytes(decompress(path, compression), from);
      return;
    }
    yield* plainChunks(fd, first.subarray(0, got), from, buffers);
  } finally {
    if (open) closeSync(fd);
  }
}

/** Opens for reading, or throws AuditError `no-log`. */
export function openLog(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

/** What an open file holds from its current place on, `first` being what was read to look at it. */
function* plainChunks(fd: number, first: Buffer, from: number, buffers: ChunkBuffers): Generator<Buffer> {
  let past = 0;
  for (let chunk = first; chunk.length > 0; chunk = readChunk(fd, buffers)) {
    if (past + chunk.length > from) yield from > past ? chunk.subarray(from - past) : chunk;
    past += chunk.length;
  }
}

function readChunk(fd: number, buffers: ChunkBuffers): Buffer {
  const chunk = buffers.take();
  return chunk.subarray(0, readSync(fd, chunk, 0, CHUNK, null));
}

/** The chunks without their first `from` bytes. */
export async function* skipBytes<C extends Uint8Array>(chunks: AsyncIterable<C>, from: number): AsyncGenerator<C> {
  let past = 0;
  for await (const chunk of chunks) {
    if (past + chunk.length > from) yield from > past ? (chunk.subarray(from - past) as C) : chunk;
    past += chunk.length;
  }
}

async function* decompress(path: string, compression: Compression): AsyncGenerator<Buffer> {
  const zlib: Zlib = await import('node:zlib');
  const create = compression === 'gzip' ? zlib.createGunzip : zlib.createZstdDecompress;
  if (compression === 'xz' || !create) {
    yield* pipeThrough(compression, path);
    return;
  }
  const plain = create();
  const file = createReadStream(path, { highWaterMark: CHUNK });
  file.on('error', (e) => plain.destroy(e)).pipe(plain);
  try {
    for await (const chunk of plain) yield chunk as Buffer;
  } catch (cause) {
    throw new AuditError('read', `Cannot read ${path}: its ${compression} data is broken or cut short`, { cause });
  } finally {
    file.destroy();
  }
}

type Decompressor = () => NodeJS.ReadWriteStream & AsyncIterable<unknown> & { destroy(e?: Error): unknown };

/** Node's own zstd came with 22.15 and 23.8. */
type Zlib = typeof import('node:zlib') & { createZstdDecompress?: Decompressor };

async function* pipeThrough(program: string, path: string): AsyncGenerator<Buffer> {
  const { spawn } = await import('node:child_process');
  const child = spawn(program, ['-dcq', '--', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | Error>((done) => {
    child.on('error', done).on('close', (code) => done(code ?? 1));
  });
  for await (const chunk of child.stdout) yield chunk as Buffer;
  const result = await ended;
  if (result instanceof Error)
    throw new AuditError(
      'read',
      `Cannot read ${path}: it is compressed with ${program}; install the program ${program}`,
    );
  if (result !== 0) throw new AuditError('read', `Cannot read ${path}: its ${program} data is broken or cut short`);
}
