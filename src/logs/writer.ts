// Appends records to the log file and rotates it. What `append` was given whole is in the file whole: a write that stops
// half way (disk full) is taken back, so no line is ever torn or glued to the next; a line torn by a crash is closed off
// when the file is opened. How far the bytes must be on the disk is `flush`, as auditd.conf(5) has it.
// It decides nothing: what to do about a full disk or a big file is the daemon's business (src/daemon).

import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AuditError } from '../base/error.ts';
import { openOwn } from '../host/files.ts';
import { shiftRotated } from './rotate.ts';

export type Flush = 'none' | 'incremental' | 'incremental_async' | 'data' | 'sync';

export interface LogWriterOptions {
  readonly path: string;
  readonly flush: Flush;
  /** Records between two flushes when `flush` is incremental or incremental_async; 0 never flushes. */
  readonly freq: number;
  /** Group id that may read the log (mode 0640); undefined leaves it to root alone (0600). */
  readonly group?: number | undefined;
  /** Follow a symbolic link at `path`. Default false: a link there is an error. */
  readonly followLinks?: boolean;
}

/** The file operations that tests replace to make a disk fail. */
export interface LogDisk {
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  sync(fd: number): void;
}

const realDisk: LogDisk = {
  write: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  sync: fdatasyncSync,
};

/** Descriptors that opening the log takes for a moment: its own, its folder's, and that of the folder above. */
const OPENING = 3;

export class LogWriter {
  /** Bytes in the file now. */
  size = 0;
  /** True when opening found a last line without its newline and closed it off. */
  closedTornLine = false;
  readonly path: string;
  private fd = -1;
  private unflushed = 0;
  private flushing = false;
  private identity = { dev: 0, ino: 0 };
  private readonly options: LogWriterOptions;
  private readonly disk: LogDisk;
  private readonly failed: (error: AuditError) => void;

  /** `failed` hears of a flush that failed in the background. Throws AuditError when the file cannot be opened. */
  constructor(options: LogWriterOptions, failed: (error: AuditError) => void = () => {}, disk: LogDisk = realDisk) {
    this.options = options;
    this.path = options.path;
    this.failed = failed;
    this.disk = disk;
    this.open();
  }

  /** Writes whole lines; on failure nothing of them is left in the file. Throws AuditError DISK_FULL or DISK_ERROR. */
  append(lines: Uint8Array, records: number): void {
    let done = 0;
    try {
      while (done < lines.length) {
        const written = this.disk.write(this.fd, lines, done, lines.length - done);
        if (written <= 0) throw Object.assign(new Error('the system wrote nothing'), { code: 'EIO' });
        done += written;
      }
    } catch (cause) {
      this.takeBack(); // also when nothing is said to be written: with O_SYNC it is in the file, and not on the disk
      throw diskError('write to', this.path, cause);
    }
    this.size += lines.length;
    this.unflushed += records;
    this.flushWhenDue();
  }

  /** Puts everything written so far on the disk. Throws AuditError DISK_ERROR. */
  flush(): void {
    this.unflushed = 0;
    try {
      this.disk.sync(this.fd);
    } catch (cause) {
      throw diskError('flush', this.path, cause);
    }
  }

  /** True when `path` no longer names the file being written (deleted, renamed, replaced by another or by a link). */
  replaced(): boolean {
    let now: Stats;
    try {
      now = this.options.followLinks ? statSync(this.path) : lstatSync(this.path);
    } catch {
      return true;
    }
    return now.dev !== this.identity.dev || now.ino !== this.identity.ino;
  }

  /** Goes on in the file now at `path`, or a new one (after `replaced`). Throws like the constructor. */
  reopen(): void {
    this.close();
    this.open();
  }

