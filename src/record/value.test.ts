// The values of fields: what the kernel and libaudit write, word by word.
import { expect, it } from 'vitest';
import { decoded, idOf, isAbsent, isSet, isUnset, UNSET, unquoted, wholeOf } from './value.ts';

it('an id is a number, and a text that is none is nobody', () => {
  for (const text of [
    'n/a',
    '?',
    '(null)',
    '(none)',
    '',
    'unset',
    'root',
    '0x0',
    '1 2',
    '1e3',
    ' 1',
    '99999999999',
    '4294967296',
  ])
    expect(idOf(text), text).toBeUndefined();
  expect(idOf(undefined)).toBeUndefined();
  expect(['0', '1000', '4294967294', '4294967295', '-1', '-2'].map(idOf)).toEqual([
    0,
    1000,
    4294967294,
    UNSET,
    UNSET,
    4294967294,
  ]);
  expect([0, 1000, UNSET, -1, undefined].map(isSet)).toEqual([true, true, false, false, false]);
  expect(isUnset(UNSET)).toBe(true);
});

it('a whole number is decimal, and no longer than what is exact', () => {
  expect(['0', '-13', '123456789012345'].map(wholeOf)).toEqual([0, -13, 123456789012345]);
  expect(['', '-', '1.5', 'ff', '1234567890123456', undefined].map(wholeOf)).toEqual(Array(6).fill(undefined));
});

it('what tells nothing', () => {
  for (const value of [undefined, '', '?', '(null)', '(none)']) expect(isAbsent(value), value).toBe(true);
  for (const value of ['"?"', '"(null)"', '(nil)', '0', 'null', ' ', '3F']) expect(isAbsent(value), value).toBe(false);
});

it('quotes come off in pairs, and where a cut took the second', () => {
  expect(unquoted('"a b"')).toBe('a b');
  expect(unquoted("'op=x'")).toBe('op=x');
  expect(unquoted('"')).toBe('');
  expect(unquoted('"/etc/pas')).toBe('/etc/pas');
  expect(unquoted('""')).toBe('');
  for (const value of ['', 'a"', "'", "'s", '"a"b', 'a']) expect(unquoted(value), value).toBe(value);
});

it('hex is undone in whole bytes, and never within quotes', () => {
  expect(decoded('2F746D702F6120')).toBe('/tmp/a ');
  expect(decoded('2f746d70')).toBe('/tmp');
  expect(decoded('"2F746D70"')).toBe('2F746D70');
  for (const value of ['2F7', '', '(null)', '/tmp', 'ls', 'abc']) expect(decoded(value), value).toBe(value);
});
