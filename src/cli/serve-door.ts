// Where the console listens, by which names it is known there, and who may come in besides the bearer of the token.

import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { AuditError } from '../base/index.ts';
import { readGuarded } from '../dispatch/trusted.ts';
import { replaceFile, temporaryFolder } from '../host/index.ts';
import { hostsOf, type ListenOptions, type PasswordHash, readPasswords } from '../web/index.ts';
import { usage } from './options.ts';
import { options, PORT, type ServeLine } from './serve-options.ts';

export interface Door extends ListenOptions {
  readonly passwords: readonly PasswordHash[];
  /** Names a request may ask for, with their port. */
  hosts(port: number): ReadonlySet<string>;
  /** What to open in a browser, without a path. */
  url(port: number): string;
}

const LOOPBACK = '127.0.0.1';
const isLoopback = (address: string): boolean => /^127\./.test(address) || address === '::1';
const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Reads the options that say where to listen. Throws AuditError `usage`, or `file` for one that cannot be read. */
export function doorOf(line: ServeLine): Door {
  const given = line.value('listen') ?? LOOPBACK;
  const address = given === 'localhost' ? LOOPBACK : given.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) throw usage(options, `\`--listen\` takes an address such as 0.0.0.0, not \`${given}\``);
  const [cert, key] = [line.value('cert'), line.value('key')];
  if ((cert === undefined) !== (key === undefined)) throw usage(options, '`--tls-cert` and `--tls-key` go together');
  if (cert === undefined && !isLoopback(address))
    throw usage(options, `on ${address} others could read along: give --tls-cert and --tls-key`);
  const file = line.value('passwords');
  const names = line.values('host');
  const own = isAny(address) ? ownNames() : [];
  const shown = names[0] ?? (isAny(address) ? hostname() : address);
  return {
    address,
    port: portOf(line),
    ...(cert !== undefined && { tls: { cert: read(cert, false), key: read(key!, true) } }),
    passwords: file === undefined ? [] : readPasswords(read(file, false).toString('utf8')),
    hosts: (port) => hostsOf(address, port, [...names, ...own]),
    url: (port) => `${cert === undefined ? 'http' : 'https'}://${isIP(shown) === 6 ? `[${shown}]` : shown}:${port}`,
  };
}

function portOf(line: ServeLine): number {
  const text = line.value('port');
  if (text === undefined) return PORT;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw usage(options, '`--port` takes a number up to 65535');
  return Number(text);
}

/** What this machine is called where it listens on every address. */
const ownNames = (): string[] => [
  hostname(),
  ...Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address.replace(/%.*/, ''))),
];

/** `secret`: nobody else may even read it. */
function read(file: string, secret: boolean): Buffer {
  try {
    return readGuarded(file, secret);
  } catch (cause) {
    throw new AuditError('file', `Cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Opens the desktop's browser, where there is one and a person who started us. Root's session has none to speak of.
 * The address goes through a file of our own: a command line is for every user of the machine to read. */
export function openBrowser(address: string): void {
  const desktop = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!desktop || process.getuid?.() === 0 || process.stdout.isTTY !== true) return;
  const folder = temporaryFolder();
  const file = join(folder.path, 'open.html');
  const text = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${address}"><title>Auspex</title>`;
  replaceFile(file, text);
  process.once('exit', () => folder.forget());
  spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [file], { stdio: 'ignore', detached: true })
    .on('error', () => {}) // the address is printed too
    .unref();
}
