// What the readers of records share.

import type { Decision, Facts } from './facts.ts';
import { Malformed, need, number, type Scan, seek, skip, untrusted } from './scan.ts';

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
export function readDecision(s: Scan, facts: Facts): Decision {
  const decision: Decision = {
    result: 'unset',
    permissions: undefined,
    subject: undefined,
    object: undefined,
    class: undefined,
  };
  if (!seek(s, 'avc: ', s.from)) return decision;
  const start = s.at;
  if (!seek(s, '{')) return decision;
  const close = s.text.indexOf('}', s.at);
  if (close < 0 || close >= s.end) throw new Malformed(2);
  if (facts.success === 'unset') {
    decision.result = s.text.slice(start, s.at).includes('denied') ? 'denied' : 'granted';
    facts.success = decision.result === 'granted' ? 'yes' : 'no';
  }
  decision.permissions = s.text.slice(s.at, close).trim();
  s.at = close;
  return decision;
}

/** `res=1`, as the kernel writes it; a number that is neither 0 nor 1 tells nothing. */
export function readResult(s: Scan, facts: Facts, code: number): void {
  if (!seekField(s, 'res=')) return;
  const result = signed(number(s, 0, code));
  facts.success = result === 0 ? 'no' : result === 1 ? 'yes' : 'unset';
}

/**
 * Moves past the next `name` that begins a field. Names that people choose (`exe="/tmp/res=1"`) may hold one too: blanks
 * in them are encoded.
 */
export function seekField(s: Scan, name: string, from: number = s.at): boolean {
  for (let at = s.text.indexOf(name, from); at >= 0 && at < s.end; at = s.text.indexOf(name, at + 1)) {
    if (!/[ '(,\t]/.test(s.text.charAt(at - 1))) continue;
    s.at = at + name.length;
    return true;
  }
  return false;
}

/** How keys may be broken: no closing quote, neither quoted nor hex. */
export interface KeyCodes {
  readonly open: number;
  readonly plain: number;
}

/** Keys: one, or several in one hex string parted by 0x01 (AUDIT_KEY_SEPARATOR). */
export function readKeys(s: Scan, facts: Facts, codes: KeyCodes): void {
  if (!seek(s, 'key=') || s.text.startsWith('(null)', s.at)) return;
  const whole = /["(]/.test(s.text.charAt(s.at));
  const text = untrusted(s, codes.open);
  if (text === undefined) throw new Malformed(codes.plain);
  if (whole) facts.keys.push(text);
  else for (const key of text.split('\x01')) if (key !== '') facts.keys.push(key);
}

/** The path at the cursor; a relative one that says so is put behind the working directory. */
export function pathAt(s: Scan, facts: Facts): string {
  if (s.text.startsWith('(null)', s.at)) return '(null)';
  const plain = s.text.charCodeAt(s.at) !== 34;
  const name = s.text.charAt(s.at) === '(' ? undefined : untrusted(s, 2);
  if (name === undefined) throw new Malformed(4);
  if (plain && name === '') throw new Malformed(7);
  if (plain) skip(s, 5);
  return facts.cwd !== undefined && /^\.[./]/.test(name) ? `${facts.cwd}/${name}` : name;
}

/** The path of an access decision; an abstract socket's begins with a NUL byte, which is passed over. */
export function socketPathAt(s: Scan, facts: Facts): string {
  if (s.text.startsWith('00', s.at)) s.at += 2;
  return pathAt(s, facts);
}

/** The number of a system call or an io_uring operation. */
export function readNumber(s: Scan, facts: Facts, code: number): void {
  facts.syscall = signed(number(s, code));
  facts.called = true;
}
