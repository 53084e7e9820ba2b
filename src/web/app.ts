// The console's server as one function from request to reply: guards, log-in, the API's routes, the page's files. It
// opens no socket (listen.ts does), so a test calls it directly.

import { Hono } from 'hono';
import { bodyOf, jsonOf } from './body.ts';
import type { Console } from './console.ts';
import { Fault, faultOf, faultReply } from './fault.ts';
import { checkCaller, checkHost, checkMethod, checkSingle, checkTarget, withHeaders } from './guard.ts';
import { queryOf, readInput } from './inputs.ts';
import { LIMITS, type Limits, Slots } from './limits.ts';
import { Login } from './login.ts';
import { openApi } from './openapi.ts';
import type { Asked, Route } from './route.ts';
import { routes } from './routes/index.ts';
import type { Sessions, Viewer } from './sessions.ts';
import type { PageFiles } from './static.ts';
import { streamOf } from './stream.ts';

export interface AppOptions {
  readonly console: Console;
  readonly sessions: Sessions;
  /** Names the server answers to, with their port (guard.ts). */
  readonly hosts: ReadonlySet<string>;
  /** Served over TLS. */
  readonly secure: boolean;
  /** The page; without it the API alone. */
  readonly page?: PageFiles;
  readonly limits?: Partial<Limits>;
  /** Who asks, for the pace of log-ins: an address. */
  readonly addressOf?: (request: Request, env: unknown) => string;
  /** Told of each request that had a session: its connection is the last to be closed where there are too many. */
  readonly welcome?: (env: unknown) => void;
}

export type App = (request: Request, env?: unknown) => Promise<Response>;

export function consoleApp(options: AppOptions): App {
  const { hosts, secure } = options;
  const limits = { ...LIMITS, ...options.limits };
  const slots = new Slots(limits);
  const longSlots = new Slots({ ...limits, running: limits.long });
  const ruleSlots = new Slots({ ...limits, running: limits.rules });
  const login = new Login(options);
  const hono = new Hono();
  const kit: Kit = { ...options, limits, slots, longSlots, ruleSlots, login };

  hono.post('/api/login', async (c) => login.login(c.req.raw, await bodyOf(c.req.raw, 16_384), c.env));
  hono.post('/api/logout', (c) => login.logout(c.req.raw));
  for (const route of routes) {
    const path = `/api${route.path.replace(/\{(\w+)\}/g, ':$1')}`;
    hono.on(route.method.toUpperCase(), path, (c) => answer(kit, route, c.req.raw, c.req.param(), c.env));
  }
  hono.get('/api/openapi.json', (c) => {
    login.viewer(c.req.raw);
    return Response.json(openApi(options.console.version), { headers: { 'Cache-Control': 'no-store' } });
  });
  hono.all('/api/*', (c) => {
    login.viewer(c.req.raw);
    throw new Fault(404, 'not-found', `Cannot answer: there is no ${c.req.method} ${c.req.path}`);
  });
  hono.all('*', (c) => {
    const file = options.page?.reply(c.req.raw);
    if (file) return file;
    login.viewer(c.req.raw);
    throw new Fault(404, 'not-found', 'Cannot answer: there is no such page');
  });
  hono.onError((error, c) => refuse(options.console, error, c.req.raw));

  return async (request, env) => {
    try {
      checkTarget(targetOf(request, env));
      checkSingle(incomingOf(env)?.rawHeaders ?? []);
      checkHost(request.headers, hosts);
      checkMethod(request.method);
      checkCaller(request, new URL(request.url).pathname, hosts, secure);
      return withHeaders(await hono.fetch(request, env as object), secure);
    } catch (error) {
      return withHeaders(refuse(options.console, error, request), secure);
    }
  };
}

/** What Node knows of a request that came over a socket. */
const incomingOf = (env: unknown): { readonly url?: string; readonly rawHeaders: readonly string[] } | undefined =>
  (env as { incoming?: { url?: string; rawHeaders: string[] } } | undefined)?.incoming;

/** Path and query as they were sent: a Request's own address is in normal form already. */
const targetOf = (request: Request, env: unknown): string =>
  incomingOf(env)?.url ?? request.url.replace(/^[a-z]+:\/\/[^/]*/, '');

