// Compresses finished log files (compress_logs = yes), one at a time, in the background. The file's number may change
// while it is being read, so the result takes the name the file has when it is done.

import {
  closeSync,
  createReadStream,
  createWriteStream,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { rotatedFiles } from '../logs/rotate.ts';

export class Compressor {
  private chain: Promise<void> = Promise.resolve();
  private readonly log: string;
  private readonly tell: (text: string) => void;

  constructor(log: string, tell: (text: string) => void) {
    this.log = log;
    this.tell = tell;
  }

  /** Queues a finished file; a failure is told and leaves the file as it was. */
  add(path: string): void {
    let inode: number;
    try {
      inode = statSync(path).ino;
    } catch {
      return;
    }
    this.chain = this.chain
      .then(() => this.compress(inode))
      .catch((error: Error) => this.tell(`cannot compress ${path}: ${error.message}`));
  }

  /** Resolves when everything queued is done. */
  idle(): Promise<void> {
    return this.chain;
  }

  private find(inode: number): string | undefined {
    return rotatedFiles(this.log).find((f) => f.suffix === '' && statSync(f.path).ino === inode)?.path;
  }

  private async compress(inode: number): Promise<void> {
    const from = this.find(inode);
    if (!from) return; // rotated out of existence
    const temporary = `${this.log}.compressing`;
    rmSync(temporary, { force: true });
    try {
      await pipeline(createReadStream(from), createGzip(), createWriteStream(temporary, { flags: 'wx', mode: 0o400 }));
      const now = this.find(inode);
      if (!now) return;
      sealLike(temporary, now);
      renameSync(temporary, `${now}.gz`);
      rmSync(now);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}

/** Gives a file the owner and mode of another, and puts it on the disk. */
function sealLike(path: string, model: string): void {
  const { mode, uid, gid } = statSync(model);
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).uid !== uid || fstatSync(fd).gid !== gid) fchownSync(fd, uid, gid);
    fchmodSync(fd, mode & 0o777);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
