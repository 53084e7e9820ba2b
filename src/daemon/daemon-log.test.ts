// The rules of auditd.conf against a disk that fills up and fails, on real files.
import {
  chmodSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogDisk, LogWriter } from '../logs/writer.ts';
import { readConfig } from './config.ts';
import { DaemonLog } from './daemon-log.ts';
import type { World } from './world.ts';

let folder: string;
let path: string;
let asked: string[];
let reports: string[];
/** How often a record about loss was made, written or not. */
let made: number;
/** How long the log file may become. */
let room: number;
let broken: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-daemonlog-'));
  path = join(folder, 'audit.log');
  asked = [];
  reports = [];
  made = 0;
  room = Number.POSITIVE_INFINITY;
  broken = '';
  now = 1_000_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

const world: World = {
  log: (priority, text) => asked.push(`log ${priority}: ${text}`),
  mail: (to, subject) => asked.push(`mail ${to}: ${subject}`),
  script: async (script) => {
    asked.push(`script ${script}`);
    return script.includes('bad') ? 'it failed' : '';
  },
  runLevel: (level) => asked.push(`run level ${level}`),
  notify: () => {},
  now: () => now,
};

const disk: LogDisk = {
  write(fd, bytes, offset, length) {
    if (broken) throw Object.assign(new Error('input/output error'), { code: broken });
    const free = room - fstatSync(fd).size;
    if (free <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return writeSync(fd, bytes, offset, Math.min(free, length));
  },
  sync() {},
};

function open(settings: string): DaemonLog {
  const { config, problems } = readConfig(`log_file = ${path}\nflush = none\n${settings}`, 'auditd.conf');
  expect(problems).toEqual([]);
  const log: DaemonLog = new DaemonLog(config, {
    world,
    report: (fields) => reports.push(fields),
    record(fields, write) {
      made++;
      const written = write({ lines: Buffer.from(`${fields}\n`), records: 1 });
      if (written) reports.push(fields);
      return written;
    },
    open: (c, failed) => new LogWriter({ path: c.log_file, flush: c.flush, freq: c.freq }, failed, disk),
    finished: () => {},
  });
  return log;
}
const batch = (from: number, count: number) => {
  const lines = Array.from({ length: count }, (_, i) => `${String(from + i).padStart(9, '0')}\n`).join('');
  return { lines: Buffer.from(lines), records: count };
};
/** The record that tells a loss, without its newline. */
const told = (lost: number, total = lost) => `op=records-not-written lost=${lost} total=${total} res=failed`;
const text = (file = path) => readFileSync(file, 'latin1');

describe('a full disk', () => {
  it('gets every whole record that fits; the rest is counted and reported when there is room again', () => {
    const log = open('disk_full_action = syslog');
    room = 73; // seven records of ten bytes, and three bytes of an eighth
    log.write(batch(0, 20));
    expect(text()).toBe(batch(0, 7).lines.toString());
    expect(log.state().lost).toBe(13);
    expect(asked).toEqual(['log alert: Audit daemon: no space is left on the audit log’s disk']);
    log.write(batch(20, 5));
    expect(asked).toHaveLength(1);
    room = 1000;
    log.write(batch(25, 2));
    expect(text()).toBe(`${batch(0, 7).lines}${told(18)}\n${batch(25, 2).lines}`);
    expect(reports).toEqual([told(18)]);
  });

  it('tells the loss first when the room given back is smaller than what waits', () => {
    const log = open('disk_full_action = syslog');
    room = 70;
    log.write(batch(0, 20));
    room = 70 + told(13).length; // one byte too few for the record about it: nothing else goes first
    expect(log.write(batch(20, 5))).toBe('disk full');
    expect([made, reports, text()]).toEqual([1, [], batch(0, 7).lines.toString()]);
    room = 70 + told(18).length + 1 + 20;
    log.write(batch(25, 100));
    expect(text()).toBe(`${batch(0, 7).lines}${told(18)}\n${batch(25, 2).lines}`);
    expect(log.state().lost).toBe(18 + 98);
    room += told(98, 116).length + 1;
    log.tick(); // nothing new to write: told all the same
    log.tick();
    expect(text().endsWith(`\n${told(98, 116)}\n`)).toBe(true);
    expect([made, reports]).toEqual([3, [told(18), told(98, 116)]]);
    log.tick();
    expect(made).toBe(3);
  });

  it('counts what it could not write, never the record that tells so, however often it tried', () => {
    const log = open('disk_full_action = ignore');
    room = 0;
    log.write(batch(0, 3));
    for (let i = 0; i < 5; i++) log.tick();
    log.write(batch(3, 1));
    expect([log.state().lost, made, reports]).toEqual([4, 6, []]);
    room = 1000;
    log.tick();
    expect(text()).toBe(`${told(4)}\n`);
    log.write(batch(4, 1));
    expect([text(), log.state().lost]).toEqual([`${told(4)}\n${batch(4, 1).lines}`, 4]);
  });

  it('rotate: goes on in a new file and loses nothing', () => {
    const log = open('disk_full_action = rotate\nnum_logs = 2\nmax_log_file_action = rotate');
    room = 45;
    log.write(batch(0, 8));
    expect(text(`${path}.1`) + text()).toBe(batch(0, 8).lines.toString());
    expect(log.state().lost).toBe(0);
  });

  it('suspend: stops, counts, and goes on when told to', () => {
    const log = open('disk_full_action = suspend');
    room = 10;
    log.write(batch(0, 2));
    log.write(batch(2, 3));
    expect([log.state().suspended, log.state().lost]).toEqual([true, 4]);
    room = 1000;
    log.write(batch(5, 1));
    expect(text()).toBe(batch(0, 1).lines.toString());
    log.resume();
    log.write(batch(6, 1));
    expect(reports).toEqual([told(5)]);
    expect(text()).toBe(`${batch(0, 1).lines}${told(5)}\n${batch(6, 1).lines}`);
  });

  it.each([
    ['exec /bin/free', 'script /bin/free'],
    ['single', 'run level single'],
    ['halt', 'run level halt'],
  ])('%s', (action, want) => {
    const log = open(`disk_full_action = ${action}`);
    room = 0;
    log.write(batch(0, 1));
    log.write(batch(1, 1));
    expect(asked.filter((a) => a === want)).toHaveLength(1);
  });
});

describe('a failing disk', () => {
  it('syslog: says so five times, not more, until it works again', () => {
    const log = open('disk_error_action = syslog');
    broken = 'EIO';
    for (let i = 0; i < 9; i++) log.write(batch(i, 1));
    expect(asked).toHaveLength(5);
    expect(asked[0]).toContain(`Cannot write to ${path}: input/output error`);
    broken = '';
    log.write(batch(9, 1));
    expect([log.state().diskError, reports]).toEqual([false, [told(9)]]);
  });

  it('exec: a script that fails suspends logging', async () => {
    const log = open('disk_error_action = exec /bin/bad');
    broken = 'EROFS';
    log.write(batch(0, 1));
    await new Promise((done) => setImmediate(done));
    expect(log.state().suspended).toBe(true);
  });
});

describe('a big file', () => {
  const fill = (log: DaemonLog) =>
    log.write({ lines: Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024)), records: 1024 });

  it('rotate keeps num_logs files, keep_logs all of them', () => {
    const log = open('max_log_file = 1\nmax_log_file_action = rotate\nnum_logs = 3');
    for (let i = 0; i < 5; i++) fill(log);
    expect([1, 2, 3].map((n) => existsSync(`${path}.${n}`))).toEqual([true, true, false]);
    log.close();
    const all = open('max_log_file = 1\nmax_log_file_action = keep_logs');
    for (let i = 0; i < 5; i++) fill(all);
    expect(existsSync(`${path}.7`)).toBe(true);
  });

  it('syslog says it once; exec suspends until told to resume', () => {
    const log = open('max_log_file = 1\nmax_log_file_action = syslog');
    fill(log);
    fill(log);
    expect(asked).toEqual(['log alert: Audit daemon: the audit log has reached 1 MiB']);
    log.close();
    const exec = open('max_log_file = 1\nmax_log_file_action = exec /bin/move');
    exec.write(batch(0, 1));
    expect(asked).toContain('script /bin/move');
    exec.write(batch(1, 1));
    renameSync(path, `${path}.moved`);
    exec.resume();
    exec.write(batch(2, 1));
    expect(text()).toBe(`${told(1)}\n${batch(2, 1).lines}`);
  });

  it('rotates by time when told to', () => {
    const log = open('rotate_interval = 1h\nnum_logs = 3\nmax_log_file_action = rotate');
    log.write(batch(0, 1));
    log.tick();
    expect(existsSync(`${path}.1`)).toBe(false);
    now += 3_600_000;
    log.tick();
    expect(text(`${path}.1`)).toBe(batch(0, 1).lines.toString());
    now += 3_600_000;
    log.tick(); // nothing written since: nothing to rotate
    expect(existsSync(`${path}.2`)).toBe(false);
  });
});

