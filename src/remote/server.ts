// The listening side: records of other machines in, acknowledgements out. A record is acknowledged only when the daemon
// has taken it (written it to its log). Peers are not trusted: everything they can make grow is bounded, and a peer that
// sends nonsense, too slowly or from where it may not, is closed and named in the trail. They stand in a doorway
// (doorway.ts) until they have proved who they are, or without TLS, which proves nothing, begun to speak.

import { createServer, type Server, type Socket } from 'node:net';
import { AuditError } from '../base/error.ts';
import { Doorway, longest, type Peer } from './doorway.ts';
import { doorwayLimits, Guests, type Origin, originOf, type Secure } from './guests.ts';
import { claimedNode, labelled, lineOf, NodeNames } from './identity.ts';
import { LastRecords } from './last-record.ts';
import { ConnectionNotes, type NoteType } from './notes.ts';
import { type Message, MessageReader, signal, TYPE } from './protocol.ts';

/** What became of records handed to the daemon. */
export type Taken = 'written' | 'disk full' | 'disk error';

/** What may change while the server runs. */
export interface Limits {
  readonly maxPerAddress: number;
  /** Ports clients may come from, inclusive. */
  readonly clientPorts: readonly [number, number];
  /** Seconds a client may say nothing; 0 for ever. */
  readonly maxIdle: number;
}

export interface ServerOptions extends Limits {
  readonly port: number;
  readonly host?: string;
  readonly backlog: number;
  /** Connections in all. */
  readonly maxConnections?: number;
  /** Seconds for a whole message: from the connection on for the first, from its first byte on for the others. */
  readonly patience?: number;
  /** Bytes of messages not yet whole, of all connections together. */
  readonly heldBytes?: number;
  /** The last lines of the log, where a record that a client sends again is looked for (last-record.ts). */
  readonly written?: readonly string[];
  /** What this machine is called: names no peer may have. */
  readonly own?: () => readonly string[];
  /** Makes a server that takes sockets, not a port, does TLS on them and gives each its proven identity, or says why not;
   * undefined: plain TCP. */
  readonly secure?: Secure;
}

export interface ServerHooks {
  /** Lines with their newlines, and how many. */
  readonly take: (lines: Uint8Array, records: number) => Taken;
  /** A record of ours about a connection: DAEMON_ACCEPT, DAEMON_CLOSE or DAEMON_ERR with its fields. */
  readonly note: (type: NoteType, fields: string) => void;
}

interface Connection extends Peer {
  readonly socket: Socket;
  /** It has proved who it is, or said a whole message. */
  known: boolean;
  readonly reader: MessageReader;
  readonly proven: string | undefined;
  name: string | undefined;
  /** Bytes of a message not yet whole, and since when (ms) it is waited for; 0: nothing is. */
  held: number;
  waiting: number;
  forged: number;
  foreign: number;
  records: number;
}

/** How a record's line begins, as the kernel's log and auditd write it: what is stored here, every verb reads as a record.
 * Anything else is passed over, and that is noted once a connection. */
const RECORD = /^(?:node=\S+ )?type=[\w[\]]{1,64} msg=audit\(\d{1,12}\.\d{3}:\d{1,10}\):/;

/** Bytes of acknowledgements a client may leave unread before it is not read from any more. */
const UNREAD_LIMIT = 64 * 1024;
/** A half-open connection, or a message that comes byte by byte, must not hold its place for ever. */
const PATIENCE = 30;
/** 4096 connections with 64 KiB each would be 256 MiB: no honest set of clients has so much on its way at once. */
const HELD_BYTES = 16 << 20;

const MOST_CONNECTIONS = 4096;

/** Milliseconds that one has to speak before it goes for the next of its address, and how many more may be there then. */
const MOMENT = 50;
const MORE_FOR_A_MOMENT = 8;

