// who-killed over lines that nobody prepared: what the kernel, systemd and watchers of memory write about an end, and what
// must not be said of them. The right values are those the lines themselves tell.
import { describe, expect, it } from 'vitest';
import { auspex, FILE } from './wild.fixture.ts';

const killed = async (input: string, ...args: string[]): Promise<string> => {
  const { stdout, stderr } = await auspex(
    ['who-killed', ...args, '-i', FILE, '--kernel-log', 'none'],
    Buffer.from(input),
  );
  return stdout + stderr;
};

describe('out of memory, as kernels of many years write it', () => {
  it.each<[string, string, readonly RegExp[], readonly RegExp[]]>([
    [
      'RHEL 5',
      'Aug 11 16:28:11 host kernel: Out of memory: Killed process 3080 (forward).',
      [/forward \(pid 3080\) was killed by the kernel/, /machine was out of memory/],
      [],
    ],
    [
      'RHEL 6',
      'Aug 11 16:28:11 host kernel: Out of memory: Kill process 3080 (forward) score 559 or sacrifice child\n' +
        'Aug 11 16:28:11 host kernel: Killed process 3080, UID 0, (forward) total-vm:1429064kB, anon-rss:1130444kB, file-rss:136kB',
      [/forward \(pid 3080\)/, /1104 MB/],
      [/2 times/],
    ],
    [
      'the announcement alone',
      'Aug 11 16:28:11 host kernel: Out of memory: Kill process 3080 (forward) score 559 or sacrifice child',
      [/forward \(pid 3080\) was killed by the kernel/],
      [/Nothing in this trail/],
    ],
    [
      'a child in its parent’s place',
      '[ 1792.835056] Out of memory: Kill process 14294 (parent) score 876 or sacrifice child\n' +
        '[ 1792.836073] Killed process 14458 (child) total-vm:4176kB, anon-rss:88kB, file-rss:0kB, shmem-rss:0kB',
      [/child \(pid 14458\)/, /parent \(pid 14294\) was chosen/, /88 kB/],
      [/\b0 MB\b/],
    ],
    [
      'a cgroup that met its limit',
      'Memory cgroup out of memory: Kill process 605624 (pause) score 0 or sacrifice child\n' +
        'Killed process 605624 (pause) total-vm:1024kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB',
      [/pause \(pid 605624\)/, /memory limit/],
      [/machine was out of memory/],
    ],
    [
      'a set of memory nodes',
      '[5.1] oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=0,cpuset=a,mems_allowed=0,global_oom,task_memcg=/a,task=x,pid=7,uid=0\n' +
        '[5.2] Out of memory: Killed process 7 (x) total-vm:10kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0',
      [/memory nodes/],
      [/machine was out of memory/, /the machine ran out/],
    ],
  ])('%s', async (_, lines, wanted, unwanted) => {
    const text = await killed(`${lines}\n`);
    for (const pattern of wanted) expect(text).toMatch(pattern);
    for (const pattern of unwanted) expect(text).not.toMatch(pattern);
  });
});

