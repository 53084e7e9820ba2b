// A console for tests: a store with a trail, the app on it, and a way to ask that is signed in.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AuditError } from '../base/index.ts';
import { type AuditEvent, detachEvent, readEvents } from '../event/index.ts';
import { accountsOf } from '../host/index.ts';
import { interpretingContext } from '../query/readings.ts';
import { memoryStore, type Store } from '../store/index.ts';
import { type App, type AppOptions, consoleApp } from './app.ts';
import type { Console } from './console.ts';
import type { LoginReply } from './contract.ts';
import { LiveHub } from './live-hub.ts';
import { plainDesk } from './questions/desk.ts';
import type { Policy } from './questions/question.ts';
import { Sessions } from './sessions.ts';

export const SAMPLE = fileURLToPath(new URL('../../sample/audit.log', import.meta.url));
export const HOST = '127.0.0.1:8437';
export const accounts = accountsOf('root:x:0:0::/:/bin/sh\nalice:x:1001:1001::/:/bin/sh\n', 'root:x:0:\n');

const context: Policy['context'] = { host: 'x86_64', accounts, isDirectory: () => false };
const noKernel = (): never => {
  throw new AuditError('not-permitted', 'Cannot ask the kernel: this is a test');
};

const NO_POLICY: Policy = { context, kernel: noKernel, sources: () => [] };

/** The events of a log, each in memory of its own. */
export function eventsOf(log: string | Buffer): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (const event of readEvents([typeof log === 'string' ? readFileSync(log) : log])) events.push(detachEvent(event));
  return events;
}

export interface TestConsole {
  readonly app: App;
  readonly console: Console;
  readonly sessions: Sessions;
  /** Messages to the audit system, as `TYPE TEXT`. */
  readonly audited: string[];
  readonly logged: string[];
  /** Asks as a signed-in page does. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  json<T = unknown>(path: string, init?: RequestInit): Promise<T>;
  post(path: string, body: unknown): Promise<Response>;
}

export type Changes = Partial<Omit<AppOptions, 'console'>> & {
  readonly console?: Partial<Console>;
  readonly policy?: Policy;
  readonly passwords?: ConstructorParameters<typeof Sessions>[0]['passwords'];
};

/** A console on a store with these events. */
export async function testConsole(events: readonly AuditEvent[] = [], changes: Changes = {}): Promise<TestConsole> {
  const { policy = NO_POLICY } = changes;
  const hub = new LiveHub();
  const store: Store = await hub.tap(changes.console?.store ?? memoryStore(interpretingContext(accounts)));
  if (events.length > 0) await store.append(events);
  const audited: string[] = [];
  const logged: string[] = [];
  const now = changes.console?.now ?? Date.now;
  const console: Console = {
    version: '0.0.0',
    host: 'test',
    hub,
    accounts,
    facts: () => ({ source: { kind: 'sample', text: 'a test' }, store: { kind: 'memory', bytes: 0 }, missed: 0 }),
    unread: () => [],
    allowChanges: false,
    now,
    audit: (type, text) => void audited.push(`${type} ${text}`),
    log: (line) => void logged.push(line),
    ...changes.console,
    desk: changes.console?.desk ?? plainDesk(store, accounts, policy),
    store,
  };
  const sessions = new Sessions({ now, ...(changes.passwords && { passwords: changes.passwords }) });
  const { passwords: _, policy: __, ...others } = changes;
  const app = consoleApp({ hosts: new Set([HOST]), secure: false, ...others, sessions, console });
  let secrets: Promise<Record<string, string>> | undefined;
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    secrets ??= app(request('/api/login', json({ token: sessions.token }))).then(secretsOf);
    const headers = { ...(init.headers as Record<string, string>), ...(await secrets) };
    return app(request(path, { ...init, headers }));
  };
  return {
    app,
    console,
    sessions,
    audited,
    logged,
    ask,
    json: async <T>(path: string, init?: RequestInit) => (await (await ask(path, init)).json()) as T,
    post: (path, body) => ask(path, json(body)),
  };
}

/** The headers that show a session, out of the answer to its log-in. */
export async function secretsOf(login: Response): Promise<{ readonly cookie: string; readonly 'auspex-key': string }> {
  const { key } = (await login.json()) as LoginReply;
  return { cookie: login.headers.get('set-cookie')!.split(';')[0]!, 'auspex-key': key };
}

/** A request to the test's address. */
export const request = (path: string, init: RequestInit = {}): Request =>
  new Request(`http://${HOST}${path}`, {
    ...init,
    headers: { host: HOST, ...(init.headers as Record<string, string>) },
  });

export const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
