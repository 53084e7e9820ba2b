// The log’s writer on real files: modes, torn lines, a full disk, flushes, rotation, links.
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditError } from '../base/error.ts';
import { type LogDisk, LogWriter, type LogWriterOptions } from './writer.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-writer-'));
  path = join(folder, 'audit.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (more: Partial<LogWriterOptions> = {}, disk?: LogDisk) =>
  new LogWriter({ path, flush: 'none', freq: 0, ...more }, undefined, disk);
const text = (file = path) => readFileSync(file, 'latin1');
const lines = (s: string) => Buffer.from(s, 'latin1');
const code = (run: () => void) => {
  try {
    run();
  } catch (e) {
    return e instanceof AuditError ? e.code : e;
  }
  return 'none';
};

describe('LogWriter', () => {
  it('writes with mode 0600', () => {
    open().close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.getuid?.() !== 0)('writes with mode 0640 for a group (needs root: the file is given to it)', () => {
    open({ group: process.getgid!() }).close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('closes off a line torn by a crash, and never glues a record to it', () => {
    writeFileSync(path, 'whole\ntor');
    const log = open();
    log.append(lines('next\n'), 1);
    expect(log.closedTornLine).toBe(true);
    expect(text()).toBe('whole\ntor\nnext\n');
    expect(log.size).toBe(text().length);
  });

  it('takes a half-done write back when the disk is full, and goes on when there is room', () => {
    let room = 8;
    const disk: LogDisk = {
      write(fd, bytes, offset, length) {
        if (room === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        const n = Math.min(room, length);
        room -= n;
        return writeSync(fd, bytes, offset, n);
      },
      sync() {},
    };
    const log = open({}, disk);
    log.append(lines('one\n'), 1);
    expect(code(() => log.append(lines('second\n'), 1))).toBe('disk-full');
    expect(text()).toBe('one\n');
    room = 100;
    log.append(lines('second\n'), 1);
    expect(text()).toBe('one\nsecond\n');
  });

  it('flushes after every freq records', () => {
    let syncs = 0;
    const disk: LogDisk = { write: (fd, b, o, n) => writeSync(fd, b, o, n), sync: () => void syncs++ };
    const log = open({ flush: 'incremental', freq: 10 }, disk);
    for (let i = 0; i < 25; i++) log.append(lines('x\n'), 1);
    expect(syncs).toBe(2);
  });

  it('rotates, keeps as many as told, and makes finished files read-only', () => {
    const log = open();
    for (let i = 1; i <= 5; i++) {
      log.append(lines(`${i}\n`), 1);
      log.rotate(3);
    }
    expect(text(`${path}.1`) + text(`${path}.2`) + existsSync(`${path}.3`) + text()).toBe('5\n4\nfalse');
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o400);
    writeFileSync(`${path}.3.gz`, 'old');
    log.rotate(undefined);
    expect(text(`${path}.4.gz`)).toBe('old');
    expect(text(`${path}.3`)).toBe('4\n');
  });

  it('refuses a link unless told to follow it, and notices when its file is replaced', () => {
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(code(() => open())).toBe('disk-error');
    open({ followLinks: true }).close();
    unlinkSync(path);
    const log = open();
    expect(log.replaced()).toBe(false);
    unlinkSync(path);
    expect(log.replaced()).toBe(true);
    log.reopen();
    expect(log.replaced()).toBe(false);
    unlinkSync(path);
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(log.replaced()).toBe(true);
    expect(code(() => log.reopen())).toBe('disk-error');
  });
});
