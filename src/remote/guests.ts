// Connections that are to do TLS, from when they come until they have proved who they are: counted at once, each with so
// long for its handshake and no longer, and when there are too many, those who wait longest make room (doorway.ts).

import type { Server, Socket } from 'node:net';
import { Doorway, type DoorwayLimits, type Peer } from './doorway.ts';

/** Where a connection comes from. */
export interface Origin {
  readonly address: string;
  readonly port: number;
}

export const originOf = (socket: Socket): Origin => ({
  address: (socket.remoteAddress ?? '?').replace(/^::ffff:/, ''),
  port: socket.remotePort ?? 0,
});

/** Makes a server that does TLS on the connections it is given; `listener` gets each with the identity it has proved. */
export type Secure = (
  listener: (socket: Socket, identity: string) => void,
  refused: (socket: Socket, why: string) => void,
) => Server;

export interface GuestHooks {
  /** Why a connection may not be at all; '' when it may. */
  readonly faultOf: (origin: Origin) => string;
  /** Whether a name is this machine's own. */
  readonly isOwn: (name: string) => boolean;
  /** Connections there may be, in all and from one address. */
  readonly limits: () => { readonly connections: number; readonly perAddress: number };
  readonly admit: (socket: Socket, identity: string) => void;
  /** Told once of each that did not get in; `op` is a word for the trail. */
  readonly turnedAway: (origin: Origin, op: string) => void;
}

/** Handshakes from one address: as many as it may hold connections, and so many at least, for one that was cut off lingers,
 * and whoever else has that address must not keep a client out. */
const HANDSHAKES = 8;
/** From one /64 of IPv6 there may stand so many, and more only when one address may be as many. */
const OF_GROUP = 64;
/** Milliseconds for a handshake: from when the connection came, however often a byte comes. */
const HANDSHAKE = 10_000;
const GRACE = 2000;

/** How many may stand in the doorway where there may be so many connections in all, and in the doorway from one address. */
export const doorwayLimits = (connections: number, perAddress: number): DoorwayLimits => ({
  perAddress,
  perGroup: Math.max(perAddress, OF_GROUP),
  inAll: Math.ceil(connections / 2),
  grace: GRACE,
});

interface Guest extends Peer {
  readonly socket: Socket;
  /** Why it did not get in, where that is known. */
  why: string;
}

export class Guests {
  private readonly doorway = new Doorway<Guest>();
  /** The same by address and port, as TLS knows them. */
  private readonly known = new Map<string, Guest>();
  private readonly hooks: GuestHooks;
  private readonly tls: Server;

  constructor(secure: Secure, hooks: GuestHooks) {
    this.hooks = hooks;
    this.tls = secure(
      (socket, identity) => this.admit(socket, identity),
      (socket, why) => this.refuse(socket, why),
    );
  }

  /** A connection came. */
  receive(socket: Socket): void {
    const origin = originOf(socket);
    const guest: Guest = { ...origin, socket, since: performance.now(), why: '', silent: () => socket.bytesRead === 0 };
    socket.on('error', () => {}); // told when it closes
    const fault = this.hooks.faultOf(origin);
    const gone = fault ? guest : this.enter(guest);
    if (gone) this.turnAway(gone, fault || 'max-connections');
    if (gone === guest) return;
    this.known.set(keyOf(origin), guest);
    socket.once('close', () => this.turnAway(guest, `tls-${guest.why || 'handshake'}`));
    this.tls.emit('connection', socket);
  }

  /** Turns those away whose handshake takes longer than `patience` (ms), or than any may. */
  sweep(now: number, patience: number): void {
    for (const guest of this.doorway.all())
      if (now - guest.since > Math.min(patience, HANDSHAKE)) this.turnAway(guest, 'tls-slow');
  }

  stop(): void {
    for (const { socket } of this.doorway.all()) socket.destroy();
  }

  private enter(guest: Guest): Guest | undefined {
    const { connections, perAddress } = this.hooks.limits();
    return this.doorway.enter(guest, doorwayLimits(connections, Math.max(perAddress, HANDSHAKES)));
  }

  /** Closes one who did not come in, once. */
  private turnAway(guest: Guest, op: string): void {
    const known = this.known.get(keyOf(guest)) === guest;
    if (!known && guest.socket.destroyed) return;
    if (known) this.known.delete(keyOf(guest));
    this.doorway.leave(guest);
    this.hooks.turnedAway(guest, op);
    guest.socket.destroy();
  }

  /** One who has proved who it is. */
  private admit(socket: Socket, identity: string): void {
    const key = keyOf(originOf(socket));
    const guest = this.known.get(key);
    if (!guest)
      socket.destroy(); // turned away meanwhile
    else if (this.hooks.isOwn(identity)) this.refuse(socket, 'own-name');
    else {
      this.known.delete(key);
      this.doorway.leave(guest);
      this.hooks.admit(socket, identity);
    }
  }

  private refuse(socket: Socket, why: string): void {
    const guest = this.known.get(keyOf(originOf(socket)));
    if (guest) guest.why = why;
    socket.destroy();
  }
}

const keyOf = ({ address, port }: Origin): string => `${address} ${port}`;
