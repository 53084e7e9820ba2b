// Sentences about rules.
import { expect, it } from 'vitest';
import { explainRule, parseRule, type RuleContext, wordsOf } from './index.ts';

const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: () => undefined, groupId: () => undefined },
  isDirectory: () => false,
};
const explain = (text: string) =>
  explainRule(parseRule(wordsOf(text), context).rule, {
    host: 'x86_64',
    argument: (_arch, _call, _index, value) => (value === 9 ? 'SIGKILL' : `0x${value.toString(16)}`),
    userName: (uid) => (uid === 0 ? 'root' : undefined),
  });

it.each([
  [
    '-a always,exit -F arch=b64 -S kill -F a1=9 -F auid!=unset -k kills',
    'Record calls of kill of x86_64 programs when argument 1 is SIGKILL (0x9) and the login user is not unset (a service, no one logged in); find them with ausearch -k (key "kills").',
  ],
  [
    '-a always,exit -F arch=b64 -F path=/etc/shadow -F perm=wa',
    'Record file accesses of x86_64 programs when the file is /etc/shadow and it writes it or changes its attributes.',
  ],
  [
    '-a never,exit -S all -F exe=/usr/bin/a -F uid=0',
    'Do not record every system call when the program is /usr/bin/a and the user is root (0).',
  ],
  ['-a always,exclude -F msgtype=CWD', 'Throw away records when the record type is CWD.'],
  ['-a never,task', 'Switch system call auditing off for processes that are started.'],
  ['-a never,filesystem -F fstype=tracefs', 'Leave out paths when the file system is tracefs.'],
  [
    '-a always,exit -F arch=b64 -S execve -C uid!=euid -F success=1',
    'Record calls of execve of x86_64 programs when the user (uid) differs from the effective user (euid) and the call succeeded.',
  ],
  [
    '-a always,exit -F arch=b64 -S open -F exit=-EACCES -F dir=/etc',
    'Record calls of open of x86_64 programs when it failed with EACCES (Permission denied) and it concerns /etc or anything below it.',
  ],
  ['-a always,io_uring -S openat -F exit>5', 'x'],
])('%s', (rule, sentence) => {
  if (sentence === 'x') expect(() => explain(rule)).toThrow(/exit can only be used on the exit list/);
  else expect(explain(rule)).toBe(sentence);
});
