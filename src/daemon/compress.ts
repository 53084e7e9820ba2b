// Compresses finished log files (compress_logs = yes), one at a time, in the background. The file's number may change
// while it is being read, so the result takes the name the file has when it is done.

import { createReadStream, createWriteStream, fchmodSync, fchownSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { forgetUnfinished, newFile } from '../host/files.ts';
import { rotatedFiles } from '../logs/rotate.ts';

export class Compressor {
  private chain: Promise<void> = Promise.resolve();
  private readonly log: string;
  private readonly tell: (text: string) => void;

  constructor(log: string, tell: (text: string) => void) {
    this.log = log;
    this.tell = tell;
    forgetUnfinished(this.unfinished);
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

  /** What a file is made as, until it takes its own name. */
  private get unfinished(): string {
    return `${this.log}.gz`;
  }

  private find(inode: number): string | undefined {
    return rotatedFiles(this.log).find((f) => f.suffix === '' && statSync(f.path).ino === inode)?.path;
  }

  private async compress(inode: number): Promise<void> {
    const from = this.find(inode);
    if (!from) return; // rotated out of existence
    const file = newFile(this.unfinished, { mode: 0o400, sync: true });
    try {
      const out = createWriteStream('', { fd: file.fd, autoClose: false });
      await pipeline(createReadStream(from), createGzip(), out);
      const now = this.find(inode);
      if (!now) return;
      const { mode, uid, gid } = statSync(now);
      fchownSync(file.fd, uid, gid);
      fchmodSync(file.fd, mode & 0o777);
      file.place(`${basename(now)}.gz`);
      rmSync(now);
    } finally {
      file.close();
    }
  }
}
