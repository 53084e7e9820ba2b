// The whole auditd process on small file systems that fill up and fail, fed over the network, so that no kernel is needed.
// Its /sbin/init is a script that only takes notes, in a mount namespace of its own; without it the daemon is not started.
import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../connection.fixture.ts';
import { bin, dial, dispose, file, folder, newFolder, said, server, trail, until } from '../remote/interop.fixture.ts';
import { ownDev } from '../remote/namespace.fixture.ts';
import { cannotLoop, cannotMount, run } from './disk.fixture.ts';

const INIT = '/sbin/init';
const why = cannotMount() || (existsSync(INIT) ? '' : `no ${INIT} to stand in for`);
const noLoop = why || cannotLoop();

const mountPoint = () => join(folder, 'log');
const inLog = (name: string) => join(mountPoint(), name);

beforeEach(() => {
  newFolder();
  for (const name of ['init', 'script']) {
    // The script of `exec` makes room, as one would.
    const text = `#!/bin/sh\n[ "$1" = probe ] && echo stand-in && exit\nrm -f ${inLog('filler')}\necho ${name} $1 >> ${folder}/asked\n`;
    writeFileSync(join(folder, name), text, { mode: 0o750 });
  }
});
afterEach(async () => {
  const at = mountPoint();
  await endWith(daemon);
  while (folder && spawnSync('umount', [at], { stdio: 'ignore' }).status === 0) {
    // until nothing is mounted there any more
  }
  await dispose();
});

let daemon: ChildProcess | undefined;
let socket: Socket;
let sent = 0;

async function endWith(child: ChildProcess | undefined): Promise<void> {
  daemon = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

async function begin(settings: string): Promise<void> {
  sent = 0;
  const port = await freePort();
  const standIn = `mount --bind ${folder}/init ${INIT} && [ "$(${INIT} probe)" = stand-in ]`;
  // No system log either: what the daemon says is on its standard error.
  daemon = await server(join(bin, 'auditd'), port, settings, [standIn, ownDev(folder)]);
  socket = await dial(port);
  await until('the connection', () => trail().includes('type=DAEMON_ACCEPT '));
}

function send(count: number): void {
  let text = '';
  for (let i = 0; i < count; i++) text += `type=USER msg=audit(1.000:${sent++}): ${'x'.repeat(60)}\n`;
  socket.write(text);
}

const NUMBERED = /^(?:node=\S+ )?type=USER msg=audit\(1\.000:(\d+)\): x{60}$/;
const ANY = /^(?:node=\S+ )?type=[A-Z_]+ msg=audit\(\d+\.\d{3}:\d+\): .+$/;

/** What the trail tells: the numbers in it, the sum of the losses told, lines that are not whole. */
function told(): { numbers: number[]; lost: number; broken: string[] } {
  const lines = trail().split('\n');
  const last = lines.pop()!;
  return {
    numbers: lines.flatMap((l) => NUMBERED.exec(l)?.slice(1).map(Number) ?? []),
    lost: lines.reduce((n, l) => n + Number(/ op=records-not-written lost=(\d+) /.exec(l)?.[1] ?? 0), 0),
    broken: [...lines.filter((l) => !ANY.test(l)), ...(last ? [last] : [])],
  };
}

/** Asks for a state report and reads a line of the one there is: an older one perhaps, or '' where there is none yet. */
function state(what: string): string {
  const path = `/proc/${daemon!.pid}/root/run/audit/auditd.state`;
  daemon!.kill('SIGCONT');
  return existsSync(path) ? (new RegExp(`^${what} = (.*)$`, 'm').exec(readFileSync(path, 'latin1'))?.[1] ?? '') : '';
}

const stateIs = (what: string, value: string) => until(`${what} = ${value}`, () => state(what) === value);

/** All that was sent is in the log, or counted as lost. */
const settled = () =>
  until('every record written or counted', () => told().numbers.length + Number(state('records not written')) === sent);

/** Every record is in the log once and in order, or told as lost there. */
async function accounted(): Promise<void> {
  await until('the loss in the trail', () => told().numbers.length + told().lost === sent);
  const { numbers, broken } = told();
  expect(broken).toEqual([]);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.at(-1)).toBe(sent - 1);
}

const asked = () => file('asked').trim();
const fill = (kib: number) => writeFileSync(inLog('filler'), Buffer.alloc(kib * 1024));
const alive = () => expect([daemon!.exitCode, daemon!.signalCode]).toEqual([null, null]);

/** Each action of disk_full_action and disk_error_action (but `rotate`), and what it asks to be run. */
const ACTIONS = [
  ['ignore', ''],
  ['syslog', ''],
  ['exec', 'script'],
  ['suspend', ''],
  ['single', 'init 1'],
  ['halt', 'init 0'],
] as const;

