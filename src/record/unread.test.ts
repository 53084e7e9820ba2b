// Lines that are no readable record, by what they are: the forms are those that journalctl, ausearch, aureport, rsyslog,
// auditbeat, laurel and go-audit print, taken from public reports (names and addresses replaced).
import { describe, expect, it } from 'vitest';
import { bytesOf, fromUtf8 } from '../base/bytes.ts';
import { absent, UnreadTally, unreadNote } from './unread.ts';
import { unreadKind, wholeKind } from './unread-kinds.ts';

const LINES: readonly (readonly [kind: string | undefined, line: string])[] = [
  ['journal-text', 'Nov 18 19:55:36 core audit[31399]: SYSCALL arch=c000003e syscall=90 success=yes exit=0 items=1'],
  ['journal-text', 'Nov 18 19:55:36 core audit: CWD cwd="/home/alice"'],
  ['journal-text', 'Nov 18 19:55:36 core audit: PROCTITLE proctitle=766900746573745F6368616E67652E747874'],
  ['journal-text', "2024-03-02T11:22:33+0100 core audit[1]: USER_AUTH pid=1 uid=0 auid=1000 ses=3 msg='op=PAM'"],
  [
    'journal-text',
    'Jul 08 10:11:12 web audit[812]: AVC apparmor="DENIED" operation="open" profile="p" name="/x" pid=8',
  ],
  ['journal-text', 'May 03 08:00:01 web audit: <audit-1400> apparmor="STATUS" operation="profile_load"'],
  ['journal-text', 'Jun 01 00:00:00 web audit: UNKNOWN[1420] subj_apparmor=unconfined'],
  ['journal-text', 'SYSCALL arch=c000003e syscall=59 success=yes exit=0 a0=1'],
  ['journal-text', '    _AUDIT_TYPE_NAME=SYSCALL'],
  ['journal-text', '\t"_AUDIT_ID" : "4711",'],
  ['interpreted', 'type=SYSCALL msg=audit(11/17/06 15:01:05.104:12485) : arch=x86_64 syscall=open success=no'],
  ['interpreted', 'type=PATH msg=audit(13.01.2021 04:17:47.115:975608) : item=0 name=/etc/passwd inode=13'],
  ['interpreted', 'node=web type=CWD msg=audit(2021-01-13 04:17:47.115:975608) : cwd=/root'],
  ['damaged', 'type=SYSCALL msg=audit(16523210---): arch=c000003e syscall=87 success=yes'],
  ['damaged', 'type=SYSCALL msg=audit(): arch=c000003e syscall=87 success=yes'],
  ['damaged', 'type=SYSCALL arch=c000003e syscall=87 success=yes exit=0'],
  ['damaged', 'type=1300 audit(1652321038,100): arch=c000003e syscall=87'],
  ['damaged', 'type=AVC msg=audit(1623146400:456): avc: denied'],
  ['damaged', 'type=AVC msg=audit(16231464??.123:456): avc: denied { read }'],
  ['interpreted', 'type=CWD msg=audit(Tue Jun  8 12:00:00 2021.123:456) : cwd=/'],
  ['interpreted', fromUtf8('type=CWD msg=audit(2021年06月08日 12時00分00秒.123:456) : cwd=/')],
  ['interpreted', 'type=CWD msg=audit(@99999999999999.123:456) : cwd=/'],
  ['cut', 'type=SYSCALL msg=audit(1652321038.1'],
  ['cut', 'type=SYSCALL msg=au'],
  ['cut', 'type=SYSCALL'],
  ['ausearch-csv', 'NODE,EVENT,DATE,TIME,SERIAL_NUM,EVENT_KIND,SESSION,SUBJ_PRIME,SUBJ_SEC,SUBJ_KIND,ACTION,RESULT'],
  ['ausearch-csv', ',SYSCALL,01/13/21,04:17:47,975608,audit-rule,33,alice,root,privileged-acct,opened-file,success'],
  ['ausearch-text', 'At 04:17:47 01/13/21 alice, acting as root, successfully opened-file /etc/shadow using /bin/cat'],
  ['ausearch-text', 'On web at 04:17:47 13.01.2021 system, acting as root, did-unknown'],
  ['aureport', '# date time file syscall success exe auid event'],
  ['aureport', '1. 01/13/21 04:17:47 /etc/passwd openat yes /bin/cat alice 975608'],
  ['aureport', 'Number of failed logins: 12'],
  ['json', '{"ID":"1615114232.375:15558","SYSCALL":{"arch":"0xc000003e","syscall":59}}'],
  ['json', '{"sequence":1226433,"timestamp":"1459376866.885","messages":[{"type":1300,"data":"arch=c000003e"}]}'],
  ['json', '{"@timestamp":"2024-01-01T00:00:00Z","event":{"module":"auditd"},"auditd":{"sequence":12}}'],
  ['json', '{"log":"type=SYSCALL msg=audit(1652321038.100:23444): arch=c000003e\\n","stream":"stdout"}'],
  ['json', '{"node":"","time":"2021-01-13T04:17:47.115Z","serial":975608,"records":[{"type":"SYSCALL"}]}'],
  ['headless', '  a1=7f867d66a3ed a2=0 a3=792f18 items=2 ppid=2275 pid=16746 auid=1000 uid=1000'],
  ['json', 'Jun  8 12:00:00 web laurel[1]: {"ID":"1623146400.123:456","SYSCALL":{"arch":"0xc000003e"}}'],
  ['headless', 'exe="/usr/bin/ls" subj=unconfined_u:unconfined_r:unconfined_t:s0 key="exec"'],
  ['headless', 'rdev=00:00 nametype=DELETE cap_fp=0 cap_fi=0'],
  [
    'stampless',
    'E SELinux : avc:  denied  { find } for service=x pid=812 uid=1000 scontext=u:r:a:s0 tcontext=u:r:b:s0',
  ],
  ['unknown', 'message repeated 3 times [audit(1652321038.100:23444): apparmor="DENIED"]'],
  ['binary', 'ab\0cd'],
  ['binary', '\x01\x02\x03\x04\x05\x06zz'],
  // Not about audit.
  [undefined, ''],
  [undefined, '----'],
  [undefined, 'time->Wed Jan 13 04:17:47 2021'],
  [undefined, '# type=SYSCALL is what the kernel writes'],
  [undefined, 'Jan 13 04:17:47 web sshd[812]: Accepted publickey for alice from 192.0.2.7 port 4711 ssh2'],
  [
    undefined,
    'Jan 13 04:17:47 web sshd[8]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7',
  ],
  [undefined, 'Jan 13 04:17:47 web kernel: [12.5] usb 1-1: new high-speed USB device number 2 using xhci_hcd'],
  [undefined, 'Jan 13 04:17:47 web kernel: audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64'],
  [undefined, 'Jan 13 04:17:47 web kernel: audit: initializing netlink subsys (disabled)'],
  [undefined, 'Jan 13 04:17:47 web auditd[812]: Audit daemon rotating log files'],
  [undefined, 'Jan 13 04:17:47 web sudo[8]: alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls'],
  [undefined, 'Jan 13 04:17:47 web CRON[812]: (root) CMD (run-parts /etc/cron.hourly)'],
  [undefined, 'Jan 13 04:17:47 web app[8]: type=order id=7 status=ok'],
  [undefined, '{"log":"GET /index.html HTTP/1.1","stream":"stdout","time":"2024-01-01T00:00:00Z"}'],
  [undefined, 'Jan 13 04:17:47 web app: the function audit(x) was called'],
  [undefined, fromUtf8('янв 13 04:17:47 сервер systemd[1]: Остановлен сервис')],
  [undefined, '<no matches>'],
  [undefined, '-- Journal begins at Mon 2021-06-07 10:00:00 CEST, ends at Tue 2021-06-08. --'],
  [undefined, 'Jun 08 12:00:00 web kernel: kauditd_printk_skb: 12 callbacks suppressed'],
  [undefined, '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"x","verb":"get"}'],
  [undefined, '{"type":"LOGIN","user":"alice"}'],
  [undefined, '-a always,exit -F arch=b64 -S execve -k exec'],
  [undefined, 'Number of files: 12'],
  [undefined, '1234 openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3'],
];

