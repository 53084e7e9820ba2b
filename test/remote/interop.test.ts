// The reference's programs and ours on the two ends of one wire, over loopback, without the kernel (local_events = no):
// a server restart in the middle, store-and-forward, and every record there once. Skipped, and said, without them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeMessage, TYPE } from '../../src/remote/protocol.ts';
import { wholeTrail } from '../trail.fixture.ts';

const bin = new URL('../../bin/', import.meta.url).pathname;
const FOLDERS = [process.env.AUSPEX_REFERENCE ?? '', '/usr/sbin', '/sbin'].filter(Boolean);
const tool = (name: string) => FOLDERS.map((d) => join(d, name)).find((f) => existsSync(f));
const auditd = tool('auditd');
const remote = tool('audisp-remote');
const root = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

let folder: string;
const children: ChildProcess[] = [];
const sockets: Socket[] = [];
// Under /run: the reference refuses a log below a folder everyone may write to.
beforeEach(() => {
  if (!root) return;
  folder = mkdtempSync('/run/auspex-interop-');
  mkdirSync(join(folder, 'log'), { mode: 0o700 });
  mkdirSync(join(folder, 'plugins.d'), { mode: 0o750 });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const child of children.splice(0)) await end(child, 'SIGKILL');
  if (root) rmSync(folder, { recursive: true, force: true });
});

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}
async function until(what: string, done: () => boolean, seconds = 30): Promise<void> {
  for (let i = 0; i < seconds * 50 && !done(); i++) await sleep(20);
  if (!done()) throw new Error(`waited ${seconds} s for: ${what}\n${said.slice(-1500)}\n${log().slice(-600)}`);
}
const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
const log = () => {
  const file = join(folder, 'log', 'audit.log');
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
};
/** All files of the log, oldest first. */
const trail = () => wholeTrail(join(folder, 'log'));
const serials = () => [...trail().matchAll(/type=USER msg=audit\(1\.000:(\d+)\): x$/gm)].map((m) => Number(m[1]));
const record = (n: number) => `type=USER msg=audit(1.000:${n}): x\n`;
let said = '';

