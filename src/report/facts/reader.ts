// What the readers of records share.

import type { Decision, Facts, Outcome } from './facts.ts';
import { Malformed, need, number, type Scan, seek, untrusted } from './scan.ts';

/** Adds to `facts` what the record under `s` says of the wanted things (bits of WANT). */
export type Reader = (s: Scan, facts: Facts, wants: number) => void;

/** Ids as reports print them: -1 is unset. */
export const signed = (n: number): number => n | 0;

export function readAuid(s: Scan, facts: Facts, missing: number, unended: number): void {
  need(s, 'auid=', missing);
  facts.auid = signed(number(s, unended));
}

/** Looks for something without moving on. */
export function aside(s: Scan, look: () => void): void {
  const { at } = s;
  look();
  s.at = at;
}

/** What an access decision says before its fields: its outcome and the permissions asked for. */
export function readDecision(s: Scan, facts: Facts, strict: boolean): Decision {
  const decision: Decision = {
    result: 'unset',
    permissions: undefined,
    subject: undefined,
    object: undefined,
    class: undefined,
  };
  if (!seek(s, 'avc: ')) return decision;
  const start = s.at;
  if (!seek(s, '{')) return decision;
  const close = s.text.indexOf('}', s.at);
  if (close < 0 || close >= s.end) {
    if (strict) throw new Malformed(2);
    return decision;
  }
  if (facts.success === 'unset') {
    decision.result = s.text.slice(start, s.at).includes('denied') ? 'denied' : 'granted';
    facts.success = decision.result === 'granted' ? 'yes' : 'no';
  }
  decision.permissions = s.text.slice(s.at, close).trim();
  s.at = close;
  return decision;
}

/** `res=1`, as the kernel writes it. */
export const kernelResult = (s: Scan): Outcome => (s.text.charCodeAt(s.at) === 49 ? 'yes' : 'no');

/** An untrusted string that is no hex is not known. */
export function plainOrNothing(s: Scan, open: number): string | undefined {
  try {
    return untrusted(s, { open, unended: 0, plain: -1 });
  } catch (e) {
    if (e instanceof Malformed && e.code === -1) return undefined;
    throw e;
  }
}

const KEY = { open: 44, unended: 0, plain: 45 };

/** Keys: one, or several in one hex string parted by 0x01 (AUDIT_KEY_SEPARATOR). */
export function readKeys(s: Scan, facts: Facts): void {
  if (!seek(s, 'key=') || s.text.startsWith('(null)', s.at)) return;
  const quoted = s.text.charCodeAt(s.at) === 34;
  const text = untrusted(s, KEY);
  if (quoted) facts.keys.push(text);
  else for (const key of text.split('\x01')) if (key !== '') facts.keys.push(key);
}

/** The number of a system call or an io_uring operation. */
export function readNumber(s: Scan, facts: Facts, code: number): void {
  facts.syscall = signed(number(s, code));
  facts.called = true;
}

/** A command's name: `(null)` stands for itself, what is neither quoted nor hex is not known. */
export const commAt = (s: Scan, open: number): string | undefined =>
  s.text.startsWith('(null)', s.at) ? '(null)' : plainOrNothing(s, open);
