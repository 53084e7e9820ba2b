// The linter: each line of a bad configuration and what is said about it; and that a good one is left in peace.
import { describe, expect, it } from 'vitest';
import { checkRules, type RuleContext, readRules } from './index.ts';

const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: () => undefined, groupId: () => undefined },
  isDirectory: () => false,
};

const check = (...lines: string[]) =>
  checkRules([{ file: 'r', lines: readRules(lines.join('\n'), 'r', context) }], {
    host: 'x86_64',
    exists: (path) => !path.includes('nosuch'),
  });
const codes = (...lines: string[]) => check(...lines).map((f) => `${f.line} ${f.severity} ${f.code}`);

describe('checkRules', () => {
  it('finds the fault in the rule of the report: five types on one exclude rule', () => {
    const [finding, ...more] = check(
      '-a always,exclude -F msgtype=PROCTITLE -F msgtype=SYSCALL -F msgtype=CWD -F msgtype=PATH -F msgtype=EXECVE',
    );
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'never-matches', severity: 'error', line: 1 });
    expect(finding!.message).toMatch(/msgtype=PROCTITLE and msgtype=SYSCALL cannot both hold/);
    expect(finding!.remedy).toMatch(/one rule for each: -a always,exclude -F msgtype=PROCTITLE; -a always,exclude/);
  });

  it.each([
    ['-a always,exit -F arch=b64 -S execve -k x', '1 warning one-abi', '1 warning blind'],
    ['-a always,exit -S all', '1 error broad'],
    ['-a always,exit -S kill', '1 warning abi-mismatch'],
    ['-a never,task', '1 error never-task'],
    ['-a always,exit -F exe=/bin/sh -F uid=0 -F uid=1', '1 error never-matches'],
    ['-a always,exit -F exe=/bin/sh -F auid>=1000 -F auid<500', '1 error never-matches'],
    ['-a always,exit -F exe=/bin/sh -F success=1 -F exit=-EACCES', '1 error never-matches'],
    ['-a always,exit -F exe=/bin/sh -F exit>0', '1 warning unsigned-exit'],
    ['-a always,exit -F exe=/nosuch', '1 warning missing-path'],
    ['-a always,exit -F dir=relative', '1 error relative-path'],
    ['-a always,exit -F exe=/bin/a -F exe=/bin/b', '1 error never-matches', '1 error many-places'],
    ['-a always,exit -F exe=/bin/a -k aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '1 warning long-key'],
    ['-a always,user -F a0=1', '1 error field-not-on-list'],
    ['-a always,filesystem -F fstype=tracefs -F arch=b64', '1 error field-not-on-list'],
    ['-a always,exit -F dir=/etc -F perm=wa', '1 hint perm-without-arch'],
    ['-w /etc/passwd -p wa', '1 hint slow-watch'], // its perm has no arch for the same reason
    ['-w /etc/pass* -p wa', '1 error wildcard', '1 hint slow-watch'],
    ['-a always,exit -F exe=/bin/a -F saddr_fam=inet', '1 error family-name'],
    ['-a entry,always -S open', '1 error unreadable'],
  ])('%s', (line, ...want) => {
    expect(codes(line)).toEqual(want);
  });

  it('sees what rules do to each other', () => {
    expect(codes('-a always,exit -F exe=/bin/a', '-a always,exit -F exe=/bin/a')).toEqual(['2 error duplicate']);
    expect(codes('-a never,exit -F exe=/bin/a', '-a always,exit -F exe=/bin/a -F uid=0')).toEqual([
      '2 warning shadowed',
    ]);
    expect(codes('-a always,exit -F exe=/bin/a -F uid=0', '-a always,exit -F exe=/bin/a')).toEqual([]);
    expect(codes('-a always,exit -F exe=/bin/a -F uid>=1000', '-A always,exit -F exe=/bin/a -F uid>=500')).toEqual([
      '1 warning shadowed',
    ]);
    expect(codes('-a always,exit -F exe=/bin/a', '-D')).toEqual(['1 warning deleted-again']);
    expect(codes('-e 2', '-b 64')).toEqual(['2 error after-lock']);
    expect(codes('-a always,exit -F exe=/bin/a', '-a always,exclude -F msgtype=SYSCALL')).toEqual([
      '2 warning drops-wanted',
    ]);
    expect(codes('-a always,exit -F exe=/bin/a', '-a always,exclude -F exe=/bin/a')).toEqual([
      '2 warning drops-wanted',
    ]);
    const two = check(
      '-a always,exit -F arch=b64 -S kill -F exe=/bin/a',
      '-a always,exit -F arch=b64 -S tkill -F exe=/bin/a',
      '-a always,exit -F arch=b32 -S kill,tkill -F exe=/bin/a',
    );
    expect(two.map((f) => f.code)).toEqual(['mergeable']);
    expect(two[0]!.remedy).toBe('write one rule: -a always,exit -F arch=b64 -S kill,tkill -F exe=/bin/a');
  });

  it('leaves a good configuration in peace', () => {
    expect(
      codes(
        '-D',
        '-b 8192',
        '-a always,exit -F arch=b64 -S execve,execveat -F auid>=1000 -F auid!=unset -k exec',
        '-a always,exit -F arch=b32 -S execve,execveat -F auid>=1000 -F auid!=unset -k exec',
        '-a always,exit -F arch=b64 -F path=/etc/shadow -F perm=wa -k identity',
        '-a always,exit -F arch=b32 -F path=/etc/shadow -F perm=wa -k identity',
        '-a never,exclude -F msgtype=CRYPTO_KEY_USER',
        '-e 2',
      ),
    ).toEqual([]);
  });
});