/** A program in a mount namespace of its own, after `mounts`: its pid file, its state and its /etc are not the machine's. */
function start(program: string, args: readonly string[], mounts: readonly string[] = []): ChildProcess {
  const script = `${mounts.map((m) => `${m} && `).join('')}exec "$0" "$@"`;
  const child = spawn('unshare', ['-m', '/bin/sh', '-c', script, program, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin!.on('error', () => {});
  child.stderr!.on('data', (d: Buffer) => (said += d));
  children.push(child);
  return child;
}

async function server(program: string, port: number, more = '', mounts: readonly string[] = []): Promise<ChildProcess> {
  writeFileSync(
    join(folder, 'auditd.conf'),
    `local_events = no\nlog_file = ${folder}/log/audit.log\nplugin_dir = ${folder}/plugins.d\nflush = none\nmax_log_file = 0
max_log_file_action = ignore\nspace_left = 2\nadmin_space_left = 1\ntcp_listen_port = ${port}\ntcp_listen_queue = 5
tcp_max_per_addr = 4\nuse_libwrap = no\n${more}`,
    { mode: 0o640 },
  );
  const before = log().split('type=DAEMON_START').length;
  const own = `mkdir -p /run/audit && mount -t tmpfs tmpfs /run/audit && { test ! -e /var/run/auditd.pid || mount --bind /dev/null /var/run/auditd.pid; }`;
  const child = start(program, ['-n', '-s', 'nochange', '-c', folder], [own, ...mounts]);
  await until(`${program} to start`, () => child.exitCode !== null || log().split('type=DAEMON_START').length > before);
  expect(child.exitCode, said).toBe(null);
  return child;
}

const settings = (port: number) => `remote_server = 127.0.0.1\nport = ${port}\ntransport = tcp\nmode = forward
queue_file = ${folder}/queue\nqueue_depth = 5000\nformat = managed\nnetwork_retry_time = 1\nmax_tries_per_record = 50
max_time_per_record = 10\nheartbeat_timeout = 0\nnetwork_failure_action = syslog\nremote_ending_action = reconnect
startup_failure_action = warn_once_continue\n`;

/** Records all through a restart of the server, and on after it, for the reference's client tries only with a new one. */
async function restartInTheMiddle(
  program: string,
  client: ChildProcess,
  port: number,
  first: ChildProcess,
): Promise<void> {
  let n = 0;
  const some = async (count: number, pause: number) => {
    for (let i = 0; i < count; i++) {
      client.stdin!.write(record(n++));
      if (pause > 0) await sleep(pause);
    }
  };
  await some(200, 1);
  await until('the first records', () => serials().length > 50);
  const stopping = end(first);
  await some(100, 2);
  await stopping;
  await some(50, 2);
  await server(program, port);
  for (let i = 0; i < 200 && serials().length < n; i++) await some(i < 40 ? 1 : 0, 100);
  await until(`all ${n} records`, () => new Set(serials()).size === n);
  const all = serials();
  expect(new Set(all).size).toBe(n);
  expect(all.length, 'records that came twice').toBe(n);
  expect(all).toEqual([...all].sort((a, b) => a - b));
}

const why = root ? '' : ' (skipped: needs root and mount namespaces)';
describe.skipIf(!root)(`interop over loopback${why}`, () => {
  it.skipIf(!remote)(
    `the reference's audisp-remote -> our auditd${remote ? '' : ' (skipped: no audisp-remote)'}`,
    async () => {
      const port = await freePort();
      const first = await server(join(bin, 'auditd'), port);
      writeFileSync(join(folder, 'remote.conf'), settings(port), { mode: 0o640 });
      const overlay = `mkdir ${folder}/etc && cp ${folder}/remote.conf ${folder}/etc/audisp-remote.conf && mount --bind ${folder}/etc /etc/audit`;
      const client = start(remote!, [], [overlay]);
      await restartInTheMiddle(join(bin, 'auditd'), client, port, first);
    },
    90_000,
  );

  it.skipIf(!auditd)(
    `our audisp-remote -> the reference's auditd${auditd ? '' : ' (skipped: no auditd)'}`,
    async () => {
      const port = await freePort();
      const first = await server(auditd!, port);
      writeFileSync(join(folder, 'remote.conf'), settings(port), { mode: 0o640 });
      const client = start(join(bin, 'audisp-remote'), [join(folder, 'remote.conf')]);
      await restartInTheMiddle(auditd!, client, port, first);
    },
    90_000,
  );
});

/** A connection that speaks bare lines, as format = ascii does. */
async function dial(port: number): Promise<Socket> {
  // The daemon writes DAEMON_START before it listens.
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true));
      socket.once('error', () => done(false));
    });
    if (open) {
      sockets.push(socket.on('error', () => {}).resume());
      return socket;
    }
    await sleep(20);
  }
  throw new Error(`nobody listens on port ${port}`);
}
const EVENT = (n: number) =>
  `type=SYSCALL msg=audit(1795234667.115:${n}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=4000000 auid=1001 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="x" exe="/bin/x" key="k${n}"
type=PROCTITLE msg=audit(1795234667.115:${n}): proctitle="x"
type=EOE msg=audit(1795234667.115:${n}): \n`;
function plugin(name: string, path: string, args: string, format: string): void {
  const text = `active = yes\ndirection = out\npath = ${path}\ntype = always\nargs = ${args}\nformat = ${format}\n`;
  writeFileSync(join(folder, 'plugins.d', `${name}.conf`), text, { mode: 0o640 });
}
const file = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'latin1') : '');
const laurel = tool('laurel');
const syslog = tool('audisp-syslog');

