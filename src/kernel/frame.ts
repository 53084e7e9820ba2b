// Netlink messages: bytes <-> header and payload. Pure; knows nothing of sockets or of what a payload means.
//
//   struct nlmsghdr (linux/netlink.h), little-endian, followed by the payload, padded to 4 bytes
//   | length u32 | type u16 | flags u16 | sequence u32 | port u32 | payload …
//
// Audit records break the rule of `length`: in a unicast record it counts the payload only (kernel/audit.c,
// audit_log_end), in a multicast one header and payload. A record fills its datagram, so its own length is not asked.

import { RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD } from '../tables/records.ts';

export const NLMSG_HDRLEN = 16;
export const NLM_F_REQUEST = 1;
export const NLM_F_ACK = 4;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
/** From this type on every message is an audit record; below are requests and their answers (linux/audit.h). */
const FIRST_RECORD = RECORD_RANGE.userMessages[0];

/** Whether a message of this type is an audit record, not an answer. */
export const isRecord = (type: number): boolean =>
  type >= FIRST_RECORD || type === RECORD.USER || type === RECORD.LOGIN;

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly port: number;
  /** A view into the datagram. */
  readonly payload: Uint8Array;
}

export interface Frames {
  readonly messages: readonly Message[];
  /** Why reading stopped before the datagram's end. */
  readonly problem: 'short header' | 'short message' | 'bad length' | undefined;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The messages of one datagram; never throws. A message cut off by the datagram's end is left out. */
export function readFrames(datagram: Uint8Array): Frames {
  const messages: Message[] = [];
  const data = view(datagram);
  for (let at = 0; at < datagram.length; ) {
    const left = datagram.length - at;
    if (left < NLMSG_HDRLEN) return { messages, problem: 'short header' };
    const type = data.getUint16(at + 4, true);
    const length = isRecord(type) ? left : data.getUint32(at, true);
    if (length < NLMSG_HDRLEN) return { messages, problem: 'bad length' };
    if (length > left) return { messages, problem: 'short message' };
    messages.push({
      type,
      flags: data.getUint16(at + 6, true),
      seq: data.getUint32(at + 8, true),
      port: data.getUint32(at + 12, true),
      payload: datagram.subarray(at + NLMSG_HDRLEN, at + length),
    });
    at += (length + 3) & ~3;
  }
  return { messages, problem: undefined };
}

/** A request as it is sent: header and payload, padded to 4 bytes (the padding is not in its length). */
export function writeFrame(type: number, flags: number, seq: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((NLMSG_HDRLEN + payload.length + 3) & ~3);
  const data = view(bytes);
  data.setUint32(0, NLMSG_HDRLEN + payload.length, true);
  data.setUint16(4, type, true);
  data.setUint16(6, flags, true);
  data.setUint32(8, seq, true);
  bytes.set(payload, NLMSG_HDRLEN);
  return bytes;
}

/** The number in an NLMSG_ERROR: 0 = done, below 0 = -errno, above 0 = an answer; `undefined` when cut. */
export function errorOf(message: Message): number | undefined {
  return message.payload.length < 4 ? undefined : view(message.payload).getInt32(0, true);
}
