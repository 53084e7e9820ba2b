// The two forms in which a plugin reads records on its standard input (auditd-plugins(5), format).
//
// string: the record's text and a newline.
// binary: struct audit_dispatcher_header of libaudit.h, native byte order, then the text without a newline:
//
//    0      4      8      12     16          16 + size
//    | ver  | hlen | type | size | text …    |
//
// ver 0: the text begins at `audit(`; ver 1: it is the whole line with `type=` and, where set, `node=`.

/** Length of the binary header in bytes. */
export const HEADER_LENGTH = 16;

export interface BinaryRecord {
  readonly version: number;
  /** Message type (kernel include/uapi/linux/audit.h). */
  readonly type: number;
  readonly text: Uint8Array;
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** One record in binary form. */
export function encodeBinary({ version, type, text }: BinaryRecord): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH + text.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, littleEndian);
  view.setUint32(4, HEADER_LENGTH, littleEndian);
  view.setUint32(8, type, littleEndian);
  view.setUint32(12, text.length, littleEndian);
  bytes.set(text, HEADER_LENGTH);
  return bytes;
}

/** The largest record a stream may announce; the kernel's largest is 8970 bytes, names added make it longer. */
export const LONGEST_RECORD = 64 * 1024;

/**
 * Binary records out of a stream cut anywhere. A header that announces nonsense (its own length other than 16, or more
 * than LONGEST_RECORD) ends the stream: there is no way to find the next one. `broken` then says so.
 */
export class BinaryReader {
  broken = false;
  private rest: Uint8Array = new Uint8Array(0);

  *push(chunk: Uint8Array): Generator<BinaryRecord> {
    if (this.broken) return;
    const bytes = this.rest.length ? joined(this.rest, chunk) : chunk;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= HEADER_LENGTH) {
      const size = view.getUint32(at + 12, littleEndian);
      if (view.getUint32(at + 4, littleEndian) !== HEADER_LENGTH || size > LONGEST_RECORD) {
        this.broken = true;
        return;
      }
      const end = at + HEADER_LENGTH + size;
      if (end > bytes.length) break;
      const text = bytes.subarray(at + HEADER_LENGTH, end);
      yield { version: view.getUint32(at, littleEndian), type: view.getUint32(at + 8, littleEndian), text };
      at = end;
    }
    this.rest = bytes.slice(at);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