describe('ends that no audit record tells', () => {
  it.each<[string, string, RegExp]>([
    [
      'Dec 18 19:34:56 host systemd-oomd[840]: Killed /user.slice/a.scope due to memory pressure for /user.slice being 51.07% > 50.00% for > 20s with reclaim activity',
      'systemd-oomd',
      /a\.scope was killed by systemd-oomd: memory pressure for \/user\.slice/,
    ],
    [
      'Feb 16 13:58:29 host earlyoom[1233]: sending SIGTERM to process 29410 uid 1000 "cluster": badness 1264, VmRSS 23964 MiB',
      'earlyoom',
      /cluster \(pid 29410\) got SIGTERM from earlyoom/,
    ],
    [
      'апр 28 01:23:28 PC earlyoom[900]: killing process 27541 "bash" with signal 15: badness 550, VmRSS 7609 MiB',
      'earlyoom of long ago, a Russian date',
      /bash \(pid 27541\) got SIGTERM from earlyoom[\s\S]*-04-28 01:23:28/,
    ],
    [
      'May 16 12:25:59 host systemd[986]: a.service: Watchdog timeout (limit 10s)!\n' +
        'May 16 12:25:59 host systemd[986]: a.service: Killing process 1388 (a) with signal SIGABRT.',
      'the watchdog of systemd',
      /a \(pid 1388\) got SIGABRT from systemd: its watchdog timed out/,
    ],
    [
      "May 16 12:25:59 host systemd[1]: a.service: State 'stop-sigterm' timed out. Killing.\n" +
        'May 16 12:25:59 host systemd[1]: a.service: Killing process 1388 (a) with signal SIGKILL.',
      'a stop that took too long',
      /a \(pid 1388\) was killed by systemd: it did not stop in time/,
    ],
    [
      '[188988.765862] Memory failure: 0x1840200: Killing cellsrv:33395 due to hardware memory corruption',
      'a fault of the memory',
      /cellsrv \(pid 33395\) was killed by the kernel: hardware memory corruption/,
    ],
    [
      '[188990.000000] Memory failure: 0x1840300: Sending SIGBUS to qemu-kvm:4242 due to hardware memory corruption',
      'a fault of the memory that may be handled',
      /qemu-kvm \(pid 4242\) got SIGBUS from the kernel/,
    ],
  ])('%s', async (lines, _, wanted) => {
    expect(await killed(`${lines}\n`)).toMatch(wanted);
  });

  it('are not believed from another program', async () => {
    const text = await killed(
      'Feb 16 13:58:29 host chat[1233]: he said: earlyoom[1]: sending SIGTERM to process 29410 uid 1000 "cluster": badness 1\n',
    );
    expect(text).not.toMatch(/from earlyoom/);
  });
});

describe('the journal', () => {
  const entry = (more: object): string =>
    `${JSON.stringify({ __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1700000000123456', ...more })}\n`;
  const exported = (more: Record<string, string>): string =>
    `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1700000000123456\n${Object.entries(more)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')}\n`;
  const killing = {
    _TRANSPORT: 'journal',
    SYSLOG_IDENTIFIER: 'systemd',
    _COMM: 'systemd',
    _PID: '1',
    MESSAGE: 'a.service: Killing process 1388 (a) with signal SIGKILL.',
  };

  it.each([
    ['json', entry(killing)],
    ['export', exported(killing)],
  ])('as %s tells what systemd did, and when', async (_, input) => {
    const text = await killed(input);
    expect(text).toMatch(/a \(pid 1388\) was killed by systemd/);
    expect(text).toMatch(/2023-11-14 22:13:20\.123/);
  });

  it('tells what the kernel did', async () => {
    const text = await killed(
      entry({ _TRANSPORT: 'kernel', SYSLOG_IDENTIFIER: 'kernel', MESSAGE: 'Out of memory: Killed process 7 (x).' }),
    );
    expect(text).toMatch(/x \(pid 7\) was killed by the kernel/);
  });

  it.each([{ _COMM: 'logger' }, { _COMM: undefined }, { _TRANSPORT: undefined }])(
    'does not believe a program that calls itself systemd: %j',
    async (other) => {
      expect(await killed(entry({ ...killing, ...other }))).not.toMatch(/by systemd/);
    },
  );
});