describe('unreadKind', () => {
  it.each(LINES)('%s: %s', (kind, line) => {
    expect(unreadKind(line)).toBe(kind);
  });

  it('knows by its first bytes what is no text', () => {
    expect(wholeKind('\x1f\x8b\x08\0')).toBe('compressed');
    expect(wholeKind('\xff\xfet\0y\0')).toBe('utf-16');
    expect(wholeKind('t\0y\0p\0e\0=\0')).toBe('utf-16');
    expect(wholeKind('LPKSHHRH')).toBe('journal-file');
    expect(wholeKind('ElfFile\0\0')).toBe('event-log');
    expect(wholeKind('type=SYSCALL msg=audit(1.000:1): ')).toBeUndefined();
  });
});

/** A tally of a file with those lines. */
function tallied(lines: readonly string[], tally = new UnreadTally()): UnreadTally {
  for (const line of lines) {
    tally.lines++;
    tally.add(bytesOf(line), 0, line.length);
  }
  return tally;
}

describe('UnreadTally', () => {
  const cwd = 'Nov 18 19:55:36 core audit: CWD cwd="/\x1b[31m"';

  it('counts by kind, and keeps the place and harmless text of the first', () => {
    const tally = new UnreadTally();
    tally.begin('a.log');
    const list = tallied(['sshd: x', cwd, 'type=SYSCALL', cwd], tally).list();
    expect(list.map(({ kind, lines, first }) => [kind, lines, first.trail, first.line])).toEqual([
      ['journal-text', 2, 'a.log', 2],
      ['cut', 1, 'a.log', 3],
    ]);
    expect(list[0]!.first.text).not.toContain('\x1b');
  });

  it('takes all of a file in UTF-16 for that, and the next file for itself', () => {
    const tally = new UnreadTally();
    tally.begin('wide.log');
    const wide = (text: string) => [...text].map((c) => `${c}\0`).join('');
    tallied([`\xff\xfe${wide('type=A\r')}`, `\0${wide('type=B')}`, '\0'], tally);
    tally.begin('b.log');
    tallied(['sshd: x'], tally);
    expect(tally.list().map(({ kind, lines }) => [kind, lines])).toEqual([['utf-16', 2]]);
  });

  it('says the same put together from ranges, wherever they begin', () => {
    const lines = ['sshd: x', cwd, 'type=SYSCALL', cwd, 'type=CWD', cwd];
    for (let cut = 0; cut <= lines.length; cut++) {
      const whole = new UnreadTally();
      whole.begin('a.log');
      const first = new UnreadTally();
      first.begin('a.log');
      tallied(lines.slice(0, cut), first);
      const rest = tallied(lines.slice(cut));
      const second = new UnreadTally();
      second.begin('b.log');
      first.merge(rest.part());
      first.merge(tallied(lines, second).part());
      tallied(lines, whole);
      whole.begin('b.log');
      expect(first.list()).toEqual(tallied(lines, whole).list());
    }
  });
});