interface Kit extends AppOptions {
  readonly limits: Limits;
  readonly slots: Slots;
  readonly longSlots: Slots;
  readonly ruleSlots: Slots;
  readonly login: Login;
}

/** One request to a route: session, input, slot, time limit, and the answer as JSON. */
async function answer(
  kit: Kit,
  route: Route,
  request: Request,
  params: Record<string, string>,
  env: unknown,
): Promise<Response> {
  const viewer = kit.login.viewer(request);
  kit.welcome?.(env);
  if (route.changes && !kit.console.allowChanges)
    throw new Fault(403, 'read-only', 'Cannot change anything: this console only looks', {
      remedy: 'Start it with --allow-changes',
    });
  const url = new URL(request.url);
  const input = {
    params: route.params ? readInput(route.params, params) : {},
    query: route.query ? readInput(route.query, queryOf(url)) : noQuery(url),
    body: route.body ? readInput(route.body, jsonOf(request, await bodyOf(request, kit.limits.bodyBytes))) : {},
  };
  const asked = { ...input, console: kit.console, viewer, headers: request.headers };
  const reply = await (route.stream ? streamed(kit, route, request, asked) : timed(kit, route, request, asked, viewer));
  if (request.method !== 'HEAD') return reply;
  await reply.body?.cancel(); // nobody will read it
  return new Response(null, reply);
}

type Prepared = Omit<Asked<unknown, unknown, unknown>, 'signal'>;

const run = async (route: Route, asked: Prepared, signal: AbortSignal): Promise<Response> => {
  const reply = await route.run({ ...asked, signal } as Asked<never, never, never>);
  return reply instanceof Response ? reply : Response.json(reply, { headers: { 'Cache-Control': 'no-store' } });
};

/** The slot is given back when the stream ends, in whichever way (stream.ts). */
async function streamed(kit: Kit, route: Route, request: Request, asked: Prepared): Promise<Response> {
  const signal = AbortSignal.any([request.signal, asked.viewer.ended]);
  const give = kit.slots.stream();
  try {
    const reply = await run(route, asked, signal);
    return new Response(
      streamOf(reply.body!, signal, {
        ended: give,
        failed: (error) => tell(kit.console, error),
        look: () => kit.sessions.sweep(),
      }),
      reply,
    );
  } catch (error) {
    give();
    throw error;
  }
}

const slotsFor = (kit: Kit, { seconds, rules }: Route): Slots =>
  rules ? kit.ruleSlots : seconds === undefined ? kit.slots : kit.longSlots;

/** The slot is given back when the work has ended, which may be after the reply that it took too long. */
async function timed(kit: Kit, route: Route, request: Request, asked: Prepared, viewer: Viewer): Promise<Response> {
  const seconds = Math.min(kit.limits.longest, Math.max(kit.limits.seconds, route.seconds ?? 0));
  const time = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([time, request.signal, viewer.ended]);
  let stop: () => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  stopped.catch(() => {});
  try {
    const give = await slotsFor(kit, route).take(viewer, signal);
    const work = run(route, asked, signal).finally(give);
    work.catch(() => {});
    return await Promise.race([work, stopped]);
  } catch (error) {
    if (!signal.aborted) throw error;
    if (!time.aborted) throw new Fault(408, 'withdrawn', 'Cannot answer: the question was withdrawn');
    throw new Fault(408, 'timeout', `Cannot answer within ${seconds} s`, {
      remedy: 'Ask about a shorter time, or less of it',
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function noQuery(url: URL): object {
  const name = url.searchParams.keys().next().value;
  if (name === undefined) return {};
  throw new Fault(400, 'unknown-parameter', `Cannot answer: there is no parameter \`${name}\` here`, {
    parameter: name,
  });
}

function refuse(console: Console, error: unknown, request: Request): Response {
  const fault = faultOf(error);
  if (fault) return faultReply(fault);
  if (request.signal.aborted && error === request.signal.reason)
    return faultReply(new Fault(408, 'withdrawn', 'Cannot answer: the question was withdrawn'));
  tell(console, error);
  return faultReply(new Fault(500, 'internal', 'Cannot answer: a fault of Auspex itself; its log tells more'));
}

const tell = (console: Console, error: unknown): void =>
  console.log(`fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
