// `auspex serve` as a process: started, asked over a real socket, told to end. Build first (`npm test` does).

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { LoginReply } from '../../src/web/contract.ts';

export const root = join(import.meta.dirname, '../..');
export const SAMPLE = join(root, 'sample/audit.log');
/** Why these tests cannot run; undefined when they can. */
export const notBuilt = existsSync(join(root, 'dist/.built')) ? undefined : 'dist/ is not built';

export const folder = mkdtempSync(join(tmpdir(), 'auspex-serve-'));
let started = 0;
const running = new Set<ChildProcess>();
afterEach(async () => {
  // A test that failed has not ended its own; each has its socket to the kernel, so all must be gone before the next.
  for (const child of running) {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await gone;
  }
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface Served {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly port: number;
  /** What it printed so far. */
  text(): string;
  /** GET or, with a body, POST; signed in. */
  ask(path: string, body?: object): Promise<{ status: number; json: <T>() => T; text: string }>;
  /** The headers that show its session. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Ends it by a signal; its exit status. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts it with arguments, and signs in. */
export async function serve(more: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Served> {
  const child = spawn(process.execPath, [join(root, 'bin/auspex'), 'serve', '--no-open', '-p', '0', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AUSPEX_STORE: join(folder, `store-${++started}.duckdb`), ...env },
  });
  running.add(child);
  let said = '';
  const address = await new Promise<RegExpExecArray>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk;
      const found = /Open (https?):\/\/([^/#\s]+)\/#token=(\S+)/.exec(said);
      if (found) resolve(found);
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (status) => reject(new Error(`it ended with ${status}: ${said}`)));
  });
  const [, scheme, host, token] = address as unknown as [string, string, string, string];
  const origin = `${scheme}://${host}`;
  const login = await call(origin, '/api/login', { token });
  const cookie = String(login.message.headers['set-cookie']?.[0]).split(';')[0]!;
  const secrets = { cookie, 'auspex-key': (JSON.parse(login.text) as LoginReply).key };
  return {
    child,
    origin,
    port: Number(new URL(origin).port),
    text: () => said,
    secrets,
    async ask(path, body) {
      const { message, text } = await call(origin, path, body, secrets);
      return { status: message.statusCode!, text, json: <T>() => JSON.parse(text) as T };
    },
    async end(signal = 'SIGTERM') {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [status] = (await ended) as [number | null];
      running.delete(child);
      return status;
    },
  };
}

/** One request over a socket of its own. */
export async function call(
  origin: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<{ message: IncomingMessage; text: string }> {
  const asked = request(origin + path, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    agent: false,
  });
  asked.end(body && JSON.stringify(body));
  const [message] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of message) text += chunk;
  return { message, text };
}

/** A line whose event takes a judge many seconds to be held against SLOW: every byte leads to a place that was not there. */
export function slowLine(): string {
  let random = 1;
  const letter = (): string => ((random = (random * 48_271) % 2_147_483_647) % 2 ? 'a' : 'b');
  return `type=USER msg=audit(1795000000.000:9): a!=${Array.from({ length: 1_000_000 }, letter).join('')}\n`;
}

/** Expressions that do, each another. */
export const SLOW = [1900, 2000].map((n) => encodeURIComponent(`\\regexp "[ab]*a[ab]{${n}}!"`));
