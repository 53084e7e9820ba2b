// Log-in and log-out: the cookie, the pace of guesses, and a record of each in the audit trail.

import { hostname } from 'node:os';
import { z } from 'zod';
import { fromUtf8 } from '../base/index.ts';
import { accountText, type Speaker } from '../kernel/user.ts';
import { jsonOf } from './body.ts';
import type { Console } from './console.ts';
import type { LoginReply } from './contract.ts';
import { Fault } from './fault.ts';
import { readInput, text } from './inputs.ts';
import type { Sessions, Viewer } from './sessions.ts';

const USER_LOGIN = 1112;
const USER_LOGOUT = 1113;

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

  constructor(options: LoginOptions) {
    this.options = options;
    // Cookies do not know ports: two consoles of one machine must not take each other's.
    const port = /:(\d+)$/.exec(options.hosts.values().next().value ?? '')?.[1] ?? '';
    this.cookie = `${options.secure ? '__Host-' : ''}auspex${port}`;
  }

  /** Who asks. Throws Fault 401. */
  viewer(request: Request): Viewer {
    const viewer = this.options.sessions.viewer(this.cookieOf(request));
    if (viewer) return viewer;
    throw new Fault(401, 'no-session', 'Cannot answer: you are not signed in', {
      remedy: 'Open the address that `auspex serve` printed',
    });
  }

  async login(request: Request, body: string, env: unknown): Promise<Response> {
    const { console, sessions, addressOf } = this.options;
    const given = readInput(LoginBody, jsonOf(request, body));
    const address = addressOf?.(request, env) ?? '';
    const wait = sessions.guess(address);
    if (wait > 0)
      throw new Fault(429, 'too-many', 'Cannot sign in: too many attempts', {
        retryAfter: wait,
        remedy: 'Wait a minute',
      });
    const name = given.token === undefined ? (given.name ?? '') : 'token';
    const cookie =
      given.token === undefined ? await sessions.byPassword(name, given.password ?? '') : sessions.byToken(given.token);
    console.audit(USER_LOGIN, accountText('login', { name: fromUtf8(name) }, speakerOf(address), cookie !== undefined));
    if (cookie === undefined) throw this.wrong(given.token !== undefined);
    sessions.forgive(address);
    const reply: LoginReply = { viewer: name };
    return Response.json(reply, { headers: { 'Set-Cookie': this.setCookie(cookie), 'Cache-Control': 'no-store' } });
  }

  logout(request: Request): Response {
    const cookie = this.cookieOf(request);
    const viewer = this.viewer(request);
    this.options.sessions.logout(cookie!);
    const text = accountText('logout', { name: fromUtf8(viewer.name) }, speakerOf(''), true);
    this.options.console.audit(USER_LOGOUT, text);
    return Response.json({}, { headers: { 'Set-Cookie': this.setCookie('', 0), 'Cache-Control': 'no-store' } });
  }

  private wrong(token: boolean): Fault {
    return token
      ? new Fault(401, 'wrong-token', 'Cannot sign in: this address was used already, or is of an earlier start', {
          remedy: 'Open the newest address that `auspex serve` printed',
        })
      : new Fault(401, 'wrong-password', 'Cannot sign in: the name or the password is wrong');
  }

  private cookieOf(request: Request): string | undefined {
    for (const part of (request.headers.get('cookie') ?? '').split(';')) {
      const at = part.indexOf('=');
      if (part.slice(0, at).trim() === this.cookie) return part.slice(at + 1).trim();
    }
    return undefined;
  }

  private setCookie(value: string, age?: number): string {
    const secure = this.options.secure ? '; Secure' : '';
    return `${this.cookie}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${age === undefined ? '' : `; Max-Age=${age}`}`;
  }
}
