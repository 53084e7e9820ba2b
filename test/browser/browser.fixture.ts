// The console in a real browser: `auspex serve` on a trail and a port of its own, Debian's Chromium, pages that note every
// console error, failed request and refused answer, axe-core, screenshots. `describeBrowser` is skipped, with its reason,
// where there is no Chromium. Build first (`npm test` does): what is tested is dist/.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';

const root = join(import.meta.dirname, '../..');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const LAB = join(root, '../shared/corpus/lab/enriched.log');

/** Why there is no browser; undefined when there is one. */
export const reasonToSkip = (): string | undefined => (CHROMIUM ? undefined : 'no Chromium');

/** The lab's trail where it is there, else the sample. */
export const TRAIL = existsSync(LAB) ? LAB : join(root, 'sample/audit.log');

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** A server that runs. */
export interface Server {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** A token nobody has used yet; each lets one browser in. */
  token(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts `auspex serve` with further arguments; ready when it told its address. */
export async function startServer(more: readonly string[]): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-browser-'));
  const database = more.includes('--db') ? [] : ['--db', join(folder, 'trail.duckdb')];
  const child = spawn(
    process.execPath,
    [join(root, 'bin/auspex'), 'serve', '--no-open', '-p', '0', ...database, ...more],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const tokens: string[] = [];
  let said = '';
  let origin = '';
  const changed = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    said += chunk;
    for (const found of said.matchAll(/(https?:\/\/[^\s/#]+)\/?#token=(\S+)\s/g)) {
      origin = found[1]!;
      tokens.push(found[2]!);
    }
    said = said.slice(said.lastIndexOf('\n') + 1);
    for (const wake of changed) wake();
  };
  let errors = '';
  child.stdout.on('data', hear);
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
    hear(chunk);
  });
  const until = async (ready: () => boolean) => {
    while (!ready()) {
      if (child.exitCode !== null) throw new Error(`auspex serve ended with ${child.exitCode}: ${errors}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          changed.delete(wake);
          resolve();
        };
        changed.add(wake);
        child.once('exit', wake);
      });
    }
  };
  await until(() => tokens.length > 0);
  return {
    origin,
    async token() {
      await until(() => tokens.length > 0);
      return tokens.shift()!;
    },
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the trails of `-i` are in the store: what a view shows is the whole of them from then on. */
async function whole(server: Server, serve: readonly string[]): Promise<void> {
  const ids = new Set<string>();
  for (const [i, word] of serve.entries()) {
    if (word !== '-i') continue;
    for (const found of readFileSync(serve[i + 1]!, 'latin1').matchAll(/^.*?msg=audit\(([^)]+)\)/gm))
      ids.add(found[1]!);
  }
  const { origin } = server;
  const login = await fetch(`${origin}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: await server.token() }),
  });
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  const headers = { cookie, 'auspex-key': ((await login.json()) as { key: string }).key };
  for (let have = -1; have < ids.size; await sleep(100)) {
    const reply = await fetch(`${origin}/api/events/count`, { headers });
    have = ((await reply.json()) as { count: number }).count;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** Starts Chromium. */
export async function startBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: CHROMIUM!, args: ARGUMENTS });
}

/** A page that notes what went wrong on it. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong so far: console errors, exceptions, failed requests, refused answers. */
  readonly faults: string[];
}

/** Notes the faults of a page. */
export function watch(page: Page): Watched {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.hostname !== '127.0.0.1' && url.protocol !== 'blob:' && url.protocol !== 'data:')
      faults.push(`foreign request: ${request.url()}`);
  });
  return { page, context: page.context(), faults };
}

/** What tests of one server share. */
export interface Stage {
  readonly server: Server;
  readonly browser: Browser;
  /** Opens a path in a context of its own, logged in; what its address asks for is asked (ui/app/outside.tsx). */
  open(path: string, options?: BrowserContextOptions): Promise<Watched>;
}

export const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
export const DARK: BrowserContextOptions = { colorScheme: 'dark' };

/** A `describe` with a server on `serve` (arguments; default the lab’s trail) and a browser; skipped aloud without one. A test
 * is tried twice, for a page that a loaded machine starves is not the test’s doing; vitest says so when it was. */
export function describeBrowser(
  name: string,
  body: (stage: Stage) => void,
  serve: readonly string[] = ['-i', TRAIL],
): void {
  const reason = reasonToSkip();
  describe.skipIf(reason)(reason ? `${name} (skipped: ${reason})` : name, { timeout: 120_000, retry: 1 }, () => {
    let server: Server;
    let browser: Browser;
    beforeAll(async () => {
      [server, browser] = await Promise.all([startServer(serve), startBrowser()]);
      await whole(server, serve);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });
    body({
      get server() {
        return server;
      },
      get browser() {
        return browser;
      },
      open: (path, options) => openLoggedIn(server, browser, path, options),
    });
  });
}

/** Opens a path with a fresh token in a fresh context. */
export async function openLoggedIn(
  server: Server,
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(60_000);
  const watched = watch(await context.newPage());
  await visit(watched.page, `${server.origin}${path}#token=${await server.token()}`);
  return watched;
}

/** Goes to an address, as a person types it, and asks what it asks for (ui/app/outside.tsx). */
export async function visit(page: Page, href: string): Promise<void> {
  await page.goto(href);
  await page.locator('main h1').waitFor();
  const held = page.locator('.held button');
  if ((await held.count()) > 0) await held.click();
}

/** What the API answers to the session of a page. */
export async function answered<T>(page: Page, path: string): Promise<T> {
  const key = (await page.evaluate(`localStorage.getItem('auspex.key')`)) as string;
  const reply = await page.request.get(new URL(path, page.url()).href, { headers: { 'auspex-key': key } });
  return (await reply.json()) as T;
}

const axeSource = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeFault {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Fails when axe-core finds a serious or critical fault on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(`${axeSource()}; undefined`);
  const found = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)`,
  )) as AxeFault[];
  const grave = found.filter((f) => f.impact === 'serious' || f.impact === 'critical');
  const told = grave.map(
    (f) =>
      `${f.id}: ${f.help}\n${f.nodes
        .slice(0, 3)
        .map((n) => `  ${n.html}\n  ${n.failureSummary}`)
        .join('\n')}`,
  );
  expect(told).toEqual([]);
}

/** Fails when the page is wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [wide, window] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [
    number,
    number,
  ];
  expect(wide).toBeLessThanOrEqual(window);
}

/** Writes docs/screenshots/NAME.png when AUSPEX_SCREENSHOTS=1. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.AUSPEX_SCREENSHOTS !== '1') return;
  const folder = join(root, 'docs/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.evaluate(`document.querySelector('main')?.scrollTo(0, 0)`);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
