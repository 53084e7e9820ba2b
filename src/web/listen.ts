// The socket before the app: plain HTTP on loopback or TLS elsewhere, with bounds on what a slow or greedy client may hold.

import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { AuditError } from '../base/index.ts';
import type { App } from './app.ts';
import { Crowd, ROOM, type Room } from './crowd.ts';
import { Fault, faultReply } from './fault.ts';
import { withHeaders } from './guard.ts';

export interface ListenOptions {
  /** An address, not a name. */
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Other bounds than the usual ones, for a test. */
  readonly room?: Partial<Room>;
  readonly patience?: Partial<Patience>;
}

export interface Listening {
  readonly port: number;
  /** How many there are now. */
  connections(): number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** How long a client may take, in ms. */
export interface Patience {
  /** For a TLS handshake, and for the head of a request. */
  readonly handshake: number;
  readonly head: number;
  /** For a whole request. */
  readonly request: number;
  /** Without a request; and without reading anything of a reply that is sent to it. */
  readonly idle: number;
  readonly reading: number;
}

const PATIENCE: Patience = { handshake: 5000, head: 5000, request: 20_000, idle: 10_000, reading: 180_000 };

/** Opens the socket, then asks for the app that answers on it: the app wants to know the port. */
export async function listen(
  options: ListenOptions,
  appFor: (port: number, welcome: (env: unknown) => void) => App,
): Promise<Listening> {
  let app: App | undefined;
  const crowd = new Crowd({ ...ROOM, ...options.room });
  const { handshake, head, request, idle, reading } = { ...PATIENCE, ...options.patience };
  const listener = getRequestListener((request, env) => app!(request, env), {
    overrideGlobalObjects: false,
    errorHandler: () => withHeaders(faultReply(MALFORMED), options.tls !== undefined),
  });
  const bounds = {
    headersTimeout: head,
    requestTimeout: request,
    keepAliveTimeout: idle,
    maxHeaderSize: 16_384,
    connectionsCheckingInterval: 1000,
  };
  const handle = (incoming: IncomingMessage, reply: ServerResponse): void => {
    for (const one of [incoming, reply]) one.on('error', () => {}); // a client that breaks off is no news
    const over = crowd.asked(incoming.socket, {
      complete: () => incoming.complete,
      gone: () => reply.emit('close'), // Node tells only the reply that is being sent
    });
    if (!over) return void incoming.socket.destroy();
    reply.once('close', over);
    listener(incoming, reply).catch(() => reply.destroy());
  };
  const server: Server = options.tls
    ? createSecure({ ...bounds, ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: handshake }, handle)
    : createPlain(bounds, handle);
  server.maxHeadersCount = 0; // 16 kB bound them; those beyond a count would be passed over silently
  server.timeout = reading;
  server.on('connection', (socket) => crowd.enter(socket));
  server.on('clientError', (error, socket) => refuse(error, socket as Socket));
  server.on('tlsClientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(options, cause)));
    server.listen(options.port, options.address, resolve);
  });
  server.on('error', () => {}); // of one accept(): out of files, say; the next may do
  const { port } = server.address() as AddressInfo;
  app = appFor(port, (env) => crowd.welcome((env as { incoming: IncomingMessage }).incoming.socket));
  return {
    port,
    connections: () => crowd.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        crowd.close();
      }),
  };
}

const MALFORMED = new Fault(400, 'bad-request', 'Cannot read the request: it is not HTTP as it should be');

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is no request, and ends its connection. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET' || socket.bytesWritten > 0) return void socket.destroy();
  const status = REFUSALS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function cannotListen({ address, port }: ListenOptions, cause: NodeJS.ErrnoException): AuditError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there; choose another --port',
    EADDRNOTAVAIL: 'this machine has no such address',
    EACCES: 'ports below 1024 are for root',
  };
  return new AuditError(
    cause.code === 'EADDRINUSE' ? 'in-use' : 'listen',
    `Cannot listen on ${address} port ${port}: ${why[cause.code ?? ''] ?? cause.message}`,
    {
      cause,
    },
  );
}

/** The address a request came from; '' where it is not known. */
export function addressOf(_request: Request, env: unknown): string {
  const incoming = (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming;
  return incoming?.socket?.remoteAddress ?? '';
}