describe.skipIf(!root)(`plugins of one side under the other's daemon${why}`, () => {
  it.skipIf(!laurel)(
    `laurel under ours${laurel ? '' : ' (skipped: no laurel)'}`,
    async () => {
      mkdirSync(join(folder, 'laurel'));
      const config = `directory = "${folder}/laurel"\nuser = "root"\n[auditlog]\nfile = "audit.log"\nsize = 1000000\ngenerations = 2\n`;
      writeFileSync(join(folder, 'laurel.toml'), config);
      plugin('laurel', laurel!, `--config ${folder}/laurel.toml`, 'string');
      const port = await freePort();
      const daemon = await server(join(bin, 'auditd'), port, 'distribute_network = yes\n');
      const socket = await dial(port);
      for (let n = 1; n <= 20; n++) socket.write(EVENT(n));
      await until(
        '20 events from laurel',
        () =>
          file('laurel/audit.log')
            .split('\n')
            .filter((l) => /"key":"k\d+"/.test(l)).length === 20,
      );
      await end(daemon);
    },
    60_000,
  );

  it.skipIf(!syslog)(
    `the reference's audisp-syslog under ours${syslog ? '' : ' (skipped: no audisp-syslog)'}`,
    async () => {
      // A /dev of its own, whose log is ours: syslog(3) also speaks to a stream.
      mkdirSync(join(folder, 'dev'));
      let heard = '';
      const ear = createServer((socket) => socket.on('data', (d: Buffer) => (heard += d.toString('latin1'))));
      await new Promise<void>((done) => ear.listen(join(folder, 'dev', 'log'), done));
      const dev = `cd ${folder}/dev && for f in null zero random urandom; do touch $f && mount --bind /dev/$f $f || exit 9; done; cd / && mount --rbind ${folder}/dev /dev`;
      plugin('syslog', syslog!, 'LOG_INFO', 'string');
      const port = await freePort();
      const daemon = await server(join(bin, 'auditd'), port, 'distribute_network = yes\n', [`{ ${dev}; }`]);
      const socket = await dial(port);
      for (let n = 1; n <= 20; n++) socket.write(record(n));
      await until(
        '20 records in the system log',
        () => (heard.match(/type=USER msg=audit\(1\.000:\d+\): x/g) ?? []).length === 20,
      );
      await end(daemon);
      ear.close();
    },
    60_000,
  );

  it.skipIf(!auditd)(
    `our audisp-json under the reference's auditd${auditd ? '' : ' (skipped: no auditd)'}`,
    async () => {
      const program = join(folder, 'json'); // a plugin must belong to root, whoever owns this clone
      writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${bin}audisp-json "$@"\n`);
      chmodSync(program, 0o750);
      writeFileSync(join(folder, 'json.conf'), `file = ${folder}/events.json\n`, { mode: 0o640 });
      plugin('json', program, `${folder}/json.conf`, 'string');
      const port = await freePort();
      const daemon = await server(auditd!, port, 'distribute_network = yes\n');
      const socket = await dial(port);
      let seq = 0; // in the managed format, which is all that auditd reads by the line
      for (let n = 1; n <= 20; n++)
        for (const line of EVENT(n).trimEnd().split('\n'))
          socket.write(encodeMessage({ type: TYPE.record, seq: ++seq, body: Buffer.from(`${line}\n`) }));
      await until(
        '20 events',
        () =>
          file('events.json')
            .split('\n')
            .filter((l) => /"k\d+"/.test(l)).length === 20,
      );
      await end(daemon);
    },
    60_000,
  );
});

describe.skipIf(!root)(`our auditd when the machine is hard on it${why}`, () => {
  it('no file descriptor left: who is in is served, and so are the next when there is room again', async () => {
    const port = await freePort();
    const more = 'tcp_max_per_addr = 1000\nnum_logs = 9\nmax_log_file_action = rotate\n';
    const daemon = await server(join(bin, 'auditd'), port, more, ['ulimit -n 64']);
    const first = await dial(port);
    first.write(record(1));
    await until('the first record', () => serials().length === 1);
    const crowd = await Promise.all(Array.from({ length: 200 }, () => dial(port)));
    first.write(record(2));
    await until('the second record', () => serials().length === 2);
    // Rotating needs descriptors: it may fail, says so, and must not lose the log.
    daemon.kill('SIGUSR1');
    await until('an answer', () => trail().includes('type=DAEMON_ROTATE '));
    first.write(record(3));
    await until('the third record', () => serials().length === 3);
    for (const socket of crowd) socket.destroy();
    await until(
      'room again',
      () =>
        spawnSync('ls', [`/proc/${daemon.pid}/fd`])
          .stdout.toString()
          .split('\n').length < 55,
    );
    (await dial(port)).write(record(4));
    await until('the fourth record', () => serials().includes(4));
    daemon.kill('SIGUSR1');
    const rotations = (res: string) => trail().split(new RegExp(`type=DAEMON_ROTATE .*res=${res}`)).length - 1;
    await until('a rotation', () => rotations('success') >= 1 && rotations('success') + rotations('failed') === 2);
    first.write(record(5));
    await until('the fifth record', () => serials().includes(5));
    expect(daemon.exitCode).toBe(null);
    expect(serials()).toEqual([1, 2, 3, 4, 5]);
    expect(trail().match(/^(?!type=[A-Z_]+ msg=audit\(|node=).*$/m)?.[0] ?? '').toBe('');
    await end(daemon);
  }, 60_000);

  it('200 HUPs, some with a wrong or an empty configuration, and 200 USR1s, under records: nothing is lost', async () => {
    const port = await freePort();
    const daemon = await server(join(bin, 'auditd'), port, 'num_logs = 999\nmax_log_file_action = rotate\n');
    const good = file('auditd.conf');
    const socket = await dial(port);
    const said: Readonly<Record<number, string>> = { 5: 'log_format = nonsense\n', 7: '# being written\n' };
    for (let n = 0; n < 200; n++) {
      writeFileSync(join(folder, 'next.conf'), said[n % 10] ?? good, { mode: 0o640 });
      renameSync(join(folder, 'next.conf'), join(folder, 'auditd.conf'));
      daemon.kill('SIGHUP');
      socket.write(record(2 * n) + record(2 * n + 1));
      // Two signals of a kind that come too close are one: each waits for its answer, in the file the last USR1 began.
      await until(`answer ${n} to SIGHUP`, () => log().includes('type=DAEMON_CONFIG '));
      daemon.kill('SIGUSR1');
      await until(`rotation ${n}`, () => readdirSync(join(folder, 'log')).length === n + 2);
    }
    await until('400 records', () => serials().length >= 400);
    expect(serials()).toEqual(Array.from({ length: 400 }, (_, n) => n));
    const answers = (res: string) => trail().split(new RegExp(`type=DAEMON_CONFIG .*res=${res}`)).length - 1;
    expect([answers('success'), answers('failed')]).toEqual([160, 40]);
    await end(daemon);
    expect(daemon.exitCode).toBe(0);
  }, 120_000);

  it.each([['our', join(bin, 'auditd')], ...(auditd ? [["the reference's", auditd] as const] : [])] as const)(
    'a torn last line: %s auditd starts on it',
    async (whose, program) => {
      const torn = 'type=USER msg=audit(1.000:1): torn he';
      writeFileSync(join(folder, 'log', 'audit.log'), `${record(0)}${torn}`, { mode: 0o600 });
      await end(await server(program, await freePort()));
      // docs/compat.md says that the original glues its first record to it: both versions tried here do.
      const line = log().split('\n')[1]!;
      if (whose === 'our') expect([line, log().includes('op=torn-line-closed')]).toEqual([torn, true]);
      else expect(line.startsWith(`${torn}type=DAEMON_START `)).toBe(true);
    },
  );
});
