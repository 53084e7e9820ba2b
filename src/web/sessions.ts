// Who may look: the one-time token that becomes a session, passwords, and the pace of guesses. Secrets are compared in
// constant time and kept as hashes only; nothing here knows HTTP.

import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AuditError } from '../base/index.ts';

export interface Viewer {
  readonly name: string;
  /** Aborted when the session ends: streams end with it. */
  readonly ended: AbortSignal;
}

interface Session extends Viewer {
  readonly close: () => void;
  seen: number;
}

/** A session that nobody used for so long ends. */
const IDLE = 12 * 3600_000;
const MOST_SESSIONS = 100;
/** Guesses of one address: so many at once, then one in so many ms. */
const BURST = 10;
const PACE = 6000;
/** Addresses remembered; the oldest are forgotten. */
const MOST_ADDRESSES = 1000;

const sha = (text: string): Buffer => createHash('sha256').update(text).digest();
const secret = (): string => randomBytes(24).toString('base64url');

/** A password as `--password-file` keeps it. */
export interface PasswordHash {
  readonly name: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
  /** scrypt's N, r, p. */
  readonly cost: readonly [number, number, number];
}

/** What scrypt needs for our hashes, and a stranger's file may ask for at most. */
const COST = [32_768, 8, 1] as const;
const MEMORY = 128 << 20;

const stretch = (password: string, salt: Buffer, [N, r, p]: readonly [number, number, number]): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password, salt, 32, { N, r, p, maxmem: MEMORY }, (error, key) => (error ? reject(error) : resolve(key))),
  );

/** A line of a password file: `NAME:scrypt:N:r:p:SALT:HASH`. */
export async function passwordLine(name: string, password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await stretch(password, salt, COST);
  return `${name}:scrypt:${COST.join(':')}:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

/** Reads a password file; empty lines and those that begin with # are passed over. Throws AuditError `usage`. */
export function readPasswords(text: string): PasswordHash[] {
  const found: PasswordHash[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^([\w.@-]{1,64}):scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):([\w-]{8,}):([\w-]{43})\s*$/.exec(line);
    if (!match)
      throw new AuditError(
        'usage',
        `Cannot read line ${i + 1} of the password file: \`auspex serve --make-password NAME\` writes such a line`,
      );
    const [, name, n, r, p, salt, hash] = match as unknown as [string, string, string, string, string, string, string];
    found.push({
      name,
      cost: [Number(n), Number(r), Number(p)],
      salt: Buffer.from(salt, 'base64url'),
      hash: Buffer.from(hash, 'base64url'),
    });
  }
  return found;
}

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
  private readonly sessions = new Map<string, Session>();
  private readonly guesses = new Map<string, { left: number; at: number }>();
  private readonly nobody: PasswordHash;

  constructor(options: SessionsOptions) {
    this.options = options;
    this.nobody = { name: '', salt: randomBytes(16), hash: randomBytes(32), cost: COST };
  }

  get takesPasswords(): boolean {
    return (this.options.passwords?.length ?? 0) > 0;
  }

  /** The session of a cookie's value. */
  viewer(cookie: string | undefined): Viewer | undefined {
    if (cookie === undefined) return undefined;
    const session = this.sessions.get(sha(cookie).toString('hex'));
    if (!session) return undefined;
    const now = this.options.now();
    if (now - session.seen > IDLE) {
      this.logout(cookie);
      return undefined;
    }
    session.seen = now;
    return session;
  }

  /** Seconds to wait before the next guess from an address; 0 when it may guess, which counts as one. */
  guess(address: string): number {
    const now = this.options.now();
    const known = this.guesses.get(address) ?? { left: BURST, at: now };
    const left = Math.min(BURST, known.left + (now - known.at) / PACE);
    this.guesses.delete(address);
    this.guesses.set(address, { left: Math.max(0, left - 1), at: now });
    if (this.guesses.size > MOST_ADDRESSES) this.guesses.delete(this.guesses.keys().next().value!);
    return left >= 1 ? 0 : Math.ceil(((1 - left) * PACE) / 1000);
  }

  /** A good log-in does not count against the address. */
  forgive(address: string): void {
    this.guesses.delete(address);
  }

  /** Trades the one-time token for a session; the cookie's value, or undefined. */
  byToken(token: string): string | undefined {
    if (!timingSafeEqual(sha(token), sha(this.token))) return undefined;
    this.token = secret();
    this.options.renewed?.(this.token);
    return this.open('token');
  }

  /** The same by name and password. An unknown name takes as long as a wrong password. */
  async byPassword(name: string, password: string): Promise<string | undefined> {
    const account = this.options.passwords?.find((one) => one.name === name) ?? this.nobody;
    const hash = await stretch(password, account.salt, account.cost);
    return timingSafeEqual(hash, account.hash) && account !== this.nobody ? this.open(name) : undefined;
  }

  logout(cookie: string): void {
    const key = sha(cookie).toString('hex');
    this.sessions.get(key)?.close();
    this.sessions.delete(key);
  }

  /** Ends every session. */
  close(): void {
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }

  private open(name: string): string {
    const cookie = secret();
    const ended = new AbortController();
    if (this.sessions.size >= MOST_SESSIONS) {
      const [oldest, session] = [...this.sessions].reduce((a, b) => (b[1].seen < a[1].seen ? b : a));
      session.close();
      this.sessions.delete(oldest);
    }
    this.sessions.set(sha(cookie).toString('hex'), {
      name,
      ended: ended.signal,
      close: () => ended.abort(),
      seen: this.options.now(),
    });
    return cookie;
  }
}
