// Datagrams as they come -> lines as audit.log holds them: `type=SYSCALL msg=audit(…): …\n`. Pure. It works inside one
// block of memory (datagrams in slots at the front, lines behind them) because copyWithin is the cheapest copy there is.
import { recordTypeName } from '../tables/index.ts';
import { NLMSG_HDRLEN } from './frame.ts';

const NEWLINE = 10;
const SPACE = 32;

const prefixes = new Map<number, Uint8Array>();

function prefixOf(type: number): Uint8Array {
  let prefix = prefixes.get(type);
  if (!prefix) {
    const text = `type=${recordTypeName(type)} msg=`;
    prefix = Uint8Array.from(text, (c) => c.charCodeAt(0));
    prefixes.set(type, prefix);
  }
  return prefix;
}

/** Bytes a line needs beyond its payload, at most. */
export const LINE_OVERHEAD = 64;

/** Type of the record in the datagram that begins at `at`. */
export function typeAt(block: Uint8Array, at: number): number {
  return block[at + 4]! | (block[at + 5]! << 8);
}

/**
 * Writes the record of block[start, end) as a line at `to`; returns where the line ends. A newline inside a message
 * (a user program may send one) becomes a space: one record is one line, and nobody can forge a second.
 */
export function packLine(block: Uint8Array, start: number, end: number, to: number): number {
  const prefix = prefixOf(typeAt(block, start));
  let last = end;
  while (last > start + NLMSG_HDRLEN && block[last - 1]! === 0) last--;
  while (last > start + NLMSG_HDRLEN && block[last - 1] === NEWLINE) last--;
  let at = to;
  for (let i = 0; i < prefix.length; i++) block[at++] = prefix[i]!;
  const text = at;
  block.copyWithin(at, start + NLMSG_HDRLEN, last);
  at += last - start - NLMSG_HDRLEN;
  block[at] = NEWLINE;
  for (let bad = block.indexOf(NEWLINE, text); bad !== at; bad = block.indexOf(NEWLINE, bad)) block[bad] = SPACE;
  return at + 1;
}

/** The serial in a payload that begins `audit(SECONDS.MS:SERIAL)`; -1 when it does not. */
export function serialAt(block: Uint8Array, at: number, end: number): number {
  let i = at + 6;
  while (i < end && block[i] !== 58 /* : */ && i < at + 40) i++;
  let serial = 0;
  let digits = 0;
  for (i++; i < end; i++, digits++) {
    const digit = block[i]! - 48;
    if (digit < 0 || digit > 9) break;
    serial = serial * 10 + digit;
  }
  return digits && block[i] === 41 /* ) */ ? serial : -1;
}

const WINDOW = 1 << 16;

/**
 * Counts serials that never came. Events of several processors come out of order, so a serial is missing only when
 * the highest one seen is a window ahead of it, or at the end.
 */
export class SerialWatch {
  readonly #seen = new Uint8Array(WINDOW);
  #first = -1;
  #highest = -1;
  /** Serials that have left the window unseen. */
  missing = 0;

  see(serial: number): void {
    if (this.#first < 0) {
      this.#first = serial;
      this.#highest = serial;
    } else if (serial < this.#highest - WINDOW || serial > this.#highest + 64 * WINDOW) {
      this.#restart(serial); // the kernel's counter wrapped or began again
    }
    for (; this.#highest < serial; ) this.#advance();
    this.#seen[serial % WINDOW] = 1;
  }

  /** All that never came so far, the window included. */
  total(): number {
    let missing = this.missing;
    for (let s = Math.max(this.#first, this.#highest - WINDOW + 1); s >= 0 && s <= this.#highest; s++)
      if (!this.#seen[s % WINDOW]) missing++;
    return missing;
  }

  #advance(): void {
    this.#highest++;
    const slot = this.#highest % WINDOW;
    if (this.#highest - WINDOW >= this.#first && !this.#seen[slot]) this.missing++;
    this.#seen[slot] = 0;
  }

  #restart(serial: number): void {
    this.missing = this.total();
    this.#seen.fill(0);
    this.#first = serial;
    this.#highest = serial;
  }
}
