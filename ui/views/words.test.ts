// Words of the views: durations, counts, ends, commands quoted as a shell reads them.
import { expect, it } from 'vitest';
import { commandLine, counted, duration, endOf, loginOf, userOf } from './words.ts';

it('says durations and counts', () => {
  expect([0, 999.4, 1000, 9999, 12_300, 59_499, 200_000, 7_500_000, 273_600_000].map(duration)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '10.0 s',
    '12 s',
    '59 s',
    '3 min 20 s',
    '2 h 5 min',
    '3 d 4 h',
  ]);
  expect([counted(1, 'process', 'processes'), counted(2, 'event')]).toEqual(['1 process', '2 events']);
});

it('quotes a command as a shell would read it', () => {
  expect(commandLine(['sh', '-c', "echo 'a b'", ''])).toBe("sh -c 'echo '\\''a b'\\''' ''");
});

it('says ends, users and logins, and nothing where nothing is known', () => {
  expect(endOf({ endSignal: 'SIGKILL', ended: 'x' })).toEqual({ kind: 'signal', text: 'SIGKILL' });
  expect(endOf({ exitStatus: 1 })).toEqual({ kind: 'failed', text: 'exit 1' });
  expect(endOf({ exitStatus: 0 })).toEqual({ kind: 'ok', text: 'exit 0' });
  expect(endOf({ ended: 'x', endedBy: 'reaped' })).toEqual({ kind: 'ok', text: 'ended' });
  expect(endOf({})).toEqual({ kind: 'open', text: 'end not seen' });
  expect([userOf({ user: 'bob', uid: 5 }), userOf({ uid: 7 }), userOf({}), userOf({ uid: 0xffffffff })]).toEqual([
    'bob',
    'uid 7',
    '',
    'unset',
  ]);
  expect([loginOf(undefined), loginOf({ auid: 0xffffffff }), loginOf({ auid: 5, session: 3 })]).toEqual([
    '',
    '',
    'login uid 5, session 3',
  ]);
});