describe('what does not belong together', () => {
  it('a reason of a unit that was over since', async () => {
    const text = await killed(
      'May 16 12:25:59 host systemd[1]: a.service: Watchdog timeout (limit 10s)!\n' +
        "May 16 12:26:01 host systemd[1]: a.service: Failed with result 'watchdog'.\n" +
        'May 20 12:25:59 host systemd[1]: a.service: Killing process 1388 (a) with signal SIGKILL.\n',
    );
    expect(text).toMatch(/a \(pid 1388\) was killed by systemd/);
    expect(text).not.toMatch(/watchdog/);
  });

  it('a choice and a kill an hour later', async () => {
    const text = await killed(
      'Aug 11 16:28:11 host kernel: Out of memory: Kill process 3080 (forward) score 559 or sacrifice child\n' +
        'Aug 11 17:28:11 host kernel: Killed process 99, UID 0, (other) total-vm:4kB, anon-rss:4kB, file-rss:0kB\n',
    );
    expect(text).toMatch(/forward \(pid 3080\) was killed/);
    expect(text).not.toMatch(/was chosen/);
  });

  it('words before a tag that are no date and host', async () => {
    const text = await killed('web foo bar systemd: a.service: Killing process 5 (a) with signal SIGKILL.\n');
    expect(text).not.toMatch(/killed by systemd/);
  });
});

describe('when it was', () => {
  it('seconds since the boot of a machine that may be another are told as that', async () => {
    const text = await killed('[188988.765862] Memory failure: 0x1: Killing a:33 due to hardware memory corruption\n');
    expect(text).toMatch(/188988\.765 s after the machine booted/);
    expect(text).not.toMatch(/when +\d{4}-/);
  });

  it('a date without a year is not in the future', async () => {
    const tomorrow = new Date(Date.now() + 3 * 86_400_000);
    const month = tomorrow.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
    const date = `${month} ${String(tomorrow.getUTCDate()).padStart(2)}`;
    const text = await killed(`${date} 12:00:00 host earlyoom[1]: sending SIGTERM to process 7 uid 0 "a": badness 1\n`);
    const year = Number(/when +(\d{4})-/.exec(text)![1]);
    expect(Date.UTC(year, tomorrow.getUTCMonth(), tomorrow.getUTCDate())).toBeLessThan(Date.now());
  });
});

describe('logs of strace', () => {
  it('the last fatal signal is the cause, and two senders are two', async () => {
    const text = await killed(
      '100 10:00:00.000000 --- SIGINT {si_signo=SIGINT, si_code=SI_USER, si_pid=911, si_uid=0} ---\n' +
        '100 10:00:05.000000 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=912, si_uid=1000} ---\n' +
        '100 10:00:05.000100 +++ killed by SIGTERM +++\n',
    );
    expect(text).toMatch(/ended by pid 912 with SIGTERM/);
    expect(text).not.toMatch(/911/);
  });

  it('the number of a lone process is not told, its killer is', async () => {
    const text = await killed(
      '16:09:05.100000 --- SIGQUIT {si_signo=SIGQUIT, si_code=SI_USER, si_pid=911, si_uid=0} ---\n' +
        '16:09:07.100000 --- SIGABRT {si_signo=SIGABRT, si_code=SI_TKILL, si_pid=21390, si_uid=1000} ---\n' +
        '16:09:07.200000 +++ killed by SIGABRT (core dumped) +++\n',
    );
    expect(text).toMatch(/ended by pid 21390 with SIGABRT/);
    expect(text).not.toMatch(/911/);
  });
});

const call = (more: string): string =>
  `type=SYSCALL msg=audit(1700000000.100:200): arch=c000003e syscall=62 success=yes exit=0 a0=10e1 a1=f a2=0 a3=0 items=0 ${more}\n` +
  'type=OBJ_PID msg=audit(1700000000.100:200): opid=4321 oauid=-1 ouid=33 oses=-1 ocomm="apache2"\n';

describe('the killer', () => {
  it('of number 1 is the service manager, whatever its title', async () => {
    const ids = 'auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295';
    const text = await killed(call(`ppid=0 pid=1 ${ids} comm="init" exe="/sbin/init" key="sig"`));
    expect(text).toMatch(/service manager/);
    expect(text).not.toMatch(/gdb -p 1\b/);
  });

  it('whose login is not in the record has an unknown one', async () => {
    const text = await killed(
      call('ppid=1349 pid=1350 uid=3010 gid=3010 euid=3010 tty=pts0 comm="bash" exe="/bin/bash" key=(null)'),
    );
    expect(text).toMatch(/a login the log does not tell/);
    expect(text).not.toMatch(/no login/);
  });
});

