// Every action of auditd.conf about the disk, on real file systems: what was asked of the machine, that the log is whole,
// that what is not in it is told to the record, and that room given back is used.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/daemon/index.ts';
import { cannotLoop, cannotMount, Disk, run } from './disk.fixture.ts';

let disk: Disk;
afterEach(async () => {
  await disk?.dispose();
});
const why = cannotMount();
const suspends = (action: string) => action === 'suspend';

/** In the log or told as lost: nothing else became of any record, and none is there twice. */
function accounted(): void {
  const { numbers, told, broken } = disk.read();
  expect(broken).toEqual([]);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
  expect(numbers.length + told).toBe(disk.sent);
}

describe.skipIf(why)(`the disk${why && ` (skipped: ${why})`}`, () => {
  it.each([
    ['ignore', ['log alert']],
    ['syslog', ['log alert']],
    ['exec /bin/free-some', ['script /bin/free-some']],
    ['suspend', ['log alert']],
    ['single', ['log alert', 'run level single']],
    ['halt', ['log alert', 'run level halt']],
  ])('full, disk_full_action = %s', async (action, asked) => {
    disk = new Disk();
    disk.tmpfs('64k');
    await disk.open(`disk_full_action = ${action}`);
    disk.fill('filler', 40 * 1024);
    for (let i = 0; i < 20; i++) disk.send(50); // 100 KB in all
    expect(disk.asked).toEqual(asked);
    expect(disk.read().broken).toEqual([]);
    expect(disk.read().numbers.length).toBeGreaterThan(50);
    disk.free('filler');
    disk.trail.tick();
    if (suspends(action)) expect(disk.read().told).toBe(0);
    disk.trail.resume();
    disk.send(10);
    expect(disk.read().numbers.at(-1)).toBe(disk.sent - 1);
    accounted();
    // Full again is a new trouble, and its action is due again.
    disk.fill('filler', 30 * 1024);
    for (let i = 0; i < 20; i++) disk.send(50);
    expect(disk.asked).toEqual([...asked, ...asked]);
  });

  it('full, disk_full_action = rotate: the oldest file goes, the newest records are there', async () => {
    disk = new Disk();
    disk.tmpfs('64k');
    await disk.open('disk_full_action = rotate\nnum_logs = 3\nmax_log_file_action = rotate');
    for (let i = 0; i < 40; i++) disk.send(50);
    const { numbers, broken } = disk.read();
    expect([disk.asked, broken]).toEqual([[], []]);
    expect(numbers.at(-1)).toBe(disk.sent - 1);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => numbers[0]! + i)); // no gap
    expect(disk.trail.state().log!.lost).toBe(0);
  });

  it.each(
    ['space_left', 'admin_space_left'].flatMap((mark) =>
      (
        [
          ['ignore', []],
          ['syslog', ['log alert']],
          ['email', ['log alert', 'mail root']],
          ['exec /bin/free-some', ['script /bin/free-some']],
          ['suspend', ['log alert']],
          ['single', ['log alert', 'run level single']],
          ['halt', ['log alert', 'run level halt']],
        ] as const
      ).map(([action, asked]) => [mark, action, asked] as const),
    ),
  )('less than %s, action %s', async (mark, action, asked) => {
    disk = new Disk();
    disk.tmpfs('4m');
    const marks = mark === 'space_left' ? 'space_left = 2' : 'space_left = 3\nadmin_space_left = 2';
    await disk.open(`${marks}\n${mark}_action = ${action}`);
    disk.trail.tick();
    expect(disk.asked).toEqual([]);
    disk.fill('filler', 2.5 * 1024 * 1024);
    disk.trail.tick();
    disk.trail.tick();
    expect(disk.asked).toEqual(asked); // once
    disk.send(5);
    expect(disk.trail.state().log!.suspended).toBe(suspends(action));
    expect(disk.read().numbers.length).toBe(suspends(action) ? 0 : 5);
    disk.free('filler');
    disk.trail.resume();
    disk.trail.tick();
    disk.send(5);
    accounted();
    disk.fill('filler', 2.5 * 1024 * 1024);
    disk.trail.tick();
    expect(disk.asked).toEqual([...asked, ...asked]);
  });

  it.each(['space_left', 'admin_space_left'])('less than %s, action rotate: the oldest file goes', async (mark) => {
    disk = new Disk();
    disk.tmpfs('4m');
    const marks = mark === 'space_left' ? 'space_left = 2' : 'space_left = 3\nadmin_space_left = 2';
    await disk.open(`${marks}\n${mark}_action = rotate\nnum_logs = 2\nmax_log_file_action = rotate`);
    disk.send(20_000); // 1.8 MB
    disk.trail.tick();
    disk.send(5000);
    disk.trail.tick(); // 1.75 MB free: rotated, which frees nothing yet
    disk.trail.tick(); // still: rotated again, and the 20,000 are gone
    expect(disk.trail.state().log!.free).toBeGreaterThan(2 << 20);
    disk.send(5);
    expect(disk.read().numbers.at(-1)).toBe(disk.sent - 1);
    expect(disk.asked).toEqual([]);
  });

  it.each([
    ['ignore', [], 0],
    ['syslog', ['log alert'], 0],
    ['exec /bin/move-it', ['log alert', 'script /bin/move-it'], 0],
    ['suspend', ['log alert'], 0],
    ['rotate', [], 1],
    ['keep_logs', [], 4],
  ])('a file of max_log_file, max_log_file_action = %s', async (action, asked, rotated) => {
    disk = new Disk();
    disk.tmpfs('16m');
    await disk.open(`num_logs = 2\nmax_log_file_action = ${action}`.replace(/^/, 'max_log_file = 1\n'));
    for (let i = 0; i < 4; i++) disk.send(12_000); // 1.1 MB each
    expect(disk.asked).toEqual(asked);
    expect(readdirSync(disk.mount).length - 1).toBe(rotated);
    const stops = action === 'suspend' || action.startsWith('exec');
    expect(disk.read().numbers.length).toBe(stops ? 12_000 : action === 'rotate' ? 12_000 : 48_000);
    if (action === 'rotate') return;
    disk.trail.resume();
    if (stops) run('mv', `${disk.mount}/audit.log`, `${disk.mount}/audit.log.9`);
    disk.trail.tick();
    disk.send(5);
    accounted();
  });

  it('exec: a script that fails suspends logging', async () => {
    disk = new Disk();
    disk.tmpfs('64k');
    disk.scriptFault = 'it ended with status 1';
    await disk.open('disk_full_action = exec /bin/free-some');
    for (let i = 0; i < 20; i++) disk.send(50);
    await new Promise((done) => setImmediate(done));
    expect(disk.trail.state().log!.suspended).toBe(true);
    expect(disk.said.join()).toContain('it ended with status 1');
  });
});

