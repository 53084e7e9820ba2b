// Numbers as strtoul(3) and strtol(3) read them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { int32, signed, uint32, unsigned } from './numbers.ts';

describe('numbers as strtoul(3) reads them', () => {
  it.each([
    ['', 10, 0n],
    ['abc', 10, 0n],
    ['12abc', 10, 12n],
    [' +7', 10, 7n],
    ['-1', 10, 0xffff_ffff_ffff_ffffn],
    ['18446744073709551615', 10, 0xffff_ffff_ffff_ffffn],
    ['18446744073709551616', 10, undefined],
    ['-18446744073709551616', 10, undefined],
    ['0000000000000000000000000000000000000012', 10, 12n],
    ['0x', 16, 0n],
    ['0x1F', 16, 31n],
    ['0xg', 16, 0n],
    ['10000000000000000', 16, undefined],
    ['0755', 8, 0o755n],
    ['99', 8, 0n],
    ['0755', 0, 0o755n],
    ['0x42', 0, 66n],
    ['42', 0, 42n],
  ] as const)('%j in base %i', (text, base, number) => {
    expect(unsigned(text, base)).toBe(number);
  });

  it('reads back any 64 bits, whatever stands behind', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
        fc.constantFrom('', ' ', 'z', '.1'),
        (n, rest) => {
          expect(unsigned(n.toString(16) + rest, 16)).toBe(n);
          expect(unsigned(n.toString(10) + rest, 10)).toBe(n);
          expect(unsigned(`0x${n.toString(16)}${rest}`, 0)).toBe(n);
        },
      ),
    );
  });

  it('has an end for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const base of [0, 8, 10, 16] as const) expect(unsigned(text, base) ?? 0n).toBeGreaterThanOrEqual(0n);
      }),
    );
  });
});

it('signed numbers have 64 bits', () => {
  expect(signed('-9223372036854775808')).toBe(-(2n ** 63n));
  expect(signed('9223372036854775808')).toBeUndefined();
  expect(signed('-9223372036854775809')).toBeUndefined();
  expect(signed('-13x')).toBe(-13n);
});

it('a C int is the low 32 bits', () => {
  expect([int32(0xffffff9cn), int32(0x1_0000_0001n), uint32(-1n)]).toEqual([-100, 1, 0xffffffff]);
});