describe('other programs that tell of an end', () => {
  it.each([
    [
      'systemd behind an RFC 5424 header',
      "<30>1 2024-05-01T10:00:00.123456+02:00 web1 systemd 1 - - nginx.service: State 'stop-sigterm' timed out. Killing.\n<30>1 2024-05-01T10:00:00.123456+02:00 web1 systemd 1 - - nginx.service: Killing process 4242 (nginx) with signal SIGKILL.",
      /^nginx \(pid 4242\) was killed by systemd: it did not stop in time/,
    ],
    [
      'systemd behind one with structured data',
      '<30>1 2024-05-01T10:00:00Z web1 systemd 1 - [meta sequenceId="5"] nginx.service: Killing process 4242 (nginx) with signal SIGKILL.',
      /^nginx \(pid 4242\) was killed by systemd/,
    ],
    [
      'lmkd in logcat',
      "05-01 10:00:00.123   512   512 I lmkd    : Kill 'com.example.app' (12345), uid 10123, oom_score_adj 900 to free 120000kB rss, 0kB swap; reason: low watermark is breached",
      /^com\.example\.app \(pid 12345\) was killed by lmkd: low watermark is breached/,
    ],
    [
      'lowmemorykiller in logcat’s brief form',
      "I/lowmemorykiller(  201): Killing 'com.example.app' (4242), adj 15",
      /^com\.example\.app \(pid 4242\) was killed by lowmemorykiller/,
    ],
    [
      'lowmemorykiller of the kernel',
      "[ 1234.567890] lowmemorykiller: Killing 'd.process.acore' (12345), adj 900,\n[ 1234.567891]    to free 45678kB on behalf of 'kswapd0' (63) because",
      /^d\.process\.acore \(pid 12345\) was killed by lowmemorykiller[\s\S]*1234\.567 s after the machine booted/,
    ],
    [
      'systemd-coredump',
      'May  1 10:00:00 web1 systemd-coredump[999]: Process 4242 (nginx) of user 33 dumped core.',
      /^nginx \(pid 4242\) crashed: it dumped core[\s\S]*likely, according to systemd-coredump/,
    ],
    [
      'systemd-coredump of today, with its sign',
      'May  1 10:00:00 web1 systemd-coredump[999]: [\xf0\x9f\xa1\x95] Process 4242 (nginx) of user 33 dumped core.',
      /^nginx \(pid 4242\) crashed: it dumped core/,
    ],
    [
      'systemd-coredump with a signal, told twice',
      'May  1 10:00:00 web1 systemd-coredump[999]: Process 4243 (php-fpm) of user 33 terminated abnormally with signal 11/SEGV, processing...\nMay  1 10:00:01 web1 systemd-coredump[999]: Process 4243 (php-fpm) of user 33 dumped core.',
      /^php-fpm \(pid 4243\) crashed: SIGSEGV(?![\s\S]*──)/,
    ],
  ])('%s', async (_what, text, wanted) => {
    const { stdout } = await auspex(['who-killed', '-i', FILE], `${text}\n`);
    expect(stdout).toMatch(wanted);
  });

  it('words of theirs that are not known are never told as nothing', async () => {
    for (const line of [
      "05-01 10:00:00.123   512   512 I lmkd    : Killing 'x' in a way that nobody knows",
      '<30>1 2024-05-01T10:00:00Z web1 systemd 1 - - nginx.service: Main process exited, code=killed, status=9/KILL',
      "May  1 10:00:00 web1 systemd[1]: nginx.service: Failed with result 'signal'.",
      "May  1 10:00:00 web1 systemd[1]: nginx.service: Failed with result 'watchdog'.",
      'nginx.service: Killing process 4242 (nginx) with signal SIGKILL.',
      'sending SIGTERM to process 4242 uid 1000 "firefox": badness 900, VmRSS 1000 MiB',
      '05-01 10:00:00.123  1000  1020 I ActivityManager: Killing 1234:com.x/u0a12 (adj 900): cached #31',
      'May  1 10:00:00 web1 dockerd[700]: time="…" level=info msg="container exited" reason=OOMKilled',
      '2024-05-01 10:00:00,123 INFO supervisord: exited: app (terminated by SIGKILL; not expected)',
    ]) {
      const { stdout, stderr } = await auspex(['who-killed', '-i', FILE], `${line}\n`);
      expect(stdout + stderr).not.toMatch(/Nothing in this trail/);
    }
  });
});

