// Records that were cut: marked, and never misread.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse.ts';
import { fieldsOf, fieldValue, isCut } from './record.ts';

const STAMP = 'msg=audit(1700000000.005:77): ';
/** Records as kernels 6.x and programs write them, in both log formats. */
const RECORDS = [
  `type=SYSCALL ${STAMP}arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=80000 a3=0 items=1 ppid=1 pid=2 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=2 comm="cat" exe="/usr/bin/cat" subj=unconfined key="etc"`,
  `type=SYSCALL ${STAMP}arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=80000 a3=0 items=1 ppid=1 pid=2 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=2 comm=6120622063 exe="/usr/bin/cat" subj=/usr/bin/cat (enforce) key=(null)\x1dARCH=x86_64 SYSCALL=openat AUID="alice" UID="root" GID="root" EUID="root" SUID="root" FSUID="root" EGID="root" SGID="root" FSGID="root"`,
  `type=CWD ${STAMP}cwd="/home/alice"`,
  `type=PATH ${STAMP}item=0 name="/etc/pass wd" inode=393378 dev=fc:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"`,
  `type=PROCTITLE ${STAMP}proctitle=636174002F6574632F706173737764`,
  `type=EXECVE ${STAMP}argc=3 a0="sh" a1="-c" a2=6563686F206869`,
  `type=SOCKADDR ${STAMP}saddr=02000035C0A80101\x1dSADDR={ saddr_fam=inet laddr=192.168.1.1 lport=53 }`,
  `type=USER_LOGIN ${STAMP}pid=1 uid=0 auid=1 ses=2 msg='op=login id=0 exe="/usr/sbin/sshd" hostname=? addr=? terminal=ssh res=success'\x1dUID="root" AUID="alice" ID="root"`,
  `type=AVC ${STAMP}avc:  denied  { read } for  pid=1 comm="httpd" name="x" dev="dm-0" ino=5 scontext=a:b:c:s0 tcontext=a:b:d:s0 tclass=file permissive=0`,
  `type=SECCOMP ${STAMP}auid=4294967295 uid=1000 gid=1000 ses=4294967295 subj=unconfined pid=53620 comm="x" exe="/bin/x" sig=31 arch=c000003e syscall=1 compat=0 ip=0x7fad80314a37 code=0x80000000`,
];

describe('a cut record', () => {
  it.each(RECORDS)('is not %j', (line) => {
    expect(isCut(parseLine(line)!)).toBe(false);
  });

  it.each([
    ['type=CWD msg=audit(1.000:1): cwd="/home/al', 'cwd', '"/home/al'],
    ['type=CWD msg=audit(1.000:1): cwd="/home/al>', 'cwd', '"/home/al'],
    ['type=CWD msg=audit(1.000:1): cwd="/home/my fi', 'cwd', '"/home/my fi'],
    ['type=CWD msg=audit(1.000:1): cwd="/home/al\xe2\x80\xa6', 'cwd', '"/home/al'],
    ['type=PROCTITLE msg=audit(1.000:1): proctitle=2F62696', 'proctitle', '2F6269'],
    ['type=PROCTITLE msg=audit(1.000:1): proctitle=2F62696>', 'proctitle', '2F6269'],
    [`${RECORDS[0]!.slice(0, RECORDS[0]!.indexOf(' exe='))} ex`, 'comm', '"cat"'],
    [`${RECORDS[0]!.slice(0, RECORDS[0]!.indexOf(' ppid='))} ppi`, 'items', '1'],
    [RECORDS[0]!.slice(0, RECORDS[0]!.indexOf(' key=')), 'subj', 'unconfined'],
    ['type=USER_LOGIN msg=audit(1.000:1): pid=1 msg=\'op=login acct="ali', 'acct', '"ali'],
    ["type=USER_LOGIN msg=audit(1.000:1): pid=1 msg='op=login res=succ", 'op', 'login'],
  ])('is %j', (line, name, value) => {
    const record = parseLine(line)!;
    expect(isCut(record)).toBe(true);
    expect(fieldValue(record, name)).toBe(value);
  });

  it.each([
    // An old kernel's, without ses= and key=.
    'type=SYSCALL msg=audit(1.000:1): arch=40000003 syscall=5 success=yes exit=3 a0=1 a1=0 a2=0 a3=0 items=1 pid=2 auid=1 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 comm="cat" exe="/bin/cat"',
    'type=PATH msg=audit(1.000:1): item=0 name="/x" flags=101  inode=3 dev=fd:00 mode=0100644 ouid=0 ogid=0 rdev=00:00',
    'type=PATH msg=audit(1.000:1): item=0 name=(null)',
    'type=PATH msg=audit(1.000:1): item=0 name="/x" nametype=UNKNOWN',
    'type=PROCTITLE msg=audit(1.000:1): proctitle="<x>"',
    'type=PROCTITLE msg=audit(1.000:1): proctitle=(null)',
    'type=USER_AVC msg=audit(1.000:1): pid=1 msg=\'avc:  denied  { start } for auid=n/a exe="a" tclass=service\'',
    'type=EOE msg=audit(1.000:1): ',
    'type=AVC msg=audit(1.000:1): apparmor="STATUS" operation="profile_load" name="x" pid=1 comm="y"',
    'type=ANOM_ABEND msg=audit(1.000:1): auid=1 pid=2 comm="x" reason=memory violation sig=11',
    'type=USER_ERR msg=audit(1.000:1): user pid=1 acct=<unknown>',
    'type=CONFIG_CHANGE msg=audit(1.000:1): audit_enabled=1 old=0 auid=1 ses=1 res=1',
    'type=DAEMON_END msg=audit(1.000:1): auditd normal halt, sending auid=0 pid=1 subj=x res=success, auditd pid=1',
  ])('is not %j of another kernel or program', (line) => {
    expect(isCut(parseLine(line)!)).toBe(false);
  });

  it('has every field before the cut as the whole record has it, wherever it is cut', () => {
    let marked = 0;
    let all = 0;
    for (const line of RECORDS) {
      const whole = fieldsOf(parseLine(line)!);
      const body = line.indexOf('): ') + 3;
      for (let end = body; end < line.length; end++) {
        for (const mark of ['', '>']) {
          const record = parseLine(line.slice(0, end) + mark)!;
          const fields = fieldsOf(record);
          const before = whole.filter((field) => field.end <= end && !field.value.startsWith("'"));
          // A program's message is words: the one that was cut may belong to the value before it.
          if (before.at(-1)?.part === 'message') before.pop();
          const unmessaged = fields.filter((field) => !field.value.startsWith("'"));
          expect(unmessaged.slice(0, before.length)).toEqual(before);
          // What else there is, is the one that was cut.
          expect(unmessaged.length - before.length).toBeLessThanOrEqual(2);
          if (mark !== '') expect(isCut(record)).toBe(true);
          all++;
          if (isCut(record)) marked++;
        }
      }
    }
    expect(marked / all).toBeGreaterThan(0.9);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RECORDS), fc.nat(), fc.string(), (line, at, text) => {
        const record = parseLine(line.slice(0, at % line.length) + text);
        if (record) expect(typeof isCut(record)).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});
