// Log-in and log-out: the cookie and the key of a session, the pace of guesses, and a record of each in the audit trail.

import { hostname } from 'node:os';
import { z } from 'zod';
import { fromUtf8 } from '../base/index.ts';
import { networkOf } from '../host/network.ts';
import { accountText, type Speaker } from '../kernel/user.ts';
import { RECORD } from '../tables/records.ts';
import { jsonOf } from './body.ts';
import type { Console } from './console.ts';
import type { LoginReply } from './contract.ts';
import { Fault } from './fault.ts';
import { readInput, text } from './inputs.ts';
import { LIMITS, Slots } from './limits.ts';
import type { Opened, Sessions, Viewer } from './sessions.ts';

/** The header that carries a session's key: no other page can send it, and no browser sends it to another port. */
export const KEY_HEADER = 'Auspex-Key';

/** Passwords that are checked at the same time (each takes 32 MiB and one of libuv's four threads), of one address, and
 * that wait. */
const CHECKS = { running: 2, perViewer: 4, waiting: 64 };

export const LoginBody = z.strictObject({
  token: text(200).optional(),
  name: text(64).optional(),
  password: text(1024).optional(),
});

export interface LoginOptions {
  readonly console: Console;
  readonly sessions: Sessions;
  readonly hosts: ReadonlySet<string>;
  readonly secure: boolean;
  readonly addressOf?: (request: Request, env: unknown) => string;
}

/** Who speaks in our messages to the audit system. */
export const speakerOf = (address: string): Speaker => ({
  exe: process.execPath,
  hostname: hostname(),
  addr: address || undefined,
  terminal: 'auspex',
});

export class Login {
  private readonly options: LoginOptions;
  private readonly cookie: string;
  private readonly checks = new Slots({ ...LIMITS, ...CHECKS });

  constructor(options: LoginOptions) {
    this.options = options;
    // Cookies do not know ports: two consoles of one machine must not take each other's.
    const port = /:(\d+)$/.exec(options.hosts.values().next().value ?? '')?.[1] ?? '';
    this.cookie = `${options.secure ? '__Host-' : ''}auspex${port}`;
  }

  /** Who asks. Throws Fault 401. */
  viewer(request: Request): Viewer {
    const key = request.headers.get(KEY_HEADER) ?? undefined;
    const viewer = this.options.sessions.viewer(key, this.cookiesOf(request));
    if (viewer) return viewer;
    throw new Fault(401, 'no-session', 'Cannot answer: you are not signed in', {
      remedy: `Open the address that \`auspex serve\` printed; a program sends the cookie and, as ${KEY_HEADER}, the key of its log-in`,
    });
  }

  async login(request: Request, body: string, env: unknown): Promise<Response> {
    const { console, addressOf } = this.options;
    const given = readInput(LoginBody, jsonOf(request, body));
    const address = addressOf?.(request, env) ?? '';
    const name = given.token === undefined ? (given.name ?? '') : 'token';
    const opened =
      given.token === undefined
        ? await this.byPassword(address, name, given.password ?? '', request.signal)
        : this.byToken(address, given.token);
    console.audit(
      RECORD.USER_LOGIN,
      accountText('login', { name: fromUtf8(name) }, speakerOf(address), opened !== undefined),
    );
    if (opened === undefined) throw this.wrong(given.token !== undefined);
    const reply: LoginReply = { viewer: name, key: opened.key };
    return Response.json(reply, {
      headers: { 'Set-Cookie': this.setCookie(opened.cookie), 'Cache-Control': 'no-store' },
    });
  }

  /** A right token always comes in, however many wrong ones others of the same address tried: it cannot be guessed. */
  private byToken(address: string, token: string): Opened | undefined {
    const { sessions } = this.options;
    const opened = sessions.byToken(token);
    if (opened === undefined) this.paced(address);
    return opened;
  }

  private async byPassword(
    address: string,
    name: string,
    password: string,
    signal: AbortSignal,
  ): Promise<Opened | undefined> {
    const { sessions } = this.options;
    this.paced(address, name);
    const give = await this.checks.take(networkOf(address), signal);
    try {
      const opened = await sessions.byPassword(name, password);
      if (opened) sessions.forgive(address, name);
      return opened;
    } finally {
      give();
    }
  }

  /** Throws Fault 429 where too many guesses were made. */
  private paced(address: string, name?: string): void {
    const wait = this.options.sessions.guess(address, name);
    if (wait > 0)
      throw new Fault(429, 'too-many', 'Cannot sign in: too many attempts', {
        retryAfter: wait,
        remedy: 'Wait a minute',
      });
  }

  logout(request: Request): Response {
    const viewer = this.viewer(request);
    this.options.sessions.logout(viewer);
    const text = accountText('logout', { name: fromUtf8(viewer.name) }, speakerOf(''), true);
    this.options.console.audit(RECORD.USER_LOGOUT, text);
    return Response.json({}, { headers: { 'Set-Cookie': this.setCookie('', 0), 'Cache-Control': 'no-store' } });
  }

  private wrong(token: boolean): Fault {
    return token
      ? new Fault(401, 'wrong-token', 'Cannot sign in: this address was used already, or is of an earlier start', {
          remedy: 'Open the newest address that `auspex serve` printed',
        })
      : new Fault(401, 'wrong-password', 'Cannot sign in: the name or the password is wrong');
  }

  /** Every cookie of our name: another port of this host may have set one beside ours. */
  private cookiesOf(request: Request): string[] {
    return (request.headers.get('cookie') ?? '').split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at > 0 && part.slice(0, at).trim() === this.cookie ? [part.slice(at + 1).trim()] : [];
    });
  }

  private setCookie(value: string, age?: number): string {
    const secure = this.options.secure ? '; Secure' : '';
    return `${this.cookie}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${age === undefined ? '' : `; Max-Age=${age}`}`;
  }
}
