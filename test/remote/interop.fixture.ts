// A daemon of either side as a server over loopback, without the kernel (local_events = no), in a folder and a mount
// namespace of its own; clients that speak to it; and its log.
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { dial as connection } from '../connection.fixture.ts';
import { wholeTrail } from '../trail.fixture.ts';
import { until as waitUntil } from '../until.fixture.ts';
import { endChild, OWN_RUN, root, sceneFolder, startIn } from './namespace.fixture.ts';

export const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
export let folder = '';
export let said = '';
const children: ChildProcess[] = [];
const sockets: Socket[] = [];

/** Before and after each test. */
export function newFolder(): void {
  if (root) folder = sceneFolder('interop');
}
export async function dispose(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const child of children.splice(0)) await endChild(child, 'SIGKILL');
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = '';
  said = '';
}

/** Waits, and in vain tells what the programs said and the log's end. */
export const until = (what: string, holds: () => boolean): Promise<void> =>
  waitUntil(what, holds, { about: () => `${said.slice(-1500)}\n${log().slice(-600)}` });
export const log = () => {
  const file = join(folder, 'log', 'audit.log');
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
};
/** All files of the log, oldest first. */
export const trail = () => wholeTrail(join(folder, 'log'));
export const serials = () =>
  [...trail().matchAll(/type=USER msg=audit\(1\.000:(\d+)\): x$/gm)].map((m) => Number(m[1]));
export const record = (n: number) => `type=USER msg=audit(1.000:${n}): x\n`;
/** A program in the namespace, ended after the test; what it says on stderr is kept. */
export function start(program: string, args: readonly string[], mounts: readonly string[] = []): ChildProcess {
  const child = startIn(program, args, mounts);
  child.stdin!.on('error', () => {});
  child.stderr!.on('data', (d: Buffer) => (said += d));
  children.push(child);
  return child;
}

export async function server(
  program: string,
  port: number,
  more = '',
  mounts: readonly string[] = [],
): Promise<ChildProcess> {
  writeFileSync(
    join(folder, 'auditd.conf'),
    `local_events = no\nlog_file = ${folder}/log/audit.log\nplugin_dir = ${folder}/plugins.d\nflush = none\nlog_format = RAW\nmax_log_file = 0
max_log_file_action = ignore\nspace_left = 2\nadmin_space_left = 1\ntcp_listen_port = ${port}\ntcp_listen_queue = 5
tcp_max_per_addr = 4\nuse_libwrap = no\n${more}`,
    { mode: 0o640 },
  );
  const before = log().split('type=DAEMON_START').length;
  const child = start(program, ['-n', '-s', 'nochange', '-c', folder], [OWN_RUN, ...mounts]);
  await until(`${program} to start`, () => child.exitCode !== null || log().split('type=DAEMON_START').length > before);
  expect(child.exitCode, said).toBe(null);
  return child;
}

/** A connection that speaks bare lines, as format = ascii does. */
export async function dial(port: number): Promise<Socket> {
  const socket = await connection({ port, host: '127.0.0.1' }); // the daemon writes DAEMON_START before it listens
  sockets.push(socket.on('error', () => {}).resume());
  return socket;
}
/** A plugin of plugins.d. */
export function plugin(name: string, path: string, args: string, format: string): void {
  const text = `active = yes\ndirection = out\npath = ${path}\ntype = always\nargs = ${args}\nformat = ${format}\n`;
  writeFileSync(join(folder, 'plugins.d', `${name}.conf`), text, { mode: 0o640 });
}
export const file = (name: string) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'latin1') : '';
