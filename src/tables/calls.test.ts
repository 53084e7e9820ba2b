// The calls of processes against the kernel's own tables: each name is a call somewhere, and none is left out.
import { expect, it } from 'vitest';
import {
  EXEC_CALLS,
  EXIT_CALLS,
  FORK_CALLS,
  isExec,
  isExit,
  isFork,
  SIGNAL_CALLS,
  SIGNAL_NAMES,
  signalCall,
} from './calls.ts';
import { syscallNumber, syscalls } from './syscalls.ts';

const names = syscalls('x86_64')
  .entries()
  .map(([, name]) => name);

it('every name is a call of x86_64, but for the one of ia64', () => {
  const all = [...FORK_CALLS, ...EXEC_CALLS, ...EXIT_CALLS, ...SIGNAL_NAMES];
  expect(all.filter((name) => syscallNumber('x86_64', name) === undefined)).toEqual(['clone2']);
});

it('every call that signals another is in the table', () => {
  const signalling = names.filter((name) => /kill$|sigqueueinfo$|_send_signal$/.test(name));
  expect(signalling.sort()).toEqual([...SIGNAL_NAMES].sort());
  // man 2 tgkill, rt_tgsigqueueinfo: (tgid, tid, sig); all others (target, sig).
  expect(SIGNAL_NAMES.filter((name) => SIGNAL_CALLS[name]!.signal === 2)).toEqual(['tgkill', 'rt_tgsigqueueinfo']);
});

it('a name that is none has no entry, whatever objects have', () => {
  for (const name of [undefined, '', 'constructor', 'toString', 'open']) expect(signalCall(name)).toBeUndefined();
  expect([isFork('clone3'), isExec('execveat'), isExit('exit_group'), isFork('exit')]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
