// Who counts as one where something is shared out by address: an IPv4 address, and of IPv6 the 64 bits that a house has
// for itself (RFC 4291), however many addresses it makes of them.

import { isIPv6 } from 'node:net';

/** The network of an address as Node's sockets tell it; IPv4 mapped into IPv6 is IPv4; what is no address is its own. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const plain = address.replace(/%.*$/, '').replace(/\d+\.\d+\.\d+\.\d+$/, '0:0');
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  if (tail !== undefined) while (groups.length + after.length < 8) groups.push('0');
  return [...groups, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