  /**
   * Shifts path.1 -> path.2 …, path -> path.1, and goes on in a new file. `keep` is how many files remain, the one
   * being written among them; undefined keeps all. Returns the paths deleted. Throws AuditError DISK_ERROR.
   */
  rotate(keep: number | undefined): string[] {
    const spare: number[] = [];
    const folder = dirname(this.path);
    try {
      // Where no descriptor is left, it fails here, with the file as it was, and not between the old file and the new.
      for (let i = 0; i < OPENING; i++) spare.push(openSync(folder, 'r'));
      if (this.options.flush !== 'none') this.disk.sync(this.fd);
      const deleted = shiftRotated(this.path, keep);
      renameSync(this.path, `${this.path}.1`);
      fchmodSync(this.fd, this.options.group === undefined ? 0o400 : 0o440);
      closeSync(this.fd);
      this.fd = -1;
      for (const fd of spare.splice(0)) closeSync(fd);
      this.open();
      return deleted;
    } catch (cause) {
      if (cause instanceof AuditError) throw cause;
      throw diskError('rotate', this.path, cause);
    } finally {
      for (const fd of spare) closeSync(fd);
    }
  }

  /** Free space and size of the file system the log is on, in bytes. */
  space(): { free: number; total: number } {
    const { bavail, blocks, bsize } = statfsSync(dirname(this.path));
    return { free: bavail * bsize, total: blocks * bsize };
  }

  /** Flushes unless the configuration asks for none, and closes. A second call does nothing. */
  close(): void {
    if (this.fd < 0) return;
    const fd = this.fd;
    this.fd = -1;
    try {
      if (this.options.flush !== 'none') this.disk.sync(fd);
    } catch (cause) {
      throw diskError('flush', this.path, cause);
    } finally {
      closeSync(fd);
    }
  }

  private open(): void {
    const { flush, group, followLinks } = this.options;
    const sync = flush === 'sync' ? constants.O_SYNC : flush === 'data' ? constants.O_DSYNC : 0;
    const mode = group === undefined ? 0o600 : 0o640;
    try {
      this.fd = openOwn(this.path, { mode, group, flags: constants.O_APPEND | sync, through: followLinks ?? false });
      const stat = fstatSync(this.fd);
      this.identity = { dev: stat.dev, ino: stat.ino };
      this.size = stat.size;
      this.unflushed = 0;
      this.closeTornLine();
    } catch (cause) {
      if (this.fd >= 0) closeSync(this.fd);
      this.fd = -1;
      throw diskError('open', this.path, cause);
    }
  }

  /** A crash or a full disk may have left half a line; a newline keeps the next record apart from it. */
  private closeTornLine(): void {
    const last = new Uint8Array(1);
    this.closedTornLine = this.size > 0 && readSync(this.fd, last, 0, 1, this.size - 1) === 1 && last[0] !== 10;
    if (!this.closedTornLine) return;
    this.disk.write(this.fd, new Uint8Array([10]), 0, 1);
    this.size++;
  }

  private takeBack(): void {
    try {
      ftruncateSync(this.fd, this.size);
    } catch {
      // The line stays torn; the next open closes it off.
    }
  }

  private flushWhenDue(): void {
    const { flush, freq } = this.options;
    if ((flush !== 'incremental' && flush !== 'incremental_async') || freq === 0 || this.unflushed < freq) return;
    if (flush === 'incremental') this.flush();
    else if (!this.flushing) this.flushInBackground();
  }

  private flushInBackground(): void {
    this.flushing = true;
    this.unflushed = 0;
    fdatasync(this.fd, (cause) => {
      this.flushing = false;
      // EBADF: the file was rotated or closed meanwhile, and flushed there.
      if (cause && cause.code !== 'EBADF') this.failed(diskError('flush', this.path, cause));
    });
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function diskError(verb: string, path: string, cause: unknown): AuditError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const what = code === 'ELOOP' ? 'it is a symbolic link, and links are followed only with -l' : message;
  return new AuditError(FULL.has(code) ? 'disk-full' : 'disk-error', `Cannot ${verb} ${path}: ${what}`, { cause });
}
