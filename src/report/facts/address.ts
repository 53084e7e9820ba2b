// The peer of a socket call as the classic reports name it: the address of an IPv4 or IPv6 peer, the path of a local
// socket. Layout: struct sockaddr_in, sockaddr_in6, sockaddr_un of the kernel (include/uapi/linux/in.h, in6.h, un.h),
// in the byte order of a little-endian machine, as the trail holds it.

import { ipv4Text, ipv6Text } from '../../interpret/sockaddr.ts';

/** Who was at the other end. */
export interface Peer {
  readonly host?: string;
  /** latin1; of an abstract socket, the name after its leading NUL. */
  readonly path?: string;
}

const UNIX = 1;
const INET = 2;
const INET6 = 10;

/** The peer in a raw sockaddr (latin1 string of its bytes); undefined for other families, 'short' when cut off. */
export function peerAddress(bytes: string): Peer | 'short' | undefined {
  if (bytes.length < 2) return 'short';
  const family = bytes.charCodeAt(0) | (bytes.charCodeAt(1) << 8);
  if (family === INET) return bytes.length < 16 ? 'short' : { host: ipv4Text(bytes, 4) };
  if (family === INET6) return bytes.length < 28 ? 'short' : { host: ipv6Text(bytes, 8) + scope(bytes) };
  if (family !== UNIX) return undefined;
  if (bytes.length < 4) return 'short';
  const path = bytes.slice(bytes.charCodeAt(2) === 0 ? 3 : 2);
  const nul = path.indexOf('\0');
  return { path: nul < 0 ? path : path.slice(0, nul) };
}

function scope(bytes: string): string {
  const id = [27, 26, 25, 24].reduce((n, i) => n * 256 + bytes.charCodeAt(i), 0);
  return id === 0 ? '' : `%${id}`;
}
