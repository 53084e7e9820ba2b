// Names and passwords of `--password-file`: scrypt hashes, and a check that tells a stranger nothing about the file. Every
// try does the same work, whatever name it is for: scrypt once with each cost that stands in the file.

import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { AuditError } from '../base/index.ts';

/** scrypt's N, r, p. */
export type Cost = readonly [number, number, number];

/** A password as `--password-file` keeps it. */
export interface PasswordHash {
  readonly name: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly cost: Cost;
}

/** What scrypt needs for our hashes, and the memory (bytes) a file may ask for at most. */
const COST: Cost = [32_768, 8, 1];
const MEMORY = 128 << 20;
/** A file's cost may be so many times ours, and a file may have so many different ones: each try pays for all of them. */
const MOST_WORK = 16;
const MOST_COSTS = 4;
const LENGTH = 32;

const stretch = (password: string, salt: Buffer, [N, r, p]: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password, salt, LENGTH, { N, r, p, maxmem: MEMORY }, (error, key) => (error ? reject(error) : resolve(key))),
  );

/** A line of a password file: `NAME:scrypt:N:r:p:SALT:HASH`. */
export async function passwordLine(name: string, password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await stretch(password, salt, COST);
  return `${name}:scrypt:${COST.join(':')}:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

const LINE = /^([\w.@-]{1,64}):scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):([\w-]{8,}):([\w-]{43})\s*$/;

/**
 * Reads a password file; empty lines and those that begin with # are passed over. Throws AuditError `usage`, which names
 * the line: one that is none, a second one for a name, and one whose cost cannot be paid (no log-in could ever use it).
 */
export function readPasswords(text: string): PasswordHash[] {
  const found = new Map<string, PasswordHash>();
  const costs = new Set<string>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const refuse = (why: string): AuditError =>
      new AuditError('usage', `Cannot use line ${i + 1} of the password file: ${why}`);
    const match = LINE.exec(line);
    if (!match) throw refuse('`auspex serve --make-password NAME` writes such a line');
    const [, name, n, r, p, salt, hash] = match as unknown as [string, string, string, string, string, string, string];
    if (found.has(name)) throw refuse(`there is one for ${name} already`);
    const cost: Cost = [Number(n), Number(r), Number(p)];
    if (!costs.has(String(cost))) {
      const why = costFault(cost);
      if (why !== '')
        throw refuse(`its cost ${cost.join(':')} ${why}; make the line anew with --make-password ${name}`);
      if (costs.size >= MOST_COSTS) throw refuse(`it has a ${MOST_COSTS + 1}th cost; make the older lines anew`);
      costs.add(String(cost));
    }
    found.set(name, { name, cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') });
  }
  return [...found.values()];
}

/** Why nobody could log in with a cost; '' where it works. It is tried: scrypt has more rules than are told here. */
function costFault(cost: Cost): string {
  const work = ([N, r, p]: Cost): number => N * r * p;
  if (work(cost) > MOST_WORK * work(COST)) return 'is too high';
  const [N, r, p] = cost;
  if (cost.includes(0)) return 'cannot be computed'; // Node takes 0 for its own default
  try {
    scryptSync('', '', LENGTH, { N, r, p, maxmem: MEMORY });
    return '';
  } catch {
    return 'cannot be computed';
  }
}

/** The names that may come in, and whether a password is theirs. */
export class Passwords {
  private readonly accounts: ReadonlyMap<string, PasswordHash>;
  /** For each cost in use, an account that nobody has. */
  private readonly nobodies: readonly PasswordHash[];

  constructor(accounts: readonly PasswordHash[]) {
    this.accounts = new Map(accounts.map((one) => [one.name, one]));
    const costs = new Map([COST, ...accounts.map(({ cost }) => cost)].map((cost) => [String(cost), cost]));
    this.nobodies = [...costs.values()].map((cost) => ({
      name: '',
      salt: randomBytes(16),
      hash: randomBytes(LENGTH),
      cost,
    }));
  }

  /** Whether this is the password of that name. The same work for every name, known or not; never throws. */
  async isRight(name: string, password: string): Promise<boolean> {
    const account = this.accounts.get(name);
    let right = false;
    for (const nobody of this.nobodies) {
      const own = account && String(account.cost) === String(nobody.cost) ? account : nobody;
      // A cost that cannot be computed is nobody's password, for every name alike.
      const hash = await stretch(password, own.salt, own.cost).catch(() => randomBytes(LENGTH));
      const same = timingSafeEqual(hash, own.hash);
      right = (same && own === account) || right;
    }
    return right;
  }
}
