// The names auditd adds to a record are found whatever the way they took made of the byte before them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse.ts';
import { fieldsOf, fieldValue, textOf } from './record.ts';

const HEAD = 'type=SYSCALL msg=audit(1700000000.005:77): ';
const BODIES = [
  'arch=c000003e syscall=257 auid=4294967295 uid=0 comm="x" exe="/bin/x" key="fs"',
  'dev=wlan0 prom=0 old_prom=256 auid=4294967295 uid=0 gid=0 ses=4294967295',
  'item=0 name="/etc/passwd" inode=3 dev=fc:01 ouid=0 ogid=0 cap_frootid=0',
  'pid=1 uid=0 auid=1 ses=2 msg=\'op=PAM:x acct="root" exe="/usr/sbin/UID=" res=success\'',
  'pid=1 msg=\'op=x cmd=echo UID="root" AUID="x" res=success\'',
  'auid=0 name="AUID="',
  'key=(null)',
];
const TAILS = [
  'ARCH=x86_64 SYSCALL=openat AUID="unset" UID="root" GID="root"',
  'AUID="unset" UID="root"',
  'OUID="root" OGID="root"',
  'SADDR={ saddr_fam=inet laddr=1.2.3.4 lport=53 }',
  'UID="name with AUID= in it"',
];
/** What syslog, terminals and copies write in place of the byte 0x1d. */
const SHOWN = ['\x1d', '#035', '\\x1d', '\\035', '\\u001d', '^]', ' ', '', '\xef\xbf\xbd', '<1d>', '&#29;'];

describe('the names auditd adds', () => {
  it.each(SHOWN)('are found behind %j', (shown) => {
    for (const body of BODIES) {
      for (const tail of TAILS) {
        const record = parseLine(`${HEAD}${body}${shown}${tail}`)!;
        expect(textOf(record)).toBe(`${HEAD}${body}\x1d${tail}`);
        const bare = parseLine(`${HEAD}${body}`)!;
        expect(fieldsOf(record).filter((field) => field.part !== 'enriched')).toEqual(fieldsOf(bare));
      }
    }
  });

  it.each([
    ...BODIES,
    'avc:  denied  { read } for  pid=1 UIDX="a"',
    'table=filter IN=eth0 OUT= MAC=00',
    'msg=\'UID="root"\'',
    'a0="UID=" a1="AUID="',
  ])('are not seen in %j', (body) => {
    expect(textOf(parseLine(`${HEAD}${body}`)!)).toBe(`${HEAD}${body}`);
  });

  it('are never looked for inside of quotes', () => {
    const value = fc.stringMatching(/^[ A-Za-z=']{0,20}$/);
    fc.assert(
      fc.property(value, fc.constantFrom(...SHOWN), fc.constantFrom(...TAILS), (name, shown, tail) => {
        const record = parseLine(`${HEAD}a=b name="${name}"${shown}${tail}`)!;
        expect(fieldValue(record, 'name')).toBe(`"${name}"`);
        expect(textOf(record)).toBe(`${HEAD}a=b name="${name}"\x1d${tail}`);
      }),
    );
  });
});
