// The list of logins: order, users, failures grouped.
import { expect, it } from 'vitest';
import type { Session } from '../answers/shapes.ts';
import { borrowedOf, failureGroups, newestFirst, sessionUser } from './logins.ts';

const session = (n: number, more: Partial<Session> = {}): Session => ({
  session: n,
  auid: 1001,
  lastSeen: '2026-11-21T04:17:50.000Z',
  failuresBefore: 0,
  commands: [],
  sudo: [],
  ...more,
});

it('lists the newest login first, also where only the last record is known', () => {
  const list = [session(1), session(2, { start: '2026-11-21T04:17:55.000Z' }), session(3)];
  expect(newestFirst(list).map((one) => one.session)).toEqual([2, 3, 1]);
});

it('names users, and whom they borrowed rights from', () => {
  const command = (as: string | number) => ({ at: '', pid: 1, command: [], as, uid: 0, really: 'alice' });
  expect(
    borrowedOf(session(1, { commands: [command('alice'), command('root'), command('root'), command(7)] })),
  ).toEqual(['root', 'uid 7']);
  expect([
    sessionUser({ auid: 1001 }),
    sessionUser({ auid: 0xffffffff }),
    sessionUser({ auid: 5, user: 'eve' }),
  ]).toEqual(['uid 1001', 'nobody', 'eve']);
});

it('groups failures by account and address, whatever they contain', () => {
  const failure = (account: string, at: string, address?: string) => ({ account, at, ...(address ? { address } : {}) });
  expect(
    failureGroups([
      failure('a', '2026-01-02', 'b c'),
      failure('a b', '2026-01-01', 'c'),
      failure('a', '2026-01-01', 'b c'),
      failure('a', '2026-01-03'),
    ]),
  ).toEqual([
    { account: 'a', address: '', through: '', first: '2026-01-03', last: '2026-01-03', count: 1 },
    { account: 'a', address: 'b c', through: '', first: '2026-01-01', last: '2026-01-02', count: 2 },
    { account: 'a b', address: 'c', through: '', first: '2026-01-01', last: '2026-01-01', count: 1 },
  ]);
});
