// `auspex rules` over rules that people really have: what the kernel does with them (kernel/auditsc.c, auditfilter.c,
// auditctl(8)), not what they look like.
import { describe, expect, it } from 'vitest';
import { auspex, FILE } from './wild.fixture.ts';

const check = async (...lines: string[]): Promise<string> =>
  (await auspex(['rules', 'check', FILE], `${lines.join('\n')}\n`)).stdout;

describe('calls that do the same', () => {
  it.each<[rule: string, missing: string]>([
    ['-S unlink,unlinkat,rename,renameat -F auid>=1000', 'renameat2'],
    ['-S rmdir,unlink,rename,renameat,renameat2', 'unlinkat'],
    ['-S open,openat,creat -F exit=-EACCES', 'openat2, open_by_handle_at'],
    ['-S chmod,fchmod,fchmodat', 'fchmodat2'],
    ['-S chown,fchown,lchown', 'fchownat'],
    ['-S execve -F euid=0', 'execveat'],
    ['-S init_module', 'finit_module'],
  ])('%s', async (rule, missing) => {
    expect(await check(`-a always,exit -F arch=b64 ${rule}`)).toContain(`calls that do the same: ${missing}; no rule`);
  });

  it('may stand in another rule of the set, under the same conditions or fewer', async () => {
    const rule = '-a always,exit -F arch=b64 -S execve -F auid>=1000 -k exec';
    expect(await check(rule, '-a always,exit -F arch=b64 -S execveat -F auid>=1000 -k other')).not.toContain('blind');
    expect(await check(rule, '-a always,exit -F arch=b64 -S execveat')).not.toContain('the same: execveat');
    expect(await check(rule, '-a always,exit -F arch=b64 -S execveat -F auid>=2000')).toContain('blind');
    expect(await check(rule, '-a always,exit -F arch=b32 -S execveat -F auid>=1000')).toContain('blind');
  });

  it('are not asked for where arguments are compared, or where a perm names the calls', async () => {
    expect(await check('-a always,exit -F arch=b64 -S open -F a1&0100')).not.toContain('blind');
    expect(await check('-a always,exit -F arch=b64 -F path=/etc/passwd -F perm=wa')).not.toContain('blind');
  });
});

describe('perm beside calls', () => {
  it.each<[rule: string, never: string, rest: RegExp]>([
    ['-S chmod,fchmod,fchmodat -F perm=x', 'chmod, fchmod, fchmodat;', /the rule matches only execve, execveat/],
    ['-S execve,unlink -F perm=a', 'execve, unlink;', /the rule matches only/],
    ['-S kill -F perm=wa', 'kill;', /the rule matches only/],
    ['-S openat -F perm=x', 'openat;', /the rule matches only execve/],
  ])('%s', async (rule, never, rest) => {
    const said = await check(`-a always,exit -F arch=b64 ${rule}`);
    expect(said).toContain(`never matches calls of another class: ${never}`);
    expect(said).toMatch(rest);
  });

  it('never matches at all when no call is of the class', async () => {
    expect(await check('-a always,exit -S kill -F perm=wa')).toMatch(/error: .*so the rule never matches/);
  });

  it('is right beside calls of its class', async () => {
    expect(await check('-a always,exit -F arch=b64 -S openat,unlinkat -F perm=w')).not.toContain('another class');
    expect(await check('-a always,exit -F arch=b64 -F dir=/etc -F perm=r')).not.toContain('another class');
  });
});

describe('-S beside -w', () => {
  it.each(['-w /etc/passwd -S execve -p x -k pw', '-w /etc/passwd -p wa -S all', '-w /etc/passwd -S open'])(
    '%s',
    async (rule) => {
      expect(await check(rule)).toContain('-S beside -w has no effect');
    },
  );
});
