// The two forms in which a plugin reads records on its standard input (auditd-plugins(5), format).
//
// string: the record's text and a newline.
// binary: struct audit_dispatcher_header of libaudit.h, native byte order, then the text without a newline:
//
//    0      4      8      12     16          16 + size
//    | ver  | hlen | type | size | text …    |
//
// ver 0: the text begins at `audit(` (a local record, RAW, without a node name); ver 1: it is the whole line with `type=`
// and, where set, `node=` (all others). auditd 4.2.2 and ours write these bytes and no more. auditd 3.0.9 writes its whole
// buffer for each record: 16 + 8970 bytes, whatever `size` says, the rest zeros and leftovers of longer records.

import { latin1 } from '../base/bytes.ts';
import { parseRecord } from '../record/parse.ts';

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

/** A whole line, without newline, as the binary record auditd makes of it. `raw`: local, RAW and without a node name. */
export function binaryOf(line: Uint8Array, raw: boolean): Uint8Array {
  const type = parseRecord(line, 0, line.length)?.type ?? 0;
  const stamp = raw ? latin1(line.subarray(0, 64)).indexOf(' msg=audit(') : -1;
  return stamp < 0
    ? encodeBinary({ version: 1, type, text: line })
    : encodeBinary({ version: 0, type, text: line.subarray(stamp + 5) });
}

/** The largest record a stream may announce; the kernel's largest is 8970 bytes, names added make it longer. */
export const LONGEST_RECORD = 64 * 1024;

/** MAX_AUDIT_MESSAGE_LENGTH of libaudit.h: the text's room in what auditd 3.0.9 writes for a record. */
export const SLOT_LENGTH = 8970;

/**
 * Binary records out of a stream cut anywhere, compact or in slots: what follows the first record tells which, a header
 * or filling. A header that announces nonsense (its own length other than 16, a version other than 0 and 1, or more than
 * LONGEST_RECORD) ends the stream: there is no way to find the next one. `broken` then says so.
 */
export class BinaryReader {
  broken = false;
  private rest: Uint8Array = new Uint8Array(0);
  /** Undefined until a second record, or filling, was seen. */
  private slots: boolean | undefined;
  /** Bytes behind the last record's text that are filling, if the stream has slots. */
  private filling = 0;

  *push(chunk: Uint8Array): Generator<BinaryRecord> {
    if (this.broken) return;
    const bytes = this.rest.length ? joined(this.rest, chunk) : chunk;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const number = (offset: number) => view.getUint32(offset, littleEndian);
    const isHeader = (at: number) =>
      number(at) <= 1 && number(at + 4) === HEADER_LENGTH && number(at + 12) <= LONGEST_RECORD;
    let at = 0;
    for (;;) {
      if (this.filling > 0 && this.slots === undefined) {
        if (bytes.length - at < HEADER_LENGTH) break;
        this.slots = !isHeader(at);
      }
      if (this.slots) at += this.skip(bytes.length - at);
      if (bytes.length - at < HEADER_LENGTH) break;
      this.broken = !isHeader(at);
      const size = number(at + 12);
      const end = at + HEADER_LENGTH + size;
      if (this.broken || end > bytes.length) break;
      yield { version: number(at), type: number(at + 8), text: bytes.subarray(at + HEADER_LENGTH, end) };
      this.filling = Math.max(0, SLOT_LENGTH - size);
      at = end;
    }
    this.rest = bytes.slice(at);
  }

  private skip(available: number): number {
    const skipped = Math.min(this.filling, available);
    this.filling -= skipped;
    return skipped;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
