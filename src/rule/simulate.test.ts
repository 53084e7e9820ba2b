// The simulation, case by case; as a whole it is held against the kernel (src/cli/rules-trail.test.ts, test/kernel).
import { describe, expect, it } from 'vitest';
import {
  isExcluded,
  type RecordedCall,
  type RuleContext,
  readRules,
  ruleSet,
  simulateCall,
  switchesOff,
} from './index.ts';

const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: () => undefined, groupId: () => undefined },
  isDirectory: () => false,
};
const X86_64 = 0xc000003e;
const call: RecordedCall = {
  arch: X86_64,
  syscall: 257, // openat
  success: false,
  exit: -13 >>> 0,
  args: [0xffffff9c, 0, 0x241, 0o644],
  ids: {
    pid: 7,
    ppid: 1,
    auid: 1000,
    uid: 1000,
    euid: 0,
    suid: 0,
    fsuid: 0,
    gid: 5,
    egid: 5,
    sgid: 5,
    fsgid: 5,
    sessionid: 3,
  },
  exe: '/usr/bin/x',
  paths: [{ name: '/etc/a/b', inode: 9, devMajor: 8, devMinor: 1, mode: 0o100644, uid: 0, gid: 0 }],
};
function decide(over: Partial<RecordedCall>, ...lines: string[]) {
  const { rules } = ruleSet([{ file: 'r', lines: readRules(lines.join('\n'), 'r', context) }]);
  const { rule, outcome, unsure } = simulateCall(rules, { ...call, ...over });
  return `${outcome}${rule ? ` ${rule.place.line}` : ''}${unsure.length > 0 ? ` unsure ${unsure.join()}` : ''}`;
}
const matches = (condition: string, over: Partial<RecordedCall> = {}) =>
  decide(over, `-a always,exit -F arch=b64 -S openat ${condition}`);

describe('simulateCall', () => {
  it.each([
    ['-F auid>=1000', 'recorded 1'],
    ['-F auid=unset', 'unmatched'],
    ['-F uid=1000 -C uid!=euid', 'recorded 1'],
    ['-C uid=euid', 'unmatched'],
    ['-C euid=obj_uid', 'recorded 1'],
    ['-F exit=-EACCES -F success=0', 'recorded 1'],
    ['-F success=1', 'unmatched'],
    ['-F exit>0', 'recorded 1'], // unsigned
    ['-F a2&0x40', 'recorded 1'],
    ['-F a2&=0x42', 'unmatched'],
    ['-F dir=/etc', 'recorded 1'],
    ['-F dir=/et', 'unmatched'],
    ['-F path=/etc/a/b -F perm=w', 'recorded 1'],
    ['-F path=/etc/a/b -F perm=r', 'unmatched'],
    ['-F exe=/usr/bin/x', 'recorded 1'],
    ['-F exe!=/usr/bin/x', 'unmatched'],
    ['-F filetype=file -F inode=9 -F devmajor=8', 'recorded 1'],
    ['-F filetype=dir', 'unmatched'],
    ['-F obj_type=etc_t', 'unmatched unsure obj_type'],
    ['-F sessionid=3 -F pid=7 -F ppid=1', 'recorded 1'],
  ])('%s', (condition, want) => expect(matches(condition)).toBe(want));

  it('lets the first match decide, never rules too, and -A come first', () => {
    expect(decide({}, '-a never,exit -F exe=/usr/bin/x', '-a always,exit -S all')).toBe('silenced 1');
    expect(decide({}, '-a never,exit -F exe=/usr/bin/y', '-a always,exit -S all')).toBe('recorded 2');
    expect(decide({}, '-a never,exit -F exe=/usr/bin/x', '-A always,exit -F uid=1000')).toBe('recorded 2');
    expect(decide({}, '-a always,user -F uid=1000')).toBe('unmatched');
  });

  it('knows that a name without an inode matches no watch, and other arches’ numbers', () => {
    expect(matches('-F dir=/etc', { paths: [{ name: '/etc/none' }] })).toBe('unmatched');
    expect(decide({ arch: 0x40000003 }, '-a always,exit -F arch=b64 -S openat')).toBe('unmatched');
    expect(decide({ arch: 0x40000003 }, '-a always,exit -S openat')).toBe('recorded 1');
  });

  it('throws away what the exclude list says, and sees the switch of the task list', () => {
    const rules = (...lines: string[]) =>
      ruleSet([{ file: 'r', lines: readRules(lines.join('\n'), 'r', context) }]).rules;
    const CWD = 1307;
    expect(isExcluded(rules('-a always,exclude -F msgtype=CWD'), CWD, call)).toBe(true);
    expect(isExcluded(rules('-a always,exclude -F msgtype=CWD -F msgtype=PATH'), CWD, call)).toBe(false);
    expect(isExcluded(rules('-a never,exclude -F msgtype>=PATH -F msgtype<=CWD -F auid=1000'), CWD, call)).toBe(true);
    expect(isExcluded(rules('-a always,exclude -F auid=7', '-a always,exclude -F exe=/usr/bin/x'), CWD, call)).toBe(
      true,
    );
    expect(isExcluded(rules('-a always,exclude -F a0=1', '-a always,exclude -F msgtype=CWD'), CWD, call)).toBe(false);
    expect(switchesOff(rules('-a never,task'))).toBeDefined();
    expect(switchesOff(rules('-a never,task -F uid=5'))).toBeUndefined();
  });
});
