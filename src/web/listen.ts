// The socket before the app: plain HTTP on loopback or TLS elsewhere, with bounds on what a slow or greedy client may hold.

import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { AuditError } from '../base/index.ts';
import type { App } from './app.ts';

export interface ListenOptions {
  /** An address, not a name. */
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}

export interface Listening {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Opens the socket, then asks for the app that answers on it: the app wants to know the port. */
export async function listen(options: ListenOptions, appFor: (port: number) => App): Promise<Listening> {
  let app: App | undefined;
  const listener = getRequestListener((request, env) => app!(request, env), { overrideGlobalObjects: false });
  const bounds = {
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 16_384,
    connectionsCheckingInterval: 5000,
  };
  const handle = (request: Parameters<typeof listener>[0], reply: Parameters<typeof listener>[1]): void => {
    void listener(request, reply);
  };
  const server: Server = options.tls
    ? createSecure({ ...bounds, ...options.tls, minVersion: 'TLSv1.2' }, handle)
    : createPlain(bounds, handle);
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(options, cause)));
    server.listen(options.port, options.address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  app = appFor(port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen({ address, port }: ListenOptions, cause: NodeJS.ErrnoException): AuditError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there; choose another --port',
    EADDRNOTAVAIL: 'this machine has no such address',
    EACCES: 'ports below 1024 are for root',
  };
  return new AuditError(
    'listen',
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
