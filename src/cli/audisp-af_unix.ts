// `audisp-af_unix [MODE] [PATH] [string|binary] [DEPTH]`: the plugin that gives records to whoever connects to a unix
// socket (audisp-af_unix(8)). Several may connect; one that reads too slowly loses its own records, counted.

import { lstatSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { AuditError } from '../base/error.ts';
import { BoundedQueue } from '../base/queue.ts';
import { binaryOf, encodeBinary } from '../dispatch/wire.ts';
import { makeFolder, replaceFile } from '../host/files.ts';
import { type PluginProgram, runPlugin } from './plugin.ts';

interface Arguments {
  readonly mode: number;
  readonly path: string;
  readonly binary: boolean;
  readonly depth: number;
}

function readArguments(words: readonly string[]): Arguments {
  let given: Arguments = { mode: 0o640, path: '/run/audit/audispd_events', binary: false, depth: 512 };
  for (const word of words) {
    if (/^0[0-7]{1,4}$/.test(word)) given = { ...given, mode: Number.parseInt(word, 8) & 0o777 };
    else if (word.startsWith('/')) given = { ...given, path: word };
    else if (word === 'string' || word === 'binary') given = { ...given, binary: word === 'binary' };
    else if (/^[1-9]\d{0,6}$/.test(word)) given = { ...given, depth: Number(word) };
    else
      throw new AuditError(
        'usage',
        `Cannot use "${word}": a mode (0640), an absolute path, string or binary, or a queue depth is meant`,
      );
  }
  return given;
}

/** One who listens: a queue and one write under way. */
class Listener {
  readonly queue: BoundedQueue<Uint8Array>;
  private readonly socket: Socket;
  private writing = false;

  constructor(socket: Socket, depth: number) {
    this.socket = socket;
    this.queue = new BoundedQueue(depth);
  }

  push(record: Uint8Array): void {
    this.queue.push(record);
    this.pump();
  }

  private pump(): void {
    const next = this.writing ? undefined : this.queue.shift();
    if (!next) return;
    this.writing = true;
    this.socket.write(next, () => {
      this.writing = false;
      this.pump();
    });
  }
}

/** A stale socket of a plugin that ended without tidying up is removed; anything else at the path is left alone. */
function makeRoom(path: string): void {
  makeFolder(dirname(path), 0o750);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw new AuditError('usage', `Cannot listen at ${path}: there is a file that is no socket`);
  rmSync(path);
}

async function start(): Promise<PluginProgram> {
  const { mode, path, binary, depth } = readArguments(process.argv.slice(2));
  const listeners = new Set<Listener>();
  let lost = 0;
  const server = createServer((socket) => {
    const listener = new Listener(socket, depth);
    listeners.add(listener);
    socket.on('error', () => {});
    socket.resume();
    socket.on('close', () => {
      listeners.delete(listener);
      lost += listener.queue.refused;
    });
  });
  makeRoom(path);
  // A socket's mode is what the umask leaves; a chmod afterwards would come late, and could be led to another file.
  const umask = process.umask(0o777 & ~mode);
  await new Promise<void>((done, fail) => server.once('error', fail).listen(path, done));
  process.umask(umask);
  const state = () => {
    const all = [...listeners];
    const most = all.reduce((n, l) => Math.max(n, l.queue.highWater), 0);
    const refused = all.reduce((n, l) => n + l.queue.refused, lost);
    return `connected = ${all.length}\nqueue depth = ${depth}\nmax queue depth used = ${most}\nrecords lost = ${refused}\n`;
  };
  return {
    record: (text, came) => {
      if (listeners.size === 0) return;
      const record = binary ? (came ? encodeBinary(came) : binaryOf(text, false)) : Buffer.concat([text, NEWLINE]);
      for (const listener of listeners) listener.push(record);
    },
    end: () => {},
    report: () => replaceFile(join('/run/audit', 'af_unix.state'), state(), { mode: 0o640 }),
    stop: async () => {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

const NEWLINE = Buffer.from('\n');

const USAGE =
  '[MODE] [PATH] [string|binary] [DEPTH]\n\nGives records to whoever connects to the unix socket PATH (/run/audit/audispd_events).';

export const main = () => runPlugin('audisp-af_unix', USAGE, start);