describe.skipIf(why)(`a read-only file system${why && ` (skipped: ${why})`}`, () => {
  it('under the log at the start: refused with a word', async () => {
    disk = new Disk();
    disk.tmpfs('1m');
    run('mount', '-o', 'remount,ro', disk.mount);
    await expect(disk.open('')).rejects.toMatchObject({
      code: 'disk-error',
      message: expect.stringMatching(/^Cannot open .*audit\.log: .*read-only/),
    });
  });

  it('under a log a HUP asks for: refused, and the old log goes on', async () => {
    disk = new Disk();
    disk.tmpfs('1m');
    await disk.open('');
    const other = join(disk.folder, 'plugins.d'); // any folder that is there
    run('mount', '-t', 'tmpfs', '-o', 'ro,mode=0700', 'tmpfs', other);
    try {
      const { config } = readConfig(`log_file = ${other}/audit.log\n`, 'auditd.conf');
      await expect(disk.trail.reconfigure(config)).rejects.toMatchObject({ code: 'disk-error' });
    } finally {
      run('umount', other);
    }
    disk.send(5);
    accounted();
  });
});

const noLoop = why || cannotLoop();

describe.skipIf(noLoop)(`a disk that fails${noLoop && ` (skipped: ${noLoop})`}`, () => {
  /** A file system on a device that loses its second half: the kernel answers EIO to what goes there. */
  async function failing(settings: string): Promise<void> {
    disk = new Disk();
    const image = join(disk.folder, 'image');
    run('truncate', '-s', '16M', image);
    run('mkfs.ext4', '-q', '-O', '^has_journal', '-E', 'lazy_itable_init=0', image);
    run('mount', '-o', 'loop,errors=continue', image, disk.mount);
    run('chmod', '700', disk.mount);
    await disk.open(settings);
    disk.send(10);
    run('sync', '-f', disk.mount);
    run('truncate', '-s', '1M', image);
    run('losetup', '-c', run('findmnt', '-n', '-o', 'SOURCE', '--mountpoint', disk.mount));
  }

  it.each([
    ['ignore', []],
    ['syslog', Array.from({ length: 5 }, () => 'log alert')],
    ['exec /bin/call-someone', ['script /bin/call-someone']],
    ['suspend', ['log alert']],
    ['single', ['log alert', 'run level single']],
    ['halt', ['log alert', 'run level halt']],
  ])('EIO, disk_error_action = %s: done, and counted', async (action, asked) => {
    await failing(`flush = sync\ndisk_error_action = ${action}`);
    for (let i = 0; i < 10; i++) disk.send(1000);
    const { lost, suspended, diskError } = disk.trail.state().log!;
    expect(lost).toBeGreaterThan(0);
    expect([diskError, suspended]).toEqual([true, suspends(action)]);
    expect(disk.asked).toEqual(asked);
    expect(disk.read().numbers.length + lost).toBe(disk.sent);
  });
});
