// The paths of a recorded call, as a rule's `path=` and `dir=` are held against them.
import { expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { recordedCall } from './recorded-call.ts';

const pathsOf = (fd: string): (string | undefined)[] => {
  const stamp = 'msg=audit(1638181912.404:1)';
  const text = [
    `type=SYSCALL ${stamp}: arch=c000003e syscall=263 success=yes exit=0 a0=${fd} a1=1 a2=0 a3=0 items=2 ppid=1 pid=2 auid=0 uid=0 comm="rm" exe="/usr/bin/rm"`,
    `type=CWD ${stamp}: cwd="/home/u"`,
    `type=PATH ${stamp}: item=0 name="/home/u" inode=11 dev=fd:00 mode=040775 ouid=0 ogid=0 rdev=00:00 nametype=PARENT`,
    `type=PATH ${stamp}: item=1 name="3" inode=12 dev=fd:00 mode=0100664 ouid=0 ogid=0 rdev=00:00 nametype=DELETE`,
  ].join('\n');
  const [event] = [...readEvents([Buffer.from(text)])];
  return recordedCall(event!)!.paths.map(({ name }) => name);
};

it('are below the working directory where the call names no descriptor', () => {
  expect(pathsOf('ffffff9c')).toEqual(['/home/u', '/home/u/3']);
});

it('are not told of a name below a descriptor, nor of its folder', () => {
  expect(pathsOf('4')).toEqual([undefined, undefined]);
});