export class RemoteServer {
  private options: ServerOptions;
  private readonly hooks: ServerHooks;
  private readonly connections = new Set<Connection>();
  private readonly perAddress = new Map<string, Set<Connection>>();
  /** Without TLS: who has said nothing yet. */
  private readonly doorway = new Doorway<Connection>();
  private readonly names: NodeNames;
  private readonly notes: ConnectionNotes;
  private readonly last: LastRecords;
  private held = 0;
  private dropped = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private server: Server | undefined;
  private guests: Guests | undefined;

  constructor(options: ServerOptions, hooks: ServerHooks) {
    this.options = options;
    this.hooks = hooks;
    this.names = new NodeNames(options.own);
    this.notes = new ConnectionNotes(hooks.note);
    this.last = new LastRecords(options.written);
  }

  /** Listens; throws AuditError NETWORK when it cannot. Resolves to the port (the one asked for, unless that was 0). */
  async start(): Promise<number> {
    const { port, host, backlog, secure } = this.options;
    const guests = secure && this.guestsOf(secure);
    this.guests = guests;
    const server = createServer((socket) => (guests ? guests.receive(socket) : this.accept(socket, undefined)));
    server.maxConnections = this.maxConnections;
    server.on('drop', () => this.dropped++);
    this.server = server;
    await new Promise<void>((done, fail) => {
      server.once('error', (cause) =>
        fail(new AuditError('network', `Cannot listen on port ${port} (tcp_listen_port): ${cause.message}`, { cause })),
      );
      server.listen({ port, host: host ?? '::', backlog }, done);
    });
    server.on('error', () => {}); // out of descriptors: the connection waits in the kernel's queue
    this.sweeper = setInterval(() => this.sweep(), Math.min(this.patience * 500, 5000)).unref();
    return (server.address() as { port: number }).port;
  }

  /** `address:port name` of every client. */
  clients(): string[] {
    return [...this.connections].map((c) => `${c.address}:${c.port} ${c.name ?? '?'}`);
  }

  /** Other limits, for those who come from now on; the idle time for all. */
  limit(limits: Limits): void {
    this.options = { ...this.options, ...limits };
    for (const { socket } of this.connections) socket.setTimeout(limits.maxIdle * 1000);
  }

  /** Closes the connections for which `keep` says no (an access list was read anew). */
  evict(keep: (identity: string) => boolean): void {
    for (const c of this.connections)
      if (c.proven !== undefined && !keep(c.proven)) this.close(c, 'not-allowed', 'failed');
  }

  /** Tells every client that the server is ending, and closes. */
  async stop(): Promise<void> {
    clearInterval(this.sweeper);
    for (const c of this.connections) {
      if (c.reader.mode === 'managed') c.socket.write(signal(TYPE.ending, 0));
      this.close(c, 'server-ending', 'success');
    }
    this.guests?.stop();
    this.tellDropped();
    this.notes.flush();
    await new Promise<void>((done) => (this.server ? this.server.close(() => done()) : done()));
  }

  private get maxConnections(): number {
    return this.options.maxConnections ?? MOST_CONNECTIONS;
  }

  /** Why a connection may not be; '' when it may. */
  private faultOf({ address, port }: Origin): string {
    const { maxPerAddress, clientPorts } = this.options;
    if (port < clientPorts[0] || port > clientPorts[1]) return 'port';
    return (this.perAddress.get(address)?.size ?? 0) >= maxPerAddress ? 'max-connections' : '';
  }

  private guestsOf(secure: Secure): Guests {
    return new Guests(secure, {
      faultOf: (origin) => this.faultOf(origin),
      isOwn: (name) => this.names.isOwn(name),
      limits: () => ({ connections: this.maxConnections, perAddress: this.options.maxPerAddress }),
      admit: (socket, identity) => this.accept(socket, identity),
      turnedAway: ({ address, port }, op) => this.notes.note('ACCEPT', `op=${op}`, address, port, 'failed'),
    });
  }

