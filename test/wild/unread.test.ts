// Nothing is called absent that could not be read: text from public bug reports and forum questions, its neighbours, and
// random mixtures with good records. The oracle is the mixture itself: what is in it is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auspex, FILE, unbuilt } from './wild.fixture.ts';

const JOURNAL = `Nov 18 19:55:36 core-host audit[31399]: SYSCALL arch=c000003e syscall=90 success=yes exit=0 a0=5566a517e480 a1=81a4 a2=0 a3=5566a518ec96 items=1 ppid=31322 pid=31399 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts1 ses=155 comm="vi" exe="/usr/bin/vim" key="test_change"
Nov 18 19:55:36 core-host audit: CWD cwd="/home/alice"
Nov 18 19:55:36 core-host audit: PROCTITLE proctitle=766900746573745F6368616E67652E747874
`;
const INTERPRETED = `----
type=PATH msg=audit(11/17/06 15:01:05.104:12485) : item=0 name=/etc/passwd inode=13 dev=08:01 mode=file,644
type=SYSCALL msg=audit(11/17/06 15:01:05.104:12485) : arch=x86_64 syscall=kill success=yes exit=0 a0=4711 a1=SIGKILL pid=8
`;
const CUT = 'type=SYSCALL msg=audit(\n';
const CSV = `NODE,EVENT,DATE,TIME,SERIAL_NUM,EVENT_KIND,SESSION,SUBJ_PRIME,SUBJ_SEC,SUBJ_KIND,ACTION,RESULT,OBJ_PRIME,OBJ_SEC,OBJ_KIND,HOW
,SYSCALL,01/13/21,04:17:47,975608,audit-rule,33,alice,root,privileged-acct,killed-pid,success,,,process,/bin/kill
`;
const LAUREL = '{"ID":"1615114232.375:15558","SYSCALL":{"arch":"0xc000003e","syscall":62},"PROCTITLE":{}}\n';
/** Entries of a journal without the fields that make a record of them, and one that is cut. */
const FIELDS_LEFT_OUT =
  '{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1","MESSAGE":"SYSCALL arch=c000003e syscall=62 pid=8"}\n';
const CUT_JSON = '{"__CURSOR":"s=1","_TRANSPORT":"audit","_AUDIT_ID":"4711","MESSAGE":"SYSCALL arch=c00\n';
const WIDE = [...INTERPRETED].map((c) => `${c}\0`).join('');

/** Text that cannot be read, its kind, and what the remedy names. */
const UNREADABLE: readonly (readonly [kind: string, text: string, remedy: RegExp])[] = [
  ['journal-text', JOURNAL, /journalctl -o export/],
  ['interpreted', INTERPRETED, /the log itself/],
  ['cut', CUT, /the whole log/],
  ['ausearch-csv', CSV, /ausearch --raw/],
  ['json', LAUREL, /the log it was made from/],
  ['journal-text', FIELDS_LEFT_OUT, /journalctl -o export/],
  ['cut', CUT_JSON, /the whole log/],
  ['utf-16', `\xff\xfe${WIDE}`, /iconv/],
];
const OTHERS = `Jan 13 04:17:47 web sshd[812]: Accepted publickey for alice from 192.0.2.7 port 4711 ssh2
Jan 13 04:17:48 web CRON[813]: (root) CMD (run-parts /etc/cron.hourly)
`;
const GOOD = `type=USER_ACCT msg=audit(1652321038.100:23444): pid=7 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:accounting acct="bob" exe="/usr/sbin/cron" hostname=? addr=? terminal=cron res=success'
`;

/** Each verb as it finds nothing in any of those. */
const VERBS: readonly (readonly string[])[] = [
  ['who-killed', '4711', '-i', FILE, '--kernel-log', 'none'],
  ['who-touched', '/etc/none', '-i', FILE],
  ['tree', '9999', '-i', FILE],
  ['sessions', 'nobody', '-i', FILE],
  ['summary', '--auid', '4242', '-i', FILE],
  ['report', 'file', '-i', FILE],
  ['report', 'login', '--rows', '-i', FILE],
];
const SEARCHES: readonly (readonly string[])[] = [
  ['search', '--key', 'none', FILE],
  ['search', '--where', 'pid == 99999', FILE],
];
const NOTHING = /(?:Nothing|No \w+) in this trail/;

