// Links to who killed whom, by the call that sent the signal.
import { expect, it } from 'vitest';
import { SIGNAL_NAMES } from '../../../src/tables/calls.ts';
import { signalled } from './signalled.ts';

const event = (...opids: string[]) => ({
  ...{ id: '1.000:1', time: '1970-01-01T00:00:01.000Z', serial: 1 },
  records: [{ type: 'SYSCALL', raw: { pid: '7' } }, ...opids.map((opid) => ({ type: 'OBJ_PID', raw: { opid } }))],
});

it('finds every process of every call that signals, a group too', () => {
  for (const syscall of SIGNAL_NAMES)
    expect(signalled({ row: { syscall }, event: event('12', '13', '12') })).toEqual(['12', '13']);
});

it('names nobody where the event is no signal, or tells no target', () => {
  expect(signalled({ row: { syscall: 'ptrace' }, event: event('12') })).toEqual([]);
  expect(signalled({ row: { syscall: 'kill' }, event: event() })).toEqual([]);
  expect(signalled({ row: { syscall: 'kill' }, event: event('?', '0') })).toEqual([]);
});
