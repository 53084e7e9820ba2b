// The options of ausearch(8) as a predicate: cases from its manual page, and its dates and times.
import { describe, expect, it } from 'vitest';
import { C_TIME } from '../base/strftime.ts';
import { accountsOf } from '../host/accounts.ts';
import { classicPredicate } from '../query/classic.ts';
import { type Request, type RequestContext, readRequest } from './ausearch-request.ts';
import { classicTime, type TimeContext } from './times.ts';

process.env.TZ = 'America/New_York';
/** Saturday 2026-11-21 06:51:45 UTC, 01:51:45 in New York. */
const times: TimeContext = { now: 1795243905, boot: () => 1795241564, locale: () => C_TIME };
const context: RequestContext = {
  accounts: () => accountsOf('alice:x:1001:1001::/:\n', 'staff:x:50:\n'),
  arch: () => 'x86_64',
  times: () => times,
};
const read = (line: string): Request => readRequest(line.split(' '), context) as Request;
const asked = (line: string) => classicPredicate(read(line).search);

describe('readRequest', () => {
  it('makes a predicate of the options', () => {
    expect(asked('-k a -k b -w')).toEqual({ kind: 'string', item: 'key', value: 'b', word: true });
    expect(asked('-m USER_LOGIN,1300 -m cwd')).toEqual({ kind: 'types', types: [1112, 1300, 1307] });
    expect(asked('-m ALL')).toEqual({ kind: 'true' });
    expect(asked('-ul alice')).toEqual({ kind: 'id', item: 'auid', value: 1001 });
    expect(asked('-sc execve')).toEqual({
      kind: 'and',
      of: [
        { kind: 'id', item: 'syscall', value: 59 },
        { kind: 'id', item: 'arch', value: 0xc000003e },
      ],
    });
    expect(asked('--arch i386 -sc kill')).toMatchObject({ of: [{ value: 0x40000003 }, { value: 37 }] });
    for (const token of ['c000003e', '0xC000003E'])
      expect(asked(`--arch ${token}`)).toMatchObject({ value: 0xc000003e });
    expect(asked('-e EACCES')).toEqual({ kind: 'id', item: 'exit', value: 13 });
    expect(asked('-e -EACCES')).toEqual({ kind: 'id', item: 'exit', value: -13 });
    expect(asked('-n a -n b -a 7')).toMatchObject({ of: [{ serial: 7 }, { names: ['a', 'b'] }] });
    expect(asked('-ua 10 -ui 20')).toEqual({
      kind: 'or',
      of: [
        { kind: 'id', item: 'uid', value: 20 },
        { kind: 'id', item: 'euid', value: 10 },
        { kind: 'id', item: 'auid', value: 10 },
      ],
    });
  });

  it.each([
    '-k',
    '-k -x',
    '-zz',
    'word -k x',
    '-p 5x',
    '-a -5',
    '-ul nobody',
    '-gi nogroup',
    '-ui 4294967296',
    '-sc nosuchcall',
    '-sc execve --arch i386',
    '--arch pdp11',
    '--arch c0ffee00',
    '--extra-keys',
    '--extra-time --format text',
    '--extra-labels --raw',
    '--arch b32 --arch b64',
    '-e notanerrno',
    '-e 5x',
    '-sv maybe',
    '-m BOGUS',
    '-m',
    '--format bogus',
    '--escape bogus',
    '-i -r',
    '--eoe-timeout 0',
    '-ts',
    '-ts 99/99/99',
    '-ts 11/21/2026',
    '-ts 01/13/69',
    '-te 11/21/26 25:00:00',
    '-te checkpoint',
  ])('refuses %s', (line) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('answers the first of help and version', () => {
    expect(readRequest(['-if', 'x', '--version', '-h'], context)).toBe('version');
    expect(readRequest(['-if', 'x', '-h'], context)).toBe('help');
  });
});

describe('classicTime', () => {
  // Found with audit-userspace 4.2.2 at that moment, by asking for events second by second.
  it.each<[string, 'start' | 'end', string]>([
    ['now', 'start', '2026-11-21T06:51:45Z'],
    ['recent', 'start', '2026-11-21T06:41:45Z'],
    ['boot', 'start', '2026-11-21T06:12:44Z'],
    ['today', 'start', '2026-11-21T05:00:00Z'],
    ['today', 'end', '2026-11-21T06:51:45Z'],
    ['yesterday', 'start', '2026-11-20T05:00:00Z'],
    ['this-week', 'start', '2026-11-15T05:00:00Z'],
    ['week-ago', 'end', '2026-11-14T05:00:00Z'],
    ['this-month', 'start', '2026-11-01T04:00:00Z'],
    ['this-year', 'end', '2026-01-01T05:00:00Z'],
    ['01/13/21', 'start', '2021-01-13T05:00:00Z'],
    ['01/13/21', 'end', '2021-01-13T06:51:45Z'],
    ['1/13/21 8:0:12', 'start', '2021-01-13T13:00:12Z'],
    ['08:00:12 01/13/21', 'start', '2021-01-13T13:00:12Z'],
    ['08:00', 'start', '2026-11-21T13:00:00Z'],
    ['yesterday 08:00:30', 'start', '2026-11-20T13:00:30Z'],
    ['02/30/21', 'start', '2021-03-02T05:00:00Z'],
    ['11/01/26 01:30:00', 'start', '2026-11-01T05:30:00Z'],
    ['this-hour', 'start', '2026-11-21T06:00:00Z'],
  ])('reads %s as a %s', (words, which, expected) => {
    expect(new Date(classicTime(words.split(' '), which, times) * 1000).toISOString().replace('.000', '')).toBe(
      expected,
    );
  });

  // The same, under en_US.UTF-8: as its %X writes it, else with 24 hours.
  it.each([
    ['09:05:00 PM', '2026-11-22T02:05:00Z'],
    ['9:05:00pm', '2026-11-22T02:05:00Z'],
    ['12:00:00 AM', '2026-11-21T05:00:00Z'],
    ['21:05:00', '2026-11-22T02:05:00Z'],
    ['09:05', '2026-11-21T14:05:00Z'],
  ])('reads %s where the locale has twelve hours', (word, expected) => {
    const locale = () => ({ ...C_TIME, time: '%I:%M:%S %p' });
    const sec = classicTime([word], 'start', { ...times, locale });
    expect(new Date(sec * 1000).toISOString().replace('.000', '')).toBe(expected);
  });

  it.each(['1:2:3', '13:00:00 PM', '01/01/03', '01/01/70'])('refuses %s', (word) => {
    expect(() => classicTime([word], 'start', times)).toThrow(/Error/);
  });
});