describe('absent', () => {
  it('says that there is nothing only where every line was read', () => {
    expect(absent('Nothing', 'ended sleep', [])).toBe('Nothing in this trail ended sleep.');
    const list = tallied(['audit: CWD cwd="/"', 'audit: CWD cwd="/"', 'audit: CWD cwd="/"']).list();
    expect(absent('Nothing', 'ended sleep', list)).toBe(
      'Nothing that could be read in this trail ended sleep, but 3 lines could not be read: they are journalctl’s text, ' +
        'which has no event number. Use `journalctl -o export` or `-o json` instead.',
    );
    const tally = new UnreadTally();
    tally.failed('a.log');
    expect(tally.list()).toMatchObject([{ kind: 'file', lines: 0, files: 1, first: { trail: 'a.log' } }]);
    expect(absent('Nothing', 'fits', tally.list())).toBe(
      'Nothing that could be read in this trail fits, but there is a file that could not be read to its end. See the error.',
    );
    expect(unreadNote(tallied(['type=SYSCALL']).list())).toBe(
      '1 line could not be read: it is a record cut off before its event number. Give the whole log.',
    );
    expect(unreadNote(tallied(['type=SYSCALL', 'audit: CWD cwd="/"', 'type=CWD']).list())).toMatch(
      /^3 lines could not be read: 2 are records cut off .*; 1 is journalctl’s text.* Give the whole log\. Use/,
    );
  });
});
