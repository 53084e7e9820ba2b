// The enriched tail: against what auditd 4.2.2 wrote behind the same records.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accountsOf } from '../host/accounts.ts';
import { enricher, plainEnricher } from './enrich.ts';

const shared = new URL('../../../shared/', import.meta.url);
const file = (name: string) => readFileSync(new URL(name, shared), 'latin1');

/** passwd lines of the machine the lab was recorded on, from `NAME ID NAME ID …`. */
const accountEntries = (list: string) => list.replace(/(\S+) (\d+) ?/g, '$1:x:$2:\n');

describe('enricher', () => {
  const tail = enricher({
    accounts: accountsOf('root:x:0:0::/:/bin/sh\n', 'root:x:0:\n'),
    sockaddr: (hex) => `{ ${hex} }`,
  });

  it('adds the names auditd 4.2.2 adds, in the order of the fields', () => {
    const names =
      'auid uid euid suid fsuid ouid oauid iuid sauid old-auid inode_uid obj_uid id gid egid sgid fsgid ogid igid new_gid inode_gid obj_gid';
    expect(
      tail(
        names
          .split(' ')
          .map((n) => `${n}=0`)
          .join(' '),
        0,
      ),
    ).toBe(
      `\x1d${names
        .toUpperCase()
        .split(' ')
        .map((n) => `${n}="root"`)
        .join(' ')}`,
    );
    expect(tail('old_auid=0 new-auid=0 loginuid=0 acct_id=0 old-gid=0 grp=0 new_uid=0', 0)).toBe('');
  });

  it('knows unset and unknown ids, and makes up no name for what is no id', () => {
    expect(tail('auid=4294967295 uid=-1 gid=12', 0)).toBe('\x1dAUID="unset" UID="unset" GID="unknown(12)"');
    expect(tail('uid=abc uid= uid=? uid=12abc', 0)).toBe('');
  });

  it('takes nothing from inside a quoted value', () => {
    expect(tail('comm="a uid=0" msg=\'op=x acct="y uid=0" gid=0\'', 0)).toBe('\x1dGID="root"');
  });

  it('names system calls by their own architecture, whichever comes first', () => {
    expect(tail('arch=40000003 syscall=11', 0)).toBe('\x1dARCH=i386 SYSCALL=execve');
    expect(tail('sig=31 syscall=59 arch=c000003e', 0)).toBe('\x1dSYSCALL=execve ARCH=x86_64');
  });

  it.skipIf(!existsSync(shared))('remembers pieces of lines, says the same as field by field [needs ../shared]', () => {
    const context = { accounts: accountsOf('root:x:0:0::/:/bin/sh\n', 'root:x:0:\n'), sockaddr: () => '{ }' };
    const [fast, plain] = [enricher(context), plainEnricher(context)];
    for (const name of [
      'corpus/lab/raw.log',
      'corpus/seeds/seeds.log',
      'corpus/synth/args.log',
      'corpus/synth/fields.log',
    ]) {
      for (const line of file(name).split('\n'))
        if (line.startsWith('type=')) expect(fast(line, 0)).toBe(plain(line, 0));
    }
  });

  it.skipIf(!existsSync(shared))('gives what auditd wrote behind 21,407 records of the lab [needs ../shared]', () => {
    const users = accountEntries('root 0 daemon 1 mail 8 Debian-exim 104 sshd 105 cloudsdk 1000 alice 1001 bob 1002');
    const groups = accountEntries(
      'root 0 daemon 1 mail 8 shadow 42 Debian-exim 107 nogroup 65534 cloudsdk 1000 alice 1001 bob 1002',
    );
    const accounts = accountsOf(users, groups);
    const saddr = (text: string) => /SADDR=(\{.*\}|\S+)/.exec(text)?.[1] ?? '';
    const enriched = file('corpus/lab/enriched.log').split('\n');
    const raw = file('corpus/lab/raw.log').split('\n');
    const wrong = raw.flatMap((line, i) => {
      const want = enriched[i]!.slice(line.length);
      const got = enricher({ accounts, sockaddr: () => saddr(want) })(line, 0);
      // labtmp… accounts existed only for a moment; auditd 3.0.9 does not name a seccomp record's system call.
      return got === want || want.includes('lab') || line.startsWith('type=SECCOMP') ? [] : [`${want} | ${got}`];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
