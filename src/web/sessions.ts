// Who may look: the one-time token that becomes a session, passwords, and the pace of guesses. Secrets are compared in
// constant time and kept as hashes only; nothing here knows HTTP.
//
// A session has two secrets. Browsers send the cookie to every port of this host, so whoever listens on another one gets
// it, and may set one of its name: the cookie alone opens nothing. The key goes only where the page puts it.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { networkOf } from '../host/network.ts';
import { Pace } from './pace.ts';
import { type PasswordHash, Passwords } from './passwords.ts';

export { type PasswordHash, passwordLine, readPasswords } from './passwords.ts';

export interface Viewer {
  readonly name: string;
  /** Aborted when the session ends: streams end with it. */
  readonly ended: AbortSignal;
}

/** The two secrets of a new session. */
export interface Opened {
  readonly cookie: string;
  readonly key: string;
}

interface Session extends Viewer {
  /** Its hash. */
  readonly cookie: Buffer;
  readonly close: () => void;
  seen: number;
}

/** A session that nobody used for so long ends. */
const IDLE = 12 * 3600_000;
const MOST_SESSIONS = 100;
/** Guesses of one address: so many at once, then one in so many ms. */
const BURST = 10;
const PACE = 6000;
/** The same of one name, from wherever; beyond it each address has a few tries of its own, so that nobody can use up
 * those of whom the name belongs to. */
const NAME_BURST = 50;
const PAIR_BURST = 3;
const PAIR_PACE = 60_000;

const sha = (text: string): Buffer => createHash('sha256').update(text).digest();
const secret = (): string => randomBytes(24).toString('base64url');

export interface SessionsOptions {
  readonly now: () => number;
  readonly passwords?: readonly PasswordHash[];
  /** Called with a new token each time one was used, to be shown where the first was. */
  readonly renewed?: (token: string) => void;
}

export class Sessions {
  /** What the printed address carries. */
  token = secret();
  private readonly options: SessionsOptions;
  /** By the hash of the key. */
  private readonly sessions = new Map<string, Session>();
  private readonly passwords: Passwords;
  private readonly byAddress: Pace;
  private readonly byName: Pace;
  private readonly byBoth: Pace;

  constructor(options: SessionsOptions) {
    this.options = options;
    this.passwords = new Passwords(options.passwords ?? []);
    this.byAddress = new Pace(BURST, PACE, options.now);
    this.byName = new Pace(NAME_BURST, PACE, options.now);
    this.byBoth = new Pace(PAIR_BURST, PAIR_PACE, options.now);
  }

  /** The session of a key and one of the cookies that came with it (another port may have added its own). */
  viewer(key: string | undefined, cookies: readonly string[]): Viewer | undefined {
    this.sweep();
    const session = key === undefined ? undefined : this.sessions.get(sha(key).toString('hex'));
    if (!session || !cookies.some((cookie) => timingSafeEqual(sha(cookie), session.cookie))) return undefined;
    session.seen = this.options.now();
    return session;
  }

  /** Ends the sessions that nobody used for too long. */
  sweep(): void {
    const now = this.options.now();
    for (const session of this.sessions.values()) if (now - session.seen > IDLE) this.logout(session);
  }

  /** Seconds to wait before the next guess from an address, of a name's password or of a token; 0 when it may be made,
   * which counts as one. */
  guess(address: string, name?: string): number {
    const network = networkOf(address);
    const wait = this.byAddress.take(network);
    if (wait > 0 || name === undefined || this.byName.take(name) === 0) return wait;
    return this.byBoth.take(`${network} ${name}`);
  }

  /** A good log-in does not count against the address nor the name. */
  forgive(address: string, name?: string): void {
    this.byAddress.back(networkOf(address));
    if (name !== undefined) this.byName.back(name);
  }

  /** Trades the one-time token for a session; undefined for a wrong one. */
  byToken(token: string): Opened | undefined {
    if (!timingSafeEqual(sha(token), sha(this.token))) return undefined;
    this.token = secret();
    this.options.renewed?.(this.token);
    return this.open('token');
  }

  /** The same by name and password. An unknown name takes as long as a wrong password. */
  async byPassword(name: string, password: string): Promise<Opened | undefined> {
    return (await this.passwords.isRight(name, password)) ? this.open(name) : undefined;
  }

  logout(viewer: Viewer): void {
    for (const [key, session] of this.sessions)
      if (session === viewer) {
        this.sessions.delete(key);
        session.close();
      }
  }

  /** Ends every session. */
  close(): void {
    for (const session of this.sessions.values()) this.logout(session);
  }

  private open(name: string): Opened {
    const opened = { cookie: secret(), key: secret() };
    const ended = new AbortController();
    if (this.sessions.size >= MOST_SESSIONS)
      this.logout([...this.sessions.values()].reduce((a, b) => (b.seen < a.seen ? b : a)));
    this.sessions.set(sha(opened.key).toString('hex'), {
      name,
      cookie: sha(opened.cookie),
      ended: ended.signal,
      close: () => ended.abort(),
      seen: this.options.now(),
    });
    return opened;
  }
}
