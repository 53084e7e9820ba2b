// Links from a process to its events: expressions the search understands.
import { expect, it } from 'vitest';
import { parseExpression } from '../../../src/query/index.ts';
import { addressOf, branchOf, eventOf, eventsOf, killersOf, sessionOf } from './links.ts';

const process = {
  pid: 6016,
  program: 'findpid',
  command: ['findpid'],
  started: '2026-11-21T04:17:46.803Z',
  firstSeen: '2026-11-21T04:17:46.803Z',
  lastSeen: '2026-11-21T04:17:47.107Z',
  ended: '2026-11-21T04:17:47.115Z',
};

it('asks about one life of a pid: from its start until after its end', () => {
  const query = new URL(eventsOf(process), 'http://x').searchParams;
  expect(Object.fromEntries(query)).toEqual({
    q: 'pid == 6016',
    since: '2026-11-21T04:17:46.803Z',
    until: '2026-11-21T04:17:47.116Z',
  });
  expect(new URL(killersOf(process), 'http://x').searchParams.get('pid')).toBe('6016');
  expect(branchOf({ ...process, ended: undefined as never })).toContain('until=2026-11-21T04%3A17%3A47.108Z');
});

it('finds one event by an expression that the search understands', () => {
  const q = new URL(eventOf('2026-11-21T04:17:47.005Z', 975608), 'http://x').searchParams.get('q')!;
  expect(q).toBe('\\timestamp_ex == ts:1795234667.005:975608');
  expect(() => parseExpression(q)).not.toThrow();
  expect(() => parseExpression('pid == 6016')).not.toThrow();
});

it('leaves out what has no value', () => {
  expect(addressOf('/a', { b: undefined, c: '', d: 0 })).toBe('/a?d=0');
  expect(addressOf('/a', {})).toBe('/a');
  expect(sessionOf(22)).toBe('/sessions/22');
});
