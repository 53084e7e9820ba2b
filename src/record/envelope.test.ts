// What may stand before a record, and what may not: each line is as the named program writes it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse.ts';
import { bodyOf, typeNameOf } from './record.ts';

const KERNEL = 'type=1400 audit(1700000000.005:77): avc:  denied  { read } for  pid=1';
const LOGGED = 'type=SYSCALL msg=audit(1700000000.005:77): arch=c000003e syscall=2';

const read = (line: string): string | undefined => {
  const record = parseLine(line);
  return record && `${record.node}|${typeNameOf(record)}|${record.sec}.${record.ms}:${record.serial}|${bodyOf(record)}`;
};
const AVC = '|AVC|1700000000.5:77|avc:  denied  { read } for  pid=1';
const SYSCALL = '|SYSCALL|1700000000.5:77|arch=c000003e syscall=2';

describe('an envelope', () => {
  it.each([
    // syslog, RFC 3164
    'Apr 28 01:23:28 box kernel: ',
    'Apr  8 01:23:28 box.lan.example kernel: [ 1911.569682] ',
    '<5>Apr 28 01:23:28 box kernel: [ 1911.569682] audit: ',
    'Apr 28 01:23:28 fe80::1 kernel: ',
    'Oct  5 13:45:01 10.0.0.1 2024-05-01T10:00:00Z box kernel: ',
    // in any language, and with a year
    '\xd0\xb0\xd0\xbf\xd1\x80 28 01:23:28 box kernel: ',
    '28. Apr 01:23:28 box kernel: [ 1.2] ',
    'Mo 28. Apr 2025 01:23:28 CEST box kernel: ',
    '5\xe6\x9c\x88 01 10:00:00 box kernel: audit: ',
    '2024/05/01 10:00:00 box kernel: ',
    '05/01/2024 10:00:00 AM box kernel: ',
    'Thu May  1 13:07:21 2025 kern.notice kernel: [   79.638573] ',
    // ISO, and RFC 5424
    '2013-01-01T15:09:04.562575-08:00 box kernel: audit: ',
    '2024-05-01T10:00:00+0000 box kernel: audit: ',
    'Wed 2024-05-01 10:00:00 UTC box kernel: audit: ',
    '2024-05-01T10:00:00.123456Z NOTICE kernel: [  79.638573] audit: ',
    '<5>1 2024-05-01T10:00:00.003+02:00 web-1 kernel - - - [ 79.6] audit: ',
    // dmesg, journalctl
    '[   79.638573] ',
    '<36>[   79.638573] audit: ',
    '[Thu May 1 13:07:21 2025] audit: ',
    '[   79.638573][  T123] audit: ',
    '[    7.123456] I[0:      swapper/0:    1] audit: ',
    '<36>[   12.345678]  (0)[210:logd.auditd]',
    'kern  :notice: [   79.638573] audit: ',
    'kern  :notice: [Thu May  1 13:07:21 2025] ',
    '[ 1234.567890] box kernel: audit: ',
    '[ 1234.567890 <    0.000012>] audit: ',
    '1714567890.123456 box kernel: audit: ',
    '192.168.1.2: kern:  notice: [2024-05-01T10:00:00.123Z]: audit: ',
    '\x1b[32m[    1.2]\x1b[0m audit: ',
    'kernel: [42416.1] ',
    'audit: ',
    '',
    // logcat
    'E/audit   (  587): ',
    'W/Binder:1_2( 1234): ',
    '04-01 20:46:28.364 E/audit   (  587): ',
    '04-01 20:46:28.364   587   587 E audit   : ',
    '2019-04-01 20:46:28.364 1036  587   587 W Binder:1_2: ',
    'E audit   : ',
    // copies of such lines
    '/var/log/messages:May  1 10:00:00 box kernel: [1.2] audit: ',
    '52:[   79.638573] audit: ',
    '> [   79.638573] audit: ',
  ])('%j stands before a record of the kernel', (envelope) => {
    expect(read(`${envelope}${KERNEL}`)).toBe(AVC);
  });

  it.each([
    '<13>1 2024-05-01T10:00:00.003Z web-1.example.com app 123 ID47 - ',
    '<13>1 2024-05-01T10:00:00.003Z web-1 app 123 ID47 [ex@32473 iut="3" a="b c"] \xef\xbb\xbf',
    'May 20 13:45:56 ds01 tag_OS_audit_log ',
    'May 20 2024 13:45:56 ds01 audisp-syslog[12]: ',
    '2024-05-01T10:00:00Z host user.notice audispd[12]: ',
    '2024-05-01T10:00:00.123456789Z stdout F ',
    'web_1  | ',
    '/var/log/audit/audit.log:',
    '/var/log/audit/audit.log-52-',
    'audit.log:52:',
    '52:',
    '52-',
    '    52\t',
    '> ',
    '+',
    'len[357], ',
    '  ',
  ])('%j stands before a record of auditd', (envelope) => {
    expect(read(`${envelope}${LOGGED}`)).toBe(SYSCALL);
    expect(read(`${envelope}node=web-1 ${LOGGED}`)).toBe(`web-1${SYSCALL}`);
  });

  it.each([
    'Oct  1 10:00:00 host myapp[1]: saw ',
    'Oct  1 10:00:00 host myapp[1]: got line: ',
    'Oct  1 10:00:00 host sshd[1]: user="',
    'Oct  1 10:00:00 host app saw a ',
    'Oct  1 10:00:00 host CROND[1]: (root) CMD (echo ',
    'Oct  1 10:00:00 host sudo: alice : TTY=pts/0 ; COMMAND=/bin/echo ',
    "Oct  1 10:00:00 host audit[12]: USER_CMD pid=1 msg='cmd=",
    "type=USER_CMD msg=audit(1.): pid=1 msg='cmd=",
    'the record was ',
    'cmd=logger ',
    '{"log":"',
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null) ',
  ])('%j is the text of a program', (text) => {
    expect(read(`${text}${KERNEL}`)).toBeUndefined();
    expect(read(`${text}${LOGGED}`)).toBeUndefined();
  });

  it.each(['Oct  1 10:00:00 host evil[7]: ', 'Oct  1 10:00:00 host evil: ', 'Oct  1 10:00:00 host evil[7]: kernel: '])(
    '%j: no program is believed the kernel’s own form',
    (envelope) => {
      expect(read(`${envelope}${KERNEL}`)).toBeUndefined();
    },
  );

  it('is read in time that does not depend on what stands in it', () => {
    const piece = fc.constantFrom(
      'Apr ',
      '28 ',
      '01:23:28 ',
      '[1.2] ',
      'a',
      ':',
      '-',
      ' ',
      '1',
      '.',
      '(',
      '/',
      '\xe6',
      '"',
    );
    const began = performance.now();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 1000 }), (pieces) => {
        parseLine(`${pieces.join('')}${KERNEL}`);
      }),
      { numRuns: 500 },
    );
    for (const repeated of ['Apr ', '1-', 'a:', '1.', '[1] ', 'a ', 'a-1', '\xe6'])
      parseLine(`${repeated.repeat(400)}${KERNEL}`);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('the head of a record', () => {
  it.each<[string, string | undefined]>([
    ['kernel: audit(1700000000.005:77): type=1503 operation="x"', '|APPARMOR_DENIED|1700000000.5:77|operation="x"'],
    ['audit(1700000000.005:77): avc:  denied', '|AVC|1700000000.5:77|avc:  denied'],
    ['type=1300 audit(1700000000.005:77): a', '|SYSCALL|1700000000.5:77|a'],
    ['type=UNKNOWN[1423] msg=audit(1700000000.005:77): a', '|LANDLOCK_ACCESS|1700000000.5:77|a'],
    ['type=1399 msg=audit(1700000000.005:77): a', '|UNKNOWN[1399]|1700000000.5:77|a'],
    ['type=NOSUCH msg=audit(1700000000.005:77): a', '|NOSUCH|1700000000.5:77|a'],
    ['  type=CWD  msg=audit(1700000000.005:77): a', '|CWD|1700000000.5:77|a'],
    ['type=EOE msg=audit(1700000000.005:77):', '|EOE|1700000000.5:77|'],
    ['type=EOE msg=audit(1700000000.005:77)', '|EOE|1700000000.5:77|'],
    ['type=CWD msg=audit(1700000000.005:97', undefined],
    ['type=CWD msg=audit(1700000000x.005:5): a=b', undefined],
    ['type=CWD msg=audit(1700000000.005:x7): a=b', undefined],
    ['type=CWD msg=audit(1700000000.5:7): a=b', undefined],
    ['type=CWD msg=audit(16523210---): a=b', undefined],
    ['type=CWD msg=audit(-1700000000.005:7): a=b', undefined],
    ["type=CWD msg=audit(16523---): msg='type=PATH msg=audit(1700000000.005:7): a=b'", undefined],
    ['[337533.314408] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x', undefined],
  ])('%j', (line, expected) => {
    expect(read(line)).toBe(expected);
  });
});
