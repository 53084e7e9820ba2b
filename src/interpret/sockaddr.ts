// Socket addresses: the bytes of a struct sockaddr in hex (SOCKADDR records, `saddr`), as the kernel of the machine that
// wrote the log lays them out: the family in the machine's byte order (taken as little endian), ports big endian.

import { socketFamilies } from '../tables/words.ts';
import type { Kind } from './context.ts';
import { escapeText } from './escape.ts';
import { hexBytes, inParentheses, untilNul } from './text.ts';

const LOCAL = 1;
const INET = 2;
const AX25 = 3;
const ATMPVC = 8;
const X25 = 9;
const INET6 = 10;
const NETLINK = 16;

const byte = (bytes: string, at: number): number => (at < bytes.length ? bytes.charCodeAt(at) : 0);
const little16 = (bytes: string, at: number): number => byte(bytes, at) | (byte(bytes, at + 1) << 8);
const big16 = (bytes: string, at: number): number => (byte(bytes, at) << 8) | byte(bytes, at + 1);
const little32 = (bytes: string, at: number): number => (little16(bytes, at) | (little16(bytes, at + 2) << 16)) >>> 0;

/** Four bytes as a dotted quad. */
export function ipv4Text(bytes: string, at = 0): string {
  return `${byte(bytes, at)}.${byte(bytes, at + 1)}.${byte(bytes, at + 2)}.${byte(bytes, at + 3)}`;
}

/** Sixteen bytes as RFC 5952 has them: the first longest run of two or more zero groups is `::`. */
export function ipv6Text(bytes: string, at = 0): string {
  const groups = Array.from({ length: 8 }, (_, i) => big16(bytes, at + 2 * i));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    if (end > i) i = end;
  }
  const hex = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(':');
  if (start < 0) return hex(groups);
  if (start === 0 && length === 6) return `::${ipv4Text(bytes, at + 12)}`;
  if (start === 0 && length === 5 && groups[5] === 0xffff) return `::ffff:${ipv4Text(bytes, at + 12)}`;
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** A socket address in parts; what a family does not have is undefined. */
export interface SocketAddress {
  readonly family: number;
  /** `inet`, `local`, …; undefined for a number without a name. */
  readonly familyName: string | undefined;
  readonly address?: string;
  readonly port?: number;
  /** Path or abstract name of a local socket; '' for an unnamed one. */
  readonly path?: string;
  /** Netlink port id. */
  readonly pid?: number;
  /** The bytes end before the address does. */
  readonly short?: boolean;
}

function localPath(bytes: string): string {
  return untilNul(bytes.slice(byte(bytes, 2) === 0 ? 3 : 2));
}

/** Reads `saddr` hex; undefined when it is none. */
export function socketAddress(hex: string): SocketAddress | undefined {
  const bytes = hexBytes(hex);
  if (bytes === undefined) return undefined;
  const family = little16(bytes, 0);
  const base = { family, familyName: socketFamilies.name(family) };
  switch (family) {
    case LOCAL:
      return bytes.length === 2 ? { ...base, path: '' } : { ...base, path: localPath(bytes) };
    case INET:
      if (bytes.length < 16) return { ...base, short: true };
      return { ...base, address: ipv4Text(bytes, 4), port: big16(bytes, 2) };
    case INET6:
      if (bytes.length < 28) return { ...base, short: true };
      return { ...base, address: ipv6Text(bytes, 8), port: big16(bytes, 2) };
    case NETLINK:
      return bytes.length < 12 ? { ...base, short: true } : { ...base, pid: little32(bytes, 4) };
    default:
      return base;
  }
}

const scope = (bytes: string): string => {
  const id = little32(bytes, 24);
  return id === 0 ? '' : `%${id}`;
};

const SHORT = 'sockaddr len too short';

/** What stands between the braces after the family. */
function describe(bytes: string, family: number): string {
  const length = bytes.length;
  switch (family) {
    case LOCAL:
      if (length === 2) return 'unnamed socket';
      return length < 4 ? SHORT : `path=${localPath(bytes)}`;
    case INET:
      return length < 16 ? SHORT : `laddr=${ipv4Text(bytes, 4)} lport=${big16(bytes, 2)}`;
    case AX25:
      return length < 16 ? SHORT : `call=${bytes.slice(2, 9)}`;
    case ATMPVC:
      return length < 12 ? SHORT : `int=${(little16(bytes, 4) << 16) >> 16}`;
    case X25:
      return `laddr=${untilNul(bytes.slice(2, 17))}`;
    case INET6:
      if (length < 28) return 'sockaddr6 len too short';
      return `laddr=${ipv6Text(bytes, 8)}${scope(bytes)} lport=${big16(bytes, 2)}`;
    case NETLINK:
      return length < 12 ? 'len too short' : `nlnk-fam=16 nlnk-pid=${little32(bytes, 4)}`;
    default:
      return '(unsupported)';
  }
}

/** The same for a line of the log (auditd's enrichment): control characters as octal, so that a path cannot end the line. */
export const sockaddrText = (hex: string): string => escapeText(sockaddrOf(hex), 'tty');

/** `saddr`: `{ saddr_fam=inet laddr=192.0.2.1 lport=80 }`. */
/** An address that is no such bytes (`saddr=127.0.0.1`) stands for itself. */
export const sockaddr: Kind = (value, { classic }) =>
  classic || /^(?:[\da-f]{2})+$/i.test(value) || value.startsWith('(') ? sockaddrOf(value) : value;

function sockaddrOf(value: string): string {
  const bytes = value.startsWith('(') ? inParentheses(value) : hexBytes(value);
  if (bytes === undefined || value.startsWith('"')) return `malformed-host(${value})`;
  const family = little16(bytes, 0);
  const name = socketFamilies.name(family);
  return name === undefined
    ? `unknown-family(${family})`
    : untilNul(`{ saddr_fam=${name} ${describe(bytes, family)} }`);
}