describe('the file underneath', () => {
  it('deleted, or replaced by another: records go to a new file, and that is said', () => {
    const log = open('');
    log.write(batch(0, 1));
    unlinkSync(path);
    log.tick();
    log.write(batch(1, 1));
    expect(text()).toBe(batch(1, 1).lines.toString());
    renameSync(path, `${path}.aside`);
    writeFileSync(path, 'theirs\n');
    chmodSync(path, 0o666);
    log.tick();
    log.write(batch(2, 1));
    expect(text()).toBe(`theirs\n${batch(2, 1).lines}`);
    expect(reports).toEqual(['op=log-replaced res=failed', 'op=log-replaced res=failed']);
  });
});

describe('free space', () => {
  it('below both marks: the last warning’s action, once', () => {
    const log = open(
      'space_left = 99%\nadmin_space_left = 98%\nspace_left_action = email\nadmin_space_left_action = suspend',
    );
    log.tick();
    log.tick();
    expect([log.state().suspended, asked.length]).toEqual([true, 1]);
  });

  it('below the first mark: a mail to whom it may concern', () => {
    const log = open('space_left = 99%\nspace_left_action = email\naction_mail_acct = ops@example.org');
    log.tick();
    log.tick();
    expect(asked.filter((a) => a.startsWith('mail'))).toEqual(['mail ops@example.org: Audit Disk Space Alert']);
  });
});