  private accept(socket: Socket, proven: string | undefined): void {
    const { address, port } = originOf(socket);
    const fault = this.faultOf({ address, port });
    if (fault && !(fault === 'max-connections' && proven === undefined && this.makeRoom(address))) {
      this.notes.note('ACCEPT', `op=${fault}`, address, port, 'failed');
      socket.destroy();
      return;
    }
    const now = performance.now();
    const connection: Connection = {
      socket,
      address,
      port,
      since: now,
      silent: () => socket.bytesRead === 0,
      known: proven !== undefined,
      proven,
      name: proven,
      reader: new MessageReader(proven === undefined),
      held: 0,
      waiting: now,
      forged: 0,
      foreign: 0,
      records: 0,
    };
    if (proven === undefined && !this.letStand(connection)) return;
    this.connections.add(connection);
    const those = this.perAddress.get(address) ?? new Set();
    this.perAddress.set(address, those.add(connection));
    this.notes.note('ACCEPT', 'op=connect', address, port, 'success');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('timeout', () => this.close(connection, 'idle', 'failed'));
    socket.setTimeout(this.options.maxIdle * 1000);
    socket.on('data', (chunk: Uint8Array) => this.read(connection, chunk));
    socket.on('drain', () => socket.resume());
    socket.on('error', () => this.close(connection, 'error', 'failed'));
    socket.on('close', () => this.close(connection, 'close', 'success'));
  }

  /** Of those of an address who have not said a whole message one goes for the next, after a moment in which it may speak
   * (a true client speaks at once); false when there is none. */
  private makeRoom(address: string): boolean {
    const those = this.perAddress.get(address) ?? new Set();
    if (this.unknown(those).length === 0) return false;
    if (those.size >= this.options.maxPerAddress + MORE_FOR_A_MOMENT) this.sendAway(longest(this.unknown(those))!);
    else setTimeout(() => this.trim(those), MOMENT).unref();
    return true;
  }

  private trim(those: ReadonlySet<Connection>): void {
    const gone = those.size > this.options.maxPerAddress ? longest(this.unknown(those)) : undefined;
    if (gone) this.sendAway(gone);
  }

  private readonly unknown = (those: ReadonlySet<Connection>): Connection[] => [...those].filter(({ known }) => !known);

  /** It has said its first whole message; false when so many of its address have, that it may not. */
  private getKnown(connection: Connection): boolean {
    const those = this.perAddress.get(connection.address)!;
    connection.known = those.size - this.unknown(those).length < this.options.maxPerAddress;
    if (!connection.known) this.sendAway(connection);
    return connection.known;
  }

  /** One who has said nothing yet comes into the doorway, where another may have to go for it; false when it may not. */
  private letStand(connection: Connection): boolean {
    const gone = this.doorway.enter(connection, doorwayLimits(this.maxConnections, Number.POSITIVE_INFINITY));
    if (gone) this.sendAway(gone);
    return gone !== connection;
  }

  private sendAway(connection: Connection): void {
    this.drop(connection);
    this.notes.note('ACCEPT', 'op=max-connections', connection.address, connection.port, 'failed');
    connection.socket.destroy();
  }

  private read(connection: Connection, chunk: Uint8Array): void {
    const { reader } = connection;
    const messages = reader.push(chunk);
    if (!connection.known) {
      this.doorway.leave(connection);
      if (messages.length > 0 && !this.getKnown(connection)) return;
    }
    this.account(connection, messages.length > 0);
    const records = messages.filter((m) => m.type === TYPE.record && m.body.length > 0);
    const taken = records.length > 0 ? this.take(connection, records) : 'written';
    if (reader.mode === 'managed') this.answer(connection, messages, taken);
    if (reader.fault) this.close(connection, reader.fault.replaceAll(' ', '-'), 'failed');
  }

  private get patience(): number {
    return this.options.patience ?? PATIENCE;
  }

  /** Keeps count of what is held; over the limit the one who lets us wait longest goes. */
  private account(connection: Connection, moved: boolean): void {
    const { held } = connection.reader;
    this.held += held - connection.held;
    connection.held = held;
    if (moved) connection.waiting = held > 0 ? performance.now() : 0;
    else if (connection.waiting === 0 && held > 0) connection.waiting = performance.now();
    if (this.held <= (this.options.heldBytes ?? HELD_BYTES)) return;
    let slowest = connection;
    for (const c of this.connections) if (c.held > 0 && c.waiting < slowest.waiting) slowest = c;
    this.close(slowest, 'memory', 'failed');
  }