describe('strace’s word on a sender', () => {
  const killed = (...lines: readonly string[]) => auspex(['who-killed', '-i', FILE], `${lines.join('\n')}\n`);

  it('a signal that was waited for', async () => {
    const { stdout } = await killed(
      '4242  10:00:00.000000 rt_sigtimedwait([TERM], {si_signo=SIGTERM, si_code=SI_USER, si_pid=999, si_uid=0}, NULL, 8) = 15 (SIGTERM)',
      '4242  10:00:00.100000 exit_group(0) = ?',
      '4242  10:00:00.100001 +++ exited with 0 +++',
    );
    expect(stdout).toMatch(/pid 4242 was ended by pid 999 with SIGTERM/);
  });

  it('a wait that timed out is none', async () => {
    const { stdout } = await killed(
      '4242  10:00:00.000000 rt_sigtimedwait([TERM], 0x7ffd, {tv_sec=1, tv_nsec=0}, 8) = -1 EAGAIN (Resource temporarily unavailable)',
      '4242  10:00:00.100000 exit_group(0) = ?',
    );
    expect(stdout).not.toMatch(/SIGTERM/);
  });

  it('si_pid=0 is a sender outside of the pid namespace', async () => {
    const { stdout } = await killed(
      '1  10:00:00.000000 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=0, si_uid=0} ---',
      '1  10:00:00.100001 +++ killed by SIGTERM +++',
    );
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/its sender stands outside of its pid namespace/);
  });

  it('PR_SET_PDEATHSIG: the parent ended', async () => {
    const { stdout } = await killed(
      '4242  10:00:00.000000 prctl(PR_SET_PDEATHSIG, SIGTERM) = 0',
      '4242  10:00:05.000000 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=100, si_uid=0} ---',
      '4242  10:00:05.100001 +++ killed by SIGTERM +++',
    );
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/the victim had asked for SIGTERM at the end of its parent/);
    expect(stdout).not.toMatch(/gdb/);
  });
});

describe('advice fits the age of the log', () => {
  const ids = 'auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1';
  const kill = (sec: number, pid: number): string =>
    [
      `type=SYSCALL msg=audit(${sec}.100:100): arch=c000003e syscall=62 success=yes exit=0 a0=64 a1=9 a2=0 a3=0 items=0 ppid=1 pid=${pid} ${ids} comm="watch" exe="/usr/bin/watch" key="k"`,
      `type=OBJ_PID msg=audit(${sec}.100:100): opid=100 oauid=0 ouid=0 oses=1 ocomm="victim"`,
      '',
    ].join('\n');

  it.each([
    [1_512_127_559, 50, /journalctl --since '2017-12-01 \d\d:\d\d' --until '2017-12-01 \d\d:\d\d'/],
    [1_512_127_559, 1, /journalctl _PID=1 --since '2017-12-01/],
  ])('of 2017: the logs of that time (%s, pid %s)', async (sec, pid, wanted) => {
    const { stdout } = await auspex(['who-killed', '-i', FILE], kill(sec, pid));
    expect(stdout).toMatch(wanted);
    expect(stdout).not.toMatch(/gdb|--since -1h/);
  });

  it('of now: the process itself', async () => {
    const { stdout } = await auspex(['who-killed', '-i', FILE], kill(Math.floor(Date.now() / 1000) - 60, 50));
    expect(stdout).toMatch(/gdb -p 50/);
  });
});
