// Bytes as text and back without loss: a latin1 string holds one character per byte, so V8 keeps it in one byte a
// character and every string operation is safe on any file name. Pure: uses Buffer's methods only where a chunk has them.

interface Latin1Bytes extends Uint8Array {
  latin1Slice?(start: number, end: number): string;
}

/** The bytes [start, end) as a latin1 string: character code = byte. */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const fast = bytes as Latin1Bytes;
  if (fast.latin1Slice) return fast.latin1Slice(start, end);
  let text = '';
  for (let at = start; at < end; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4096)));
  return text;
}

interface SearchableBytes extends Uint8Array {
  indexOf(text: number | string, from?: number, encoding?: string): number;
}

/** Where a latin1 text stands in bytes, from `from` on; -1 where it does not. */
export function indexOfText(bytes: Uint8Array, text: string, from = 0): number {
  const fast = bytes as Latin1Bytes & SearchableBytes;
  if (fast.latin1Slice) return fast.indexOf(text, from, 'latin1');
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < text.length && bytes[at + length] === text.charCodeAt(length)) length++;
    if (length === text.length) return at;
  }
  return -1;
}

/** The bytes [start, end) in memory of their own (`slice` of a Buffer is a view). */
export function copyOf(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}

/** From this length on V8 makes a piece of a text a view of the whole. */
const SHORTEST_VIEW = 13;

/** The same text in memory of its own, in one piece. V8 keeps a piece (`slice`) as a view that holds the whole text alive, and
 * one built by `+=` as a tree of its pieces: what is remembered from a line would keep the line, of up to 1 MiB. */
export function ownText(text: string): string {
  if (text.length < SHORTEST_VIEW) return text;
  const joined = ` ${text}`;
  return joined.slice(1); // puts the pieces together first; what is held is this text and its blank
}

/** A latin1 string as its bytes; characters above 0xff are cut to their low byte. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A latin1 string whose bytes are UTF-8, as Unicode text; what is no UTF-8 becomes U+FFFD. */
export function utf8(text: string): string {
  return isAscii(text) ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(text));
}

/** Unicode text as the latin1 string of its UTF-8 bytes. */
export function fromUtf8(text: string): string {
  return isAscii(text) ? text : latin1(new TextEncoder().encode(text));
}

/** Whether no character is above 0x7f: such a text is the same in latin1 and UTF-8. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
