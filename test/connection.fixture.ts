// Connections in tests: a port for a program that wants to be told one, and a way in to what may not listen yet.
import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { until } from './until.fixture.ts';

/** Ports below those that a system gives to whoever asks for any (from 32768 on Linux): nobody gets one by chance. */
const [FIRST, PORTS] = [15_000, 12_000];

/** A port nobody listens on, at any address of this machine. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const free = await new Promise((done) =>
      server
        .once('listening', () => done(true))
        .once('error', () => done(false))
        .listen(port),
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** A connection to a port or a unix socket; until somebody listens there it tries again. */
export async function dial(where: NetConnectOpts): Promise<Socket> {
  let socket: Socket | undefined;
  await until(`somebody to listen at ${JSON.stringify(where)}`, async () => {
    const tried = connect(where);
    const open = await new Promise((done) => tried.once('connect', () => done(true)).once('error', () => done(false)));
    if (open) socket = tried;
    return socket !== undefined;
  });
  return socket!;
}
