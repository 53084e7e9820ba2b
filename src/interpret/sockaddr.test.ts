// Socket addresses of every family, cut at every byte; IPv6 text against the URL standard’s.
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsOf } from '../host/accounts.ts';
import { interpretContext } from './context.ts';
import { ipv6Text, sockaddr, socketAddress } from './sockaddr.ts';

const context = interpretContext({ classic: true, accounts: accountsOf('', '') });
const read = (hex: string): string => sockaddr(hex, context);
const hexOf = (bytes: Iterable<number>): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');

describe('sockaddr', () => {
  it.each([
    ['02000050C0000201000000000000000000', '{ saddr_fam=inet laddr=192.0.2.1 lport=80 }'],
    ['0A000050000000002001041800000000000000000000000100000000', '{ saddr_fam=inet6 laddr=2001:418::1 lport=80 }'],
    ['0A0000500000000000000000000000000000FFFFC000020100000000', '{ saddr_fam=inet6 laddr=::ffff:192.0.2.1 lport=80 }'],
    ['01002F746D702F7800', '{ saddr_fam=local path=/tmp/x }'],
    ['010000666F6F00', '{ saddr_fam=local path=foo }'],
    ['0100', '{ saddr_fam=local unnamed socket }'],
    ['1000000001000000FFFFFFFF', '{ saddr_fam=netlink nlnk-fam=16 nlnk-pid=1 }'],
    ['1100', '{ saddr_fam=packet (unsupported) }'],
    ['FFFF', 'unknown-family(65535)'],
    ['?', 'malformed-host(?)'],
  ])('%s', (hex, text) => {
    expect(read(hex)).toBe(text);
  });

  it('reads every address cut at every byte', () => {
    const whole = [
      '02000050C000020100000000000000000000',
      '0A00005000000000200104180000000000000000000000010000000000',
      `0100${hexOf(Buffer.from('/run/a b'))}00`,
      '100000000100000000000000',
      '0900414243444546',
      '080000000102030405060708',
      '03004142434445464700000000000000',
    ];
    for (const hex of whole)
      for (let length = 0; length <= hex.length; length++)
        expect(read(hex.slice(0, length))).toMatch(/^(\{ saddr_fam=\S+ .*\}|(unknown-family|malformed-host)\(.*\))$/s);
  });

  it('never throws on bytes of any family', () => {
    fc.assert(
      fc.property(fc.nat(64), fc.uint8Array({ maxLength: 130 }), (family, rest) => {
        const hex = hexOf([family, 0, ...rest]);
        expect(read(hex)).not.toBe('');
        expect(socketAddress(hex)?.family).toBe(family);
      }),
    );
  });
});

describe('IPv6 text', () => {
  it('is what the URL standard writes', () => {
    const bytes = fc.array(fc.constantFrom(0, 0, 0, 1, 0x20, 0xff), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, (list) => {
        const text = ipv6Text(String.fromCharCode(...list));
        expect(isIPv6(text)).toBe(true);
        const plain = list.reduce((s, b, i) => s + (i % 2 ? '' : i ? ':' : '') + b.toString(16).padStart(2, '0'), '');
        const want = new URL(`http://[${plain}]`).hostname.slice(1, -1);
        expect(new URL(`http://[${text}]`).hostname.slice(1, -1)).toBe(want);
        if (!text.includes('.')) expect(text).toBe(want);
      }),
    );
  });
});
