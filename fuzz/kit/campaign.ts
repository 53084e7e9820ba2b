// What a campaign is: bytes into something of ours, and what must hold whatever the bytes. One file a campaign, in
// campaigns/; loop.ts makes the bytes.

export interface Campaign {
  /** One line: what is fed. */
  readonly about: string;
  /** Inputs to begin with, good ones and odd ones. */
  seeds(): readonly Uint8Array[];
  /** Words (latin1) that mean something to what is fed: names, numbers, signs. */
  words(): readonly string[];
  /** Bytes that bounded caches of what is fed may come to hold while it runs; default 0. Says which. */
  readonly caches?: number;
  /** What is fed, made once. */
  open(): Target | Promise<Target>;
}

export interface Target {
  /** Feeds it one input; throws when something does not hold. */
  check(input: Buffer): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** What did not hold. */
export class Broken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Broken';
  }
}

/** Throws `Broken` when a condition does not hold; `what` may be made late, for it is costly or long. */
export function hold(condition: boolean, what: string | (() => string)): asserts condition {
  if (!condition) throw new Broken((typeof what === 'string' ? what : what()).slice(0, 2000));
}

/** Throws `Broken`, showing where two texts begin to differ. */
export function holdSame(got: string, wanted: string, what: string): void {
  if (got === wanted) return;
  let at = 0;
  while (at < got.length && got[at] === wanted[at]) at++;
  const show = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
  throw new Broken(`${what}: at ${at} ${show(got)} instead of ${show(wanted)}`);
}

/** Runs `work`; an error that `expected` does not know goes on. Gives what it returned, or undefined. */
export function orRefused<T>(work: () => T, expected: (error: unknown) => boolean): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!expected(error)) throw error;
    return undefined;
  }
}
