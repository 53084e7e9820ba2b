// What a test of plugins under a daemon needs: a folder, a daemon in a namespace of its own, and ends for what plugins
// send: a unix socket's reader, a system log, a server for records, a statsd server.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { AuditClient } from '../../src/kernel/index.ts';
import { RemoteServer } from '../../src/remote/server.ts';
import { dial } from '../connection.fixture.ts';
import { endChild, OWN_RUN, ownDev, ownEtc, sceneFolder, startIn } from '../remote/namespace.fixture.ts';
import { until } from '../until.fixture.ts';

export const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const PERL_EAR = `use IO::Socket::UNIX; use Socket; $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
$| = 1; print "ready\\n"; open(F, '>', $ARGV[1]); F->autoflush; print F "$m\\n" while defined $s->recv($m, 65536);`;

export let folder = '';
let cleanups: (() => unknown)[] = [];
/** A new folder for a test; `dispose` takes it away, with everything started in it. */
export function newScene(): void {
  folder = sceneFolder('plugins');
  for (const name of ['etc', 'dev']) mkdirSync(join(folder, name));
}

export async function dispose(): Promise<void> {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = '';
}
folder = '';

export const file = (name: string) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'latin1') : '';
export const put = (name: string, text: string, mode = 0o640) => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
};

/** A plugin of plugins.d. The program is a script of root's: a clone may belong to anyone, and 3.0.9 takes two arguments. */
export function plugin(name: string, command: string, format: string): void {
  put(`${name}.sh`, `#!/bin/sh\nexec ${command}\n`, 0o750);
  const path = join(folder, `${name}.sh`);
  put(`plugins.d/${name}.conf`, `active = yes\ndirection = out\npath = ${path}\ntype = always\nformat = ${format}\n`);
}

/** What a reader of a unix socket hears. */
export async function listenTo(path: string): Promise<Buffer[]> {
  const heard: Buffer[] = [];
  const socket = await dial({ path });
  socket.on('data', (d: Buffer) => heard.push(d)).on('error', () => {});
  cleanups.push(() => socket.destroy());
  return heard;
}

/** A server for an audisp-remote: the lines it got, without the name it gave the sender. */
export async function remoteSink(): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = [];
  const take = (bytes: Uint8Array) => {
    const text = Buffer.from(bytes).toString('latin1').trimEnd();
    lines.push(...text.split('\n').map((l) => l.replace(/^node=\S+ /, '')));
    return 'written' as const;
  };
  const options = { port: 0, host: '127.0.0.1', backlog: 5, maxPerAddress: 9, maxIdle: 0 };
  const server = new RemoteServer({ ...options, clientPorts: [1, 65_535] }, { take, note: () => {} });
  cleanups.push(() => server.stop());
  return { port: await server.start(), lines };
}

/** Sums of the counters of statsd packets. */
export async function statsdSink(): Promise<{ port: number; sums: Map<string, number> }> {
  const sums = new Map<string, number>();
  const socket = createSocket('udp4', (packet) => {
    for (const line of packet.toString().trimEnd().split('\n')) {
      const match = /^([\w.]+):(\d+)\|([cg])$/.exec(line);
      if (!match) throw new Error(`not a statsd line: ${line}`);
      if (match[3] === 'c') sums.set(match[1]!, (sums.get(match[1]!) ?? 0) + Number(match[2]));
    }
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  cleanups.push(() => socket.close());
  return { port: socket.address().port, sums };
}

export const remoteConf = (port: number, queue: string) =>
  `remote_server = 127.0.0.1\nport = ${port}\ntransport = tcp\nmode = immediate\nqueue_file = ${queue}\nqueue_depth = 10000
format = managed\nnetwork_retry_time = 1\nmax_tries_per_record = 50\nmax_time_per_record = 10\nnetwork_failure_action = syslog\n`;

export async function systemLog(): Promise<void> {
  const ear = spawn('perl', ['-e', PERL_EAR, join(folder, 'dev/log'), join(folder, 'syslog')], { stdio: 'pipe' });
  cleanups.push(() => endChild(ear, 'SIGKILL'));
  await new Promise<void>((done, fail) => {
    ear.stdout.once('data', () => done());
    ear.once('exit', () => fail(new Error('perl cannot hear datagrams')));
  });
}

/** The system log's messages of one facility, without the time. */
export const messages = (facility: number) =>
  [...file('syslog').matchAll(/^<(\d+)>\w{3} [ \d]\d \d\d:\d\d:\d\d (.*)$/gm)]
    .filter((m) => Number(m[1]) === facility * 8 + 6)
    .map((m) => m[2]!.replace(/^[^:]*: /, '').trimEnd());

export async function daemonUp(daemon: string, log_format: string, kernel: AuditClient): Promise<ChildProcess> {
  put(
    'auditd.conf',
    `log_file = ${folder}/log/audit.log\nplugin_dir = ${folder}/plugins.d\nflush = none\nmax_log_file = 0
max_log_file_action = ignore\nspace_left = 2\nadmin_space_left = 1\nlog_format = ${log_format}\nq_depth = 20000\n`,
  );
  const args = ['-n', '-s', 'enable', '-c', folder];
  const child = startIn(daemon, args, [OWN_RUN, ownDev(folder), ownEtc(folder)]);
  let said = '';
  child.stderr!.on('data', (d: Buffer) => (said += d));
  cleanups.push(() => endChild(child, 'SIGKILL'));
  await until(
    `${daemon} to hold the kernel`,
    () =>
      child.exitCode !== null || (kernel.status().pid === child.pid && file('log/audit.log').includes('DAEMON_START')),
  );
  expect(child.exitCode, said).toBe(null);
  kernel.set({ backlogLimit: 8192 });
  return child;
}

/** What two lists of lines have not in common, and whether what they have in common is in the same order. */
export function difference(want: readonly string[], got: readonly string[]) {
  const [wanted, gotten] = [new Set(want), new Set(got)];
  const common = (lines: readonly string[], other: ReadonlySet<string>) => lines.filter((l) => other.has(l)).join('\n');
  return {
    missing: want.filter((l) => !gotten.has(l)).slice(0, 5),
    extra: got.filter((l) => !wanted.has(l)).slice(0, 5),
    twice: got.length - gotten.size - (want.length - wanted.size),
    inOrder: common(want, gotten) === common(got, wanted),
  };
}
export const NONE = { missing: [], extra: [], twice: 0, inOrder: true };
