// Who may hold a connection: so many at once, and of one address a share of them. Where a newcomer finds no room, one that
// does nothing for its place is closed for it: a squatter keeps out nobody but itself, however many sockets it opens and
// whether it speaks TLS, half a request, or nothing. A connection counts from the moment the system hands it over, before
// any handshake.

import type { Socket } from 'node:net';
import { networkOf } from '../host/network.ts';

/** What a server has room for. */
export interface Room {
  /** Connections at once. */
  readonly most: number;
  /** The same of one address (of IPv6: of one network). */
  readonly share: number;
  /** Requests of one connection that wait for their answers (pipelining). */
  readonly waiting: number;
}

/** The room of a console. */
export const ROOM: Room = { most: 256, share: 128, waiting: 16 };

/** What Node tells of a request and of its reply. */
export interface Exchange {
  readonly complete: () => boolean;
  /** The connection is gone: what waits for the reply is to be told. */
  readonly gone: () => void;
}

interface Guest {
  readonly socket: Socket;
  readonly network: string;
  readonly running: Set<Exchange>;
  /** It has shown a session. */
  welcome: boolean;
  /** Its turn: grows with each thing it does; the smallest was idle longest. */
  turn: number;
}

/** The connections of a server. */
export class Crowd {
  private readonly room: Room;
  /** By address and port of the other end, which the socket before TLS and the one after it have in common. */
  private readonly guests = new Map<string, Guest>();
  private readonly counts = new Map<string, number>();
  private turns = 0;

  constructor(room: Room) {
    this.room = room;
  }

  /** A connection was made; it, or another one for it, is closed where there is no room. */
  enter(socket: Socket): void {
    socket.on('error', () => {}); // whatever a client does to its own connection
    if (socket.remoteAddress === undefined) return void socket.destroy(); // gone already
    const network = networkOf(socket.remoteAddress);
    if (!this.makeRoom(network)) return void socket.destroy();
    const name = nameOf(socket);
    this.guests.set(name, { socket, network, running: new Set(), welcome: false, turn: ++this.turns });
    this.counts.set(network, this.countOf(network) + 1);
    socket.once('close', () => this.left(name));
  }

  /** A request came; undefined where its connection has too many that wait. The answer is to be called when it is over. */
  asked(socket: Socket, exchange: Exchange): (() => void) | undefined {
    const guest = this.guests.get(nameOf(socket));
    if (!guest || guest.running.size >= this.room.waiting) return undefined;
    guest.running.add(exchange);
    guest.turn = ++this.turns;
    return () => {
      guest.running.delete(exchange);
      guest.turn = ++this.turns;
    };
  }

  /** The other end has a session. */
  welcome(socket: Socket): void {
    const guest = this.guests.get(nameOf(socket));
    if (guest) guest.welcome = true;
  }

  /** Connections now. */
  get size(): number {
    return this.guests.size;
  }

  /** Closes every connection, also one whose handshake is not over. */
  close(): void {
    for (const { socket } of this.guests.values()) socket.destroy();
  }

  private countOf(network: string): number {
    return this.counts.get(network) ?? 0;
  }

  private makeRoom(network: string): boolean {
    if (this.countOf(network) >= this.room.share) return this.evict(network);
    return this.guests.size < this.room.most || this.evict(this.largest());
  }

  /** The network that has most connections. */
  private largest(): string {
    return [...this.counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  }

  /** Closes a network's least useful connection; false where each is at work for someone who is signed in. */
  private evict(network: string): boolean {
    let least: Guest | undefined;
    for (const guest of this.guests.values()) {
      if (guest.network !== network || worth(guest) === AT_WORK) continue;
      if (!least || (worth(guest) - worth(least) || guest.turn - least.turn) < 0) least = guest;
    }
    if (!least) return false;
    this.left(nameOf(least.socket));
    least.socket.destroy();
    return true;
  }

  private left(name: string): void {
    const guest = this.guests.get(name);
    if (!guest) return;
    this.guests.delete(name);
    const count = this.countOf(guest.network) - 1;
    if (count > 0) this.counts.set(guest.network, count);
    else this.counts.delete(guest.network);
    for (const exchange of guest.running) exchange.gone();
    guest.running.clear();
  }
}

const AT_WORK = 3;

/** What a connection is worth: one that has asked nothing yet, or not to the end, is worth least. */
function worth({ running, welcome }: Guest): number {
  const asks = [...running].some((one) => one.complete());
  return welcome ? (asks ? AT_WORK : 2) : asks ? 1 : 0;
}

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