describe('text that cannot be read', () => {
  it.each(UNREADABLE)('%s: every verb tells it, with the remedy', async (kind, text, remedy) => {
    for (const verb of VERBS) {
      // A file that begins with a good record is no UTF-16.
      const { stdout, stderr, status } = await auspex(verb, kind === 'utf-16' ? text : GOOD + text);
      expect(stdout + stderr, verb.join(' ')).not.toMatch(NOTHING);
      expect(stdout + stderr, verb.join(' ')).toMatch(remedy);
      expect(status).toBe(1);
      const json = await auspex([...verb, '--json'], text);
      expect(JSON.parse(json.stdout.trim().split('\n').at(-1)!).unread[0]).toMatchObject({ kind });
    }
  });

  it('is also a log of strace, where a verb reads records only', async () => {
    const strace = '12 openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3\n12 exit_group(0) = ?\n12 +++ exited with 0 +++\n';
    for (const verb of [VERBS[1]!, VERBS[3]!, VERBS[5]!, ...(unbuilt === '' ? SEARCHES : [])]) {
      const { stdout, stderr } = await auspex(verb, strace);
      expect(stdout + stderr).toMatch(/3 lines could not be read: they are part of a log of strace/);
    }
  });

  it('is a message about an end in words that are not known; not one beside ends that were read', async () => {
    const verb = ['who-killed', '4711', '-i', FILE, '--kernel-log', 'none'];
    const odd = 'Jan 13 04:17:47 web kernel: [12.5] the reaper killed task 4711 (sleep) for reasons of its own\n';
    const { stderr } = await auspex(verb, odd);
    expect(stderr).toMatch(
      /^Nothing that could be read in this trail ended 4711, but 1 line could not be read: .*line 1 of/,
    );
    const known =
      'Jan 13 04:17:47 web kernel: [12.5] Out of memory: Killed process 4882 (hog) total-vm:88kB, anon-rss:8kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:8kB oom_score_adj:0\n';
    expect((await auspex(verb, odd + known)).stderr).toMatch(NOTHING);
    expect((await auspex(verb, OTHERS)).stderr).toMatch(NOTHING);
  });

  it('is told beside what was found', async () => {
    const verb = ['report', 'auth', '--rows', '-i', FILE, '--json'];
    const login = GOOD.replace('USER_ACCT', 'USER_AUTH');
    const { stdout, stderr, status } = await auspex(verb, login + JOURNAL);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).unread).toMatchObject([{ kind: 'journal-text', lines: 3, first: { line: 2 } }]);
    expect(stderr).toMatch(/^auspex report: 3 lines could not be read: .*`journalctl -o export`.*\n$/);
  });

  it('is not what other programs write', async () => {
    for (const verb of VERBS) {
      const { stdout, stderr } = await auspex(verb, GOOD + OTHERS);
      expect(stdout + stderr, verb.join(' ')).toMatch(NOTHING);
      const json = await auspex([...verb, '--json'], GOOD + OTHERS);
      expect(JSON.parse(json.stdout).unread).toEqual([]);
    }
  });
});

describe.skipIf(unbuilt !== '')(`search${unbuilt}`, () => {
  it.each(UNREADABLE)('%s: is told, with the remedy', async (kind, text, remedy) => {
    for (const verb of SEARCHES) {
      const input = kind === 'utf-16' ? text : GOOD + text;
      const { stdout, stderr } = await auspex([...verb, '--format', 'json'], input);
      expect(stderr).not.toMatch(NOTHING);
      expect(stderr).toMatch(remedy);
      expect(JSON.parse(stdout).unread[0]).toMatchObject({ kind });
    }
  });

  it('says nothing of lines of other programs', async () => {
    for (const verb of SEARCHES) {
      const { stdout, stderr } = await auspex(verb, GOOD + OTHERS);
      expect([stdout, stderr]).toEqual(['', 'auspex search: Nothing in this trail matches.\n']);
    }
  });
});

describe('random mixtures', () => {
  const parts = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(GOOD, OTHERS, '----\n', '\n', '# a comment\n') },
      { weight: 1, arbitrary: fc.constantFrom(JOURNAL, INTERPRETED, CUT, CSV, LAUREL) },
    ),
    { minLength: 1, maxLength: 12 },
  );

  it('no verb says that there is nothing unless every line was read', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.constantFrom(...VERBS), async (list, verb) => {
        const whole = list.every((part) => !UNREADABLE.some(([, text]) => text === part));
        const { stdout, stderr } = await auspex(verb, list.join(''));
        expect(NOTHING.test(stdout + stderr)).toBe(whole);
        const json = await auspex([...verb, '--json'], list.join(''));
        const { unread } = JSON.parse(json.stdout.trim().split('\n').at(-1)!);
        expect(unread.length === 0).toBe(whole);
      }),
      { numRuns: 60 },
    );
  });
});
