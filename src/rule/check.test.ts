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

const B64 = '-a always,exit -F arch=b64';

describe('what rules say of system calls', () => {
  const links: Readonly<Record<string, string>> = { '/bin/sh': '/usr/bin/dash', '/etc/link': '/etc/real' };
  const asked = (...lines: string[]) =>
    checkRules([{ file: 'r', lines: readRules(lines.join('\n'), 'r', context) }], {
      host: 'x86_64',
      exists: () => true,
      linkTarget: (path) => links[path],
      isDirectory: (path) => path === '/srv',
    })
      .filter(({ code }) => code !== 'one-abi' && code !== 'slow-watch')
      .map(({ line, severity, code, message, remedy }) => `${line} ${severity} ${code}: ${message}; ${remedy}`);

  // kernel/auditsc.c, audit_match_perm
  it.each([
    [
      `${B64} -S chmod,fchmod,fchmodat,fchmodat2 -F perm=x`,
      /warning perm-beside-calls.*no event of chmod, fchmod, fchmodat, fchmodat2: the rule matches only execve, execveat/,
    ],
    [
      `${B64} -S execve -F perm=wa -F path=/x`,
      /perm=wa matches only.*no event of execve: the rule matches only .*rename/,
    ],
    ['-a always,exit -S 90,91 -F perm=x -F path=/x', /error perm-beside-calls.*the rule never matches/],
    [`${B64} -S socket,connect -F perm=r -F path=/x`, /no event of socket, connect/],
  ])('calls outside the class of perm=: %s', (line, wanted) => {
    expect(asked(line).join('\n')).toMatch(wanted);
  });

  it.each([
    `${B64} -F path=/x -F perm=r`, // stat, which auditctl puts there and the kernel does not match
    `${B64} -S open,openat,openat2 -F perm=w -F path=/x`,
    `${B64} -S execve,execveat -F perm=x -F path=/x`,
  ])('nothing of %s', (line) => {
    expect(asked(line).filter((one) => one.includes('perm-beside'))).toEqual([]);
  });

  it.each([
    [
      '-S unlink,unlinkat,rename,renameat',
      /blind to renameat2: a program that renames by it is not seen; add -S renameat2/,
    ],
    ['-S chmod,fchmod,fchmodat', /blind to fchmodat2/],
    ['-S open,openat,openat2', /blind to open_by_handle_at/],
    ['-S execve', /blind to execveat: a program that runs programs by it/],
    ['-S mkdir,mount', /blind to mkdirat, move_mount: a program that makes directories or mounts by them/],
  ])('newer calls: %s', (calls, wanted) => {
    expect(asked(`${B64} ${calls} -F auid>=1000`)).toEqual([expect.stringMatching(wanted)]);
  });

  it('newer calls that another rule takes are seen', () => {
    expect(asked(`${B64} -S rename,renameat -F auid>=1000 -k a`, `${B64} -S renameat2 -F auid>=1000 -k b`)).toEqual([]);
    expect(asked(`${B64} -S execve -F auid>=1000`, `${B64} -S execveat`)).toEqual([]);
    expect(asked(`${B64} -S kill -F a1=9`, `${B64} -S tgkill -F a2=9`, `${B64} -S pidfd_send_signal -F a1=9`)).toEqual([
      expect.stringMatching(/mergeable/),
    ]);
    expect(asked(`${B64} -S rename,renameat -F auid>=1000`, `${B64} -S renameat2 -F auid>=2000`)).toEqual([
      expect.stringMatching(/blind to renameat2/),
    ]);
  });

  it.each([
    [
      '-w /bin/sh -p x',
      /warning symbolic-link: .bin.sh is a symbolic link.*the file it leads to is not seen; name the target: .usr.bin.dash/,
    ],
    [`${B64} -F path=/etc/link -F perm=wa`, /warning symbolic-link.*name the target: .etc.real/],
    [`${B64} -S execve,execveat -F exe=/bin/sh`, /error symbolic-link.*never matches/],
    [
      `${B64} -F path=/srv/ -F perm=wa`,
      /error ends-in-slash: path=.srv. ends in a slash: the kernel refuses.*-F dir=.srv/,
    ],
    [`${B64} -F path=/srv -F perm=wa`, /warning not-recursive.*-F dir=.srv/],
    ['-w /etc/passwd -S execve -p wa', /warning calls-of-watch: -S beside a watch/],
  ])('places and watches: %s', (line, wanted) => {
    expect(asked(line).join('\n')).toMatch(wanted);
  });

  it.each([
    ['umount', /only 32-bit programs have it \(arch=b32\); on x86_64 it is "umount2"/],
    ['stime', /only 32-bit programs have it \(arch=b32\); on x86_64 it is "clock_settime"/],
    ['stat64', /only 32-bit programs.*on x86_64 it is "stat"/],
    ['waitpid', /on x86_64 it is "wait4"/],
    ['oppen', /did you mean "open"/],
  ])('a call that the arch lacks: %s', (name, wanted) => {
    expect(asked(`${B64} -S ${name}`).join('\n')).toMatch(wanted);
  });

  it('a call of 64-bit programs alone', () => {
    expect(asked('-a always,exit -F arch=b32 -S newfstatat').join('\n')).toMatch(
      /only 64-bit programs have it \(arch=b64\); on i386 it is "fstatat64"/,
    );
  });

  it('what stands below a line that cannot be read is not loaded, without -c or -i above it', () => {
    const bad = `${B64} -S umount`;
    expect(asked(bad, '-w /etc/passwd -p wa', '-e 2')[0]).toMatch(
      /the load stops here: the 2 lines below it are not loaded, and the rules stay unlocked \(-e 2, r:3\)/,
    );
    expect(asked(bad, '# nothing', '')[0]).not.toMatch(/stops/);
    for (const option of ['-c', '-i']) expect(asked(option, bad, '-e 2')[0]).not.toMatch(/stops/);
  });
});

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
    ['-a always,exit -F arch=b64 -S execve,execveat -k x', '1 warning one-abi'],
    ['-a always,exit -S all', '1 error broad'],
    ['-a always,exit -S getpid', '1 warning abi-mismatch'],
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
      '-a always,exit -F arch=b64 -S mkdirat -F exe=/bin/a',
      '-a always,exit -F arch=b64 -S unlinkat -F exe=/bin/a',
      '-a always,exit -F arch=b32 -S mkdirat,unlinkat -F exe=/bin/a',
    );
    expect(two.map((f) => f.code)).toEqual(['mergeable']);
    expect(two[0]!.remedy).toBe('write one rule: -a always,exit -F arch=b64 -S mkdirat,unlinkat -F exe=/bin/a');
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