describe.skipIf(why)(`auditd on a small disk${why && ` (skipped: ${why})`}`, () => {
  const small = (size: string) => run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', mountPoint());

  it.each(ACTIONS)('full, disk_full_action = %s', async (action, asks) => {
    small('256k');
    await begin(`disk_full_action = ${action}${action === 'exec' ? ` ${folder}/script` : ''}\n`);
    fill(180);
    send(2000); // 190 KB
    if (asks) await until(`${asks} to be run`, () => asked() === asks);
    await settled();
    if (action !== 'exec') await until('the message', () => said.includes('no space is left'));
    expect(told().numbers.length).toBeGreaterThan(100);
    expect(told().broken).toEqual([]);
    await stateIs('logging suspended', action === 'suspend' ? 'yes' : 'no');
    rmSync(inLog('filler'), { force: true });
    if (action === 'suspend') daemon!.kill('SIGUSR2');
    await stateIs('logging suspended', 'no');
    send(10);
    await accounted();
    expect(asked()).toBe(asks);
    alive();
  });

  it('full, disk_full_action = rotate: the oldest files go, the newest records are there without a gap', async () => {
    small('256k');
    await begin('disk_full_action = rotate\nnum_logs = 3\nmax_log_file_action = rotate\n');
    for (let i = 0; i < 10; i++) {
      send(500); // 475 KB in all
      await until(`lot ${i}`, () => told().numbers.at(-1) === sent - 1);
    }
    await stateIs('records not written', '0');
    const { numbers, broken } = told();
    expect(broken).toEqual([]);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => sent - numbers.length + i));
    expect(numbers.length).toBeLessThan(sent);
  });

  it.each([
    ['space_left', 'syslog', ''],
    ['space_left', 'suspend', ''],
    ['space_left', 'single', 'init 1'],
    ['admin_space_left', 'exec', 'script'],
    ['admin_space_left', 'suspend', ''],
    ['admin_space_left', 'halt', 'init 0'],
  ])('less than %s, action %s', async (mark, action, asks) => {
    small('4m');
    const script = action === 'exec' ? ` ${folder}/script` : '';
    await begin(
      `${mark === 'space_left' ? '' : 'space_left = 3\nadmin_space_left = 2\n'}${mark}_action = ${action}${script}\n`,
    );
    send(5);
    await until('5 records', () => told().numbers.length === 5);
    fill(2560);
    if (action === 'suspend') await stateIs('logging suspended', 'yes');
    else if (asks) await until(`${asks} to be run`, () => asked() === asks);
    else await until('the alert', () => said.includes('MiB are left'));
    send(5);
    await settled();
    expect(told().numbers.length).toBe(action === 'suspend' ? 5 : 10);
    rmSync(inLog('filler'), { force: true });
    daemon!.kill('SIGUSR2');
    await stateIs('logging suspended', 'no');
    send(5);
    await accounted();
    expect(asked()).toBe(asks);
    alive();
  });
});

describe.skipIf(noLoop)(`auditd on a disk that fails${noLoop && ` (skipped: ${noLoop})`}`, () => {
  it.each(ACTIONS)('EIO, disk_error_action = %s', async (action, asks) => {
    const image = join(folder, 'image');
    run('truncate', '-s', '16M', image);
    run('mkfs.ext4', '-q', '-O', '^has_journal', '-E', 'lazy_itable_init=0', image);
    run('mount', '-o', 'loop,errors=continue', image, mountPoint());
    run('chmod', '700', mountPoint());
    await begin(`disk_error_action = ${action}${action === 'exec' ? ` ${folder}/script` : ''}\nflush = sync\n`);
    send(10);
    await until('10 records', () => told().numbers.length === 10);
    // The device loses all but its beginning: the kernel answers EIO to what goes beyond.
    run('sync', '-f', mountPoint());
    run('truncate', '-s', '1M', image);
    run('losetup', '-c', run('findmnt', '-n', '-o', 'SOURCE', '--mountpoint', mountPoint()));
    for (let lot = 0; lot < 5; lot++) send(1000);
    await settled();
    if (asks) await until(`${asks} to be run`, () => asked() === asks);
    await until('records not written', () => Number(state('records not written')) > 0);
    await stateIs('disk error detected', 'yes');
    await stateIs('logging suspended', action === 'suspend' ? 'yes' : 'no');
    if (action === 'syslog') await until('the message', () => said.includes('Cannot write to'));
    expect(said.split('Cannot write to').length - 1).toBeLessThanOrEqual(5);
    expect(asked()).toBe(asks);
    alive();
  });
});
