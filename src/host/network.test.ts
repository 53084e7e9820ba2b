// Which addresses count as one.
import { expect, it } from 'vitest';
import { networkOf } from './network.ts';

it('counts a house of IPv6, and IPv4 in its disguise, as one', () => {
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(networkOf('2001:db8::1')).toBe(networkOf('2001:0DB8:0:0:ffff::2%eth0'));
  expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8::1'));
  expect(networkOf('2001:db8:0:1::1')).toBe(networkOf('2001:DB8::1:0:0:0:9'));
  expect(networkOf('::1')).toBe('0:0:0:0');
  expect(networkOf('64:ff9b::192.0.2.1')).toBe('64:ff9b:0:0');
  expect(networkOf('')).toBe('');
});
