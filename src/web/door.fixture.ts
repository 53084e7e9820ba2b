// A console behind a real socket, signed in, and ways to ask it: by Node's client, and byte by byte.

import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import { eventsOf, HOST, json, request, SAMPLE, secretsOf, type TestConsole, testConsole } from './app.fixture.ts';
import { type Listening, type ListenOptions, listen } from './listen.ts';

export const events = eventsOf(SAMPLE).slice(0, 20);

export interface Open extends TestConsole {
  readonly port: number;
  readonly secrets: Record<string, string>;
  readonly server: Listening;
}
const opened: Open[] = [];
afterAll(async () => {
  for (const { server } of opened) await server.close();
});

/** A console behind a socket, signed in. */
export async function open(
  changes: Parameters<typeof testConsole>[1] = {},
  more: Partial<ListenOptions> = {},
): Promise<Open> {
  let welcomed: (env: unknown) => void = () => {};
  const page = await testConsole(events, { ...changes, welcome: (env) => welcomed(env) });
  const secrets = await secretsOf(await page.app(request('/api/login', json({ token: page.sessions.token }))));
  const server = await listen({ address: '127.0.0.1', port: 0, ...more }, (_port, welcome) => {
    welcomed = (env) => env && (env as { incoming?: unknown }).incoming && welcome(env);
    return page.app;
  });
  const one = { ...page, port: server.port, secrets, server };
  opened.push(one);
  return one;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export async function ask(
  page: Open,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const asked = httpRequest({
    port: page.port,
    path,
    method,
    headers: { host: HOST, ...page.secrets, ...headers },
    agent: false,
  });
  asked.end();
  const [reply] = await once(asked, 'response');
  let text = '';
  for await (const chunk of reply) text += chunk;
  return { status: reply.statusCode, headers: reply.headers, text };
}

export const head = (page: Open, target: string, more: readonly string[] = [], method = 'GET'): string =>
  `${[`${method} ${target} HTTP/1.1`, `Host: ${HOST}`, ...secretLines(page), ...more, 'Connection: close'].join('\r\n')}\r\n\r\n`;
export const secretLines = ({ secrets }: Open): string[] =>
  Object.entries(secrets).map(([name, value]) => `${name}: ${value}`);

/** Sends bytes as they are; all that comes back until the end. */
export async function raw(page: Open, bytes: string): Promise<string> {
  const socket = connect(page.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk)).on('error', () => {});
  socket.write(bytes, 'latin1');
  await closed(socket);
  return text;
}

/** Resolves when the connection is over, also by a reset: an `error` would reject what `once` waits for. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

export const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
