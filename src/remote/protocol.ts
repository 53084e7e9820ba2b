// The wire between audisp-remote and auditd, format = managed. Every message has a header, little endian:
//
//    0              4      5      6        10      12      16
//    | fe 00 00 ff  | hver | mver | type   | len   | seq   | body (len bytes) …
//
// type 0 carries a record (its text and a newline), 1 is a heartbeat; replies have bit 30 set and the number of the
// message they answer. Numbers read off the wire of audit-userspace 4.2.2. format = ascii is bare lines instead.

export const HEADER_LENGTH = 16;
const MAGIC = [0xfe, 0x00, 0x00, 0xff];

export const TYPE = {
  record: 0x0000_0000,
  heartbeat: 0x0000_0001,
  ack: 0x4000_0000,
  ending: 0x4000_0001,
  diskLow: 0x5000_0001,
  diskFull: 0x6000_0001,
  diskError: 0x6000_0002,
} as const;

/** Bits of a reply's type: it is one; it tells of a fatal error; it tells of a warning. */
export const REPLY = 0x4000_0000;
export const FATAL = 0x2000_0000;
export const WARNING = 0x1000_0000;

export interface Message {
  readonly type: number;
  readonly seq: number;
  readonly body: Uint8Array;
}

/** Throws a RangeError for a body over 65,535 bytes: the length has 16 bits. */
export function encodeMessage({ type, seq, body }: Message): Uint8Array {
  if (body.length > 0xffff) throw new RangeError(`a message of ${body.length} bytes does not fit 65535`);
  const bytes = new Uint8Array(HEADER_LENGTH + body.length);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint32(6, type, true);
  view.setUint16(10, body.length, true);
  view.setUint32(12, seq >>> 0, true);
  bytes.set(body, HEADER_LENGTH);
  return bytes;
}

const EMPTY = new Uint8Array(0);
/** A message without a body: heartbeat, ack, ending. */
export const signal = (type: number, seq: number): Uint8Array => encodeMessage({ type, seq, body: EMPTY });

/** What cannot be a stream of this protocol; the reader stops there. */
export type Fault = '' | 'not a managed message' | 'unknown version' | 'line too long';

/** The longest bare line of format = ascii; records with names are shorter. */
const LONGEST_LINE = 32 * 1024;

/**
 * Messages out of a stream cut anywhere. A peer that begins with anything but the magic number speaks `ascii`: then
 * each line is a record with number 0, and nothing is to be answered. Holds at most one message's bytes.
 */
export class MessageReader {
  fault: Fault = '';
  /** Unknown until the first bytes came. */
  mode: 'managed' | 'ascii' | undefined;
  /** What came of a message that is not yet whole: the first `held` bytes. It grows by doubling, so that a message that
   * comes byte by byte is not copied for each. */
  private rest: Uint8Array = EMPTY;
  private length = 0;
  /** How many bytes must be there before there is anything to read; in bare lines a newline decides. */
  private wanted = 0;
  private readonly allowAscii: boolean;

  constructor(allowAscii: boolean) {
    this.allowAscii = allowAscii;
  }

  /** Bytes of a message that is not yet whole. */
  get held(): number {
    return this.length;
  }

  push(chunk: Uint8Array): Message[] {
    if (this.fault) return [];
    let bytes = chunk;
    if (this.length > 0) {
      this.keep(chunk);
      const enough =
        this.mode === 'ascii' ? this.length > LONGEST_LINE || chunk.includes(10) : this.length >= this.wanted;
      if (!enough) return [];
      bytes = this.rest.subarray(0, this.length);
    }
    this.mode ??= this.modeOf(bytes);
    const messages: Message[] = [];
    let used = 0;
    if (this.mode === 'managed') used = this.readManaged(bytes, messages);
    else if (this.mode === 'ascii') used = this.readLines(bytes, messages);
    this.length = 0;
    this.rest = EMPTY; // a new one: `bytes` may lie in the old
    if (!this.fault) this.keep(bytes.subarray(used));
    return messages;
  }

  /** A copy: a Buffer's slice would hold on to the whole chunk it came in. */
  private keep(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.rest.length) {
      const larger = new Uint8Array(this.length === 0 ? length : 2 * length);
      larger.set(this.rest.subarray(0, this.length));
      this.rest = larger;
    }
    this.rest.set(bytes, this.length);
    this.length = length;
  }

  private modeOf(bytes: Uint8Array): 'managed' | 'ascii' | undefined {
    const same = bytes.subarray(0, 4).every((byte, i) => byte === MAGIC[i]);
    if (same) return bytes.length >= 4 ? 'managed' : undefined;
    if (!this.allowAscii) this.fault = 'not a managed message';
    return 'ascii';
  }

  private readManaged(bytes: Uint8Array, messages: Message[]): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    this.wanted = HEADER_LENGTH;
    while (bytes.length - at >= HEADER_LENGTH) {
      if (!MAGIC.every((byte, i) => bytes[at + i] === byte)) this.fault = 'not a managed message';
      else if (bytes[at + 4] !== 0 || bytes[at + 5] !== 0) this.fault = 'unknown version';
      if (this.fault) break;
      const end = at + HEADER_LENGTH + view.getUint16(at + 10, true);
      if (end > bytes.length) {
        this.wanted = end - at;
        break;
      }
      messages.push({
        type: view.getUint32(at + 6, true),
        seq: view.getUint32(at + 12, true),
        body: bytes.slice(at + HEADER_LENGTH, end),
      });
      at = end;
    }
    return at;
  }

  private readLines(bytes: Uint8Array, messages: Message[]): number {
    if (this.fault) return 0;
    let at = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      if (end > at) messages.push({ type: TYPE.record, seq: 0, body: bytes.slice(at, end) });
      at = end + 1;
    }
    if (bytes.length - at > LONGEST_LINE) this.fault = 'line too long';
    return at;
  }
}