  /** Closes those whose message does not come to an end: one timer for all, which a byte now and then does not move. */
  private sweep(): void {
    this.tellDropped();
    this.notes.tick();
    const now = performance.now();
    this.guests?.sweep(now, this.patience * 1000);
    const limit = now - this.patience * 1000;
    for (const c of this.connections)
      if (c.waiting > 0 && c.waiting < limit) this.close(c, c.reader.mode ? 'slow' : 'silent', 'failed');
  }

  private tellDropped(): void {
    if (this.dropped > 0) this.hooks.note('ERR', `op=too-many-connections dropped=${this.dropped} res=failed`);
    this.dropped = 0;
  }

  private take(connection: Connection, records: readonly Message[]): Taken {
    let text = '';
    let last = '';
    let good = 0;
    for (const { body } of records) {
      const line = lineOf(Buffer.from(body).toString('latin1'));
      if (!RECORD.test(line)) {
        if (connection.foreign++ === 0)
          this.notes.note('ERR', 'op=not-a-record', connection.address, connection.port, 'failed');
        continue;
      }
      const { line: written, forged } = labelled(line, this.nameOf(connection, line));
      if (connection.records++ === 0 && connection.reader.mode === 'managed' && this.last.isAgain(written)) {
        this.notes.note('ERR', 'op=record-again', connection.address, connection.port, 'success');
        continue;
      }
      text += `${written}\n`;
      last = written;
      good++;
      if (forged !== undefined && connection.forged++ === 0) {
        this.notes.note(
          'ERR',
          `op=node-name-mismatch claimed="${clean(forged)}" node="${clean(connection.name!)}"`,
          connection.address,
          connection.port,
          'failed',
        );
      }
    }
    const taken = good === 0 ? 'written' : this.hooks.take(Buffer.from(text, 'latin1'), good);
    if (good > 0 && taken === 'written') this.last.keep(last);
    return taken;
  }

  private nameOf(connection: Connection, line: string): string {
    connection.name ??= this.names.choose(claimedNode(line), connection.address);
    return connection.name;
  }

  private answer({ socket }: Connection, messages: readonly Message[], taken: Taken): void {
    const replies: Uint8Array[] = [];
    for (const { type, seq } of messages) {
      if (type === TYPE.heartbeat) replies.push(signal(TYPE.ack, seq));
      else if (type === TYPE.record)
        replies.push(
          signal(taken === 'written' ? TYPE.ack : taken === 'disk full' ? TYPE.diskFull : TYPE.diskError, seq),
        );
    }
    if (replies.length === 0) return;
    socket.write(Buffer.concat(replies));
    if (socket.writableLength > UNREAD_LIMIT) socket.pause();
  }

  private close(connection: Connection, op: string, res: 'success' | 'failed'): void {
    if (!this.drop(connection)) return;
    this.notes.note('CLOSE', `op=${op}`, connection.address, connection.port, res);
    // end() lets acknowledgements already written reach the client; a peer that does not close is cut off.
    connection.socket.end();
    setTimeout(() => connection.socket.destroy(), 1000).unref();
  }

  /** It is counted and read no more; false when it was not already. */
  private drop(connection: Connection): boolean {
    if (!this.connections.delete(connection)) return false;
    const those = this.perAddress.get(connection.address);
    if (those?.delete(connection) && those.size === 0) this.perAddress.delete(connection.address);
    this.doorway.leave(connection);
    this.held -= connection.held;
    // What still comes is not taken: the client, told or cut off, sends it again elsewhere.
    connection.socket.removeAllListeners('data').resume();
    if (connection.proven === undefined && connection.name !== undefined) this.names.release(connection.name);
    return true;
  }
}

const clean = (name: string) => name.replace(/[^\x21-\x7e]|"/g, '?');
