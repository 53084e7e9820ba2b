// The two stories the project began from, the lab’s crashes and kills, stale pids proven and parents not accused.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasFinding } from './diagnose.ts';
import { KernelLog } from './kernel-log.ts';
import { commandOf, programOf } from './life.ts';
import type { Story } from './story.ts';
import { storyJson } from './story-json.ts';
import { storyText } from './story-text.ts';
import { type Actor, killsIn, TrailWriter } from './trail.fixture.ts';
import { killStories } from './who-killed.ts';
import { plainWords } from './words.ts';

const here = new URL('../../test/explain/', import.meta.url);
const corpus = new URL('../../../shared/corpus/', import.meta.url);
const victimOf = (story: Story) => commandOf(story.hits[0]!.image!).join(' ');
const killerOf = (story: Story) => commandOf(story.image!).join(' ');

describe('a kill without a usual time', () => {
  it('tells 1970 as a time, and a line of the kernel without one as none', () => {
    const line = (type: string, rest: string) => `type=${type} msg=audit(0.000:1): ${rest}\n`;
    const trail =
      line(
        'SYSCALL',
        'arch=c000003e syscall=62 success=yes exit=0 a0=384 a1=9 a2=0 a3=0 items=0 ppid=1 pid=7 auid=1000 uid=0 tty=pts0 ses=3 comm="k" exe="/bin/k"',
      ) + line('OBJ_PID', 'opid=900 oauid=1000 ouid=0 oses=3 ocomm="victim"');
    const { stories, logins } = killsIn(Buffer.from(trail, 'latin1'));
    const json = stories.map((story) => storyJson(story, logins, plainWords));
    expect(json).toMatchObject([
      { first: '1970-01-01T00:00:00.000Z', victims: [{ at: '1970-01-01T00:00:00.000Z', pid: 900 }] },
    ]);
  });
});

describe('the two stories the project began from', () => {
  const seeds = readFileSync(new URL('seeds.log', here));

  it('names pike (roxen), its signal and its retries on the dead pid', () => {
    const [story] = killsIn(seeds, { name: 'findpid' }).stories;
    expect(programOf(story!.image!)).toBe('pike');
    expect(story!.image!.comm).toBe('roxen');
    expect(story!.killer!.pid).toBe(4299);
    expect(story!.hits[0]).toMatchObject({ pid: 26880, name: 'findpid', outcome: { kind: 'ended', signal: 9 } });
    expect(story!.hits[0]!.strikes[0]).toMatchObject({ call: 'kill', signal: 9, count: 2 });
    expect(story!.tries[0]).toMatchObject({ given: 26880, error: -3, count: 1, first: 1285245430434 });
    expect(hasFinding(story!, 'dead-pid')).toBe(true);
  });

  it('tells the two services apart that the kernel both calls univention-mana', () => {
    const [story] = killsIn(seeds, { name: 'univention-management-console-web-server' }).stories;
    expect(victimOf(story!)).toBe('/usr/bin/python2.7 /usr/sbin/univention-management-console-web-server start');
    expect(killerOf(story!)).toBe('/usr/bin/python2.7 /usr/sbin/univention-management-console-server start');
    expect(hasFinding(story!, 'same-name')).toBe(true);
    expect(killsIn(seeds, { name: 'univention-management-console-server' }).stories).toEqual([]);
    expect(storyText(story!, killsIn(seeds).logins, plainWords)).toContain('py-bt');
  });
});

describe.skipIf(!existsSync(corpus))('the lab capture [needs ../shared/corpus]', () => {
  const lab = existsSync(corpus) ? readFileSync(new URL('lab/raw.log', corpus)) : Buffer.alloc(0);

  it('names pike, run as roxen, with five failed retries 20 ms apart', () => {
    const [story] = killsIn(lab, { name: 'findpid' }).stories;
    expect(story!.image).toMatchObject({ exe: '/usr/local/roxen/bin/pike', comm: 'pike' });
    expect(story!.hits.map((hit) => hit.pid)).toEqual([6016]);
    expect(story!.tries.reduce((sum, strike) => sum + strike.count, 0)).toBe(5);
    expect(story!.rhythm).toMatchObject({ regular: true, mean: 20 });
    expect(story!.killer!.auid).toBe(1001);
  });

  it('knows the two services, and the pid file the number was read from', () => {
    const [story] = killsIn(lab, { name: 'univention-management-console-web-server' }).stories;
    expect(victimOf(story!)).toBe('/bin/bash /usr/sbin/univention-management-console-web-server');
    expect(killerOf(story!)).toBe('/bin/bash /usr/sbin/univention-management-console-server');
    expect(story!.hits[0]!.strikes[0]!.pidFile?.path).toBe('/run/univention-management-console-web-server.pid');
    expect(story!.hits[0]!.outcome).toMatchObject({ kind: 'ended', after: 200, status: 0 });
  });

  it('tells crashes and forbidden calls, once each', () => {
    const { stories } = killsIn(lab);
    const seccomp = stories.filter((story) => story.cause === 'seccomp').flatMap((story) => story.hits);
    expect(seccomp.map((hit) => [hit.pid, hit.crash!.call])).toEqual([
      [6147, 'getpid'],
      [6233, 'getpid'],
    ]);
    const segv = stories.flatMap((story) => story.hits).filter((hit) => hit.crash?.signal === 11);
    expect(segv.map((hit) => hit.pid)).toEqual([6149, 6235]);
    expect(stories.filter((story) => story.cause === 'crash')).toEqual([]);
  });
});

describe('stale pids', () => {
  const daemon = { pid: 50, ppid: 1, comm: 'daemon' };
  const other = { pid: 60, ppid: 1, comm: 'other' };
  const child = { pid: 70, ppid: 50, comm: 'worker' };
  const begin = () =>
    new TrailWriter()
      .exec(0, daemon, ['daemon'])
      .exec(1, other, ['other'])
      .fork(10, daemon, 70)
      .exec(12, child, ['worker']);

  it('are proven when the child ended and its number went to another process', () => {
    const stranger = { pid: 70, ppid: 60, comm: 'database' };
    const trail = begin().exit(100, child).fork(5000, other, 70).exec(5002, stranger, ['database']);
    trail.kill(6000, daemon, 70, 9, { pid: 70, comm: 'database' });
    const [story] = killsIn(trail.bytes, { name: 'database' }).stories;
    expect(story!.findings[0]).toMatchObject({ id: 'stale-pid', sure: 'proven' });
    expect(story!.findings[0]!.text).toContain('worker');
    expect(hasFinding(story!, 'own-child')).toBe(false);
  });

  it('are proven too where the numbers are those of a pid namespace', () => {
    const own = { pid: 9001, ppid: 50, comm: 'worker' };
    const stranger = { pid: 9050, ppid: 60, comm: 'database' };
    const trail = new TrailWriter().exec(0, daemon, ['daemon']).exec(1, other, ['other']);
    trail.fork(10, daemon, 5).exec(12, own, ['worker']).exit(100, own);
    trail.fork(5000, other, 5).exec(5002, stranger, ['database']);
    trail.kill(6000, daemon, 5, 9, { pid: 9050, comm: 'database' });
    const [story] = killsIn(trail.bytes, { name: 'database' }).stories;
    expect(story!.findings[0]).toMatchObject({ id: 'stale-pid', sure: 'proven' });
    expect(story!.hits[0]!.victim).toMatchObject({ pid: 9050, nsPid: 5 });
  });

  it('are not seen in a parent that ends its own child, in either kind of numbers', () => {
    const plain = begin().kill(200, daemon, 70, 15, { pid: 70, comm: 'worker' }).exit(210, child);
    const own = { pid: 9001, ppid: 50, comm: 'worker' };
    const inside = new TrailWriter().exec(0, daemon, ['daemon']).fork(10, daemon, 5).exec(12, own, ['worker']);
    inside.kill(200, daemon, 5, 9, { pid: 9001, comm: 'worker' });
    for (const trail of [plain, inside]) {
      const [story] = killsIn(trail.bytes).stories;
      expect(hasFinding(story!, 'stale-pid')).toBe(false);
      expect(hasFinding(story!, 'own-child')).toBe(true);
    }
  });

  it('are not seen in a parent that ends its own child, whichever of its children shows first', () => {
    const [own, sibling] = ['worker', 'grep'].map((comm, i) => ({ pid: 9001 + i, ppid: 50, comm })) as [Actor, Actor];
    const trail = new TrailWriter().exec(0, daemon, ['daemon']).fork(10, daemon, 5).fork(11, daemon, 6);
    trail.exec(12, sibling, ['grep']).exit(13, sibling).exec(14, own, ['worker']);
    trail.kill(200, daemon, 5, 9, { pid: 9001, comm: 'worker' });
    const [story] = killsIn(trail.bytes, { name: 'worker' }).stories;
    expect(story!.findings.map(({ id }) => id)).toContain('own-child');
    expect(hasFinding(story!, 'stale-pid')).toBe(false);
  });

  it('are not seen where the same parent forked again and got the same number', () => {
    const again = { pid: 70, ppid: 50, comm: 'worker2' };
    const trail = begin().exit(100, child).fork(5000, daemon, 70).exec(5002, again, ['worker2']);
    trail.kill(6000, daemon, 70, 9, { pid: 70, comm: 'worker2' });
    const [story] = killsIn(trail.bytes).stories;
    expect(hasFinding(story!, 'stale-pid')).toBe(false);
  });
});

describe('pid files', () => {
  it('are seen when the killer itself reads one, not when it writes one', () => {
    const killer = { pid: 50, ppid: 1, comm: 'stopper' };
    const victim = { pid: 80, ppid: 1, comm: 'server' };
    const opened = (flags: number) =>
      new TrailWriter()
        .exec(0, victim, ['server'])
        .call(5, killer, 257, [0xffffff9c, 0, flags], 3, [
          'type=PATH item=0 name="/run/server.pid" inode=9 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL',
        ])
        .kill(10, killer, 80, 15, { pid: 80, comm: 'server' });
    expect(killsIn(opened(0).bytes).stories[0]!.hits[0]!.strikes[0]!.pidFile?.path).toBe('/run/server.pid');
    expect(hasFinding(killsIn(opened(0).bytes).stories[0]!, 'pid-file')).toBe(true);
    expect(hasFinding(killsIn(opened(0x241).bytes).stories[0]!, 'pid-file')).toBe(false);
  });
});

describe('patterns', () => {
  it('joins kills of one kind and finds their rhythm', () => {
    const killer = { pid: 90, ppid: 1, comm: 'reaper' };
    const trail = new TrailWriter().exec(0, killer, ['reaper']);
    for (let i = 0; i < 5; i++) {
      const pid = 200 + i;
      trail.exec(i * 10_000 + 5, { pid, ppid: 1, comm: 'job' }, ['job']);
      trail.kill(i * 10_000 + 1000, killer, pid, 9, { pid, comm: 'job' });
    }
    const { stories } = killsIn(trail.bytes, { name: 'job' });
    expect(stories).toHaveLength(1);
    expect(stories[0]!.hits).toHaveLength(5);
    expect(stories[0]!.rhythm).toMatchObject({ regular: true, mean: 10_000 });
  });

  it('does not say that a process ended which lived on', () => {
    const victim = { pid: 80, ppid: 1, comm: 'server' };
    const trail = new TrailWriter().exec(0, victim, ['server']);
    trail
      .kill(10, { pid: 81, ppid: 1, comm: 'admin' }, 80, 1, { pid: 80, comm: 'server' })
      .call(5000, victim, 39, [], 80);
    expect(killsIn(trail.bytes).stories[0]!.hits[0]!.outcome.kind).toBe('survived');
  });
});

describe('whom a call aims at', () => {
  const killer = { pid: 50, ppid: 1, comm: 'killer' };
  const victim = { pid: 80, ppid: 1, comm: 'victim' };
  const one = (trail: TrailWriter, query = {}) => killsIn(trail.bytes, query).stories;

  it('is never told by the number of a descriptor', () => {
    const failed = () => new TrailWriter().exec(0, victim, ['victim']).call(9, killer, 424, [5, 9], -3);
    const [story] = one(failed());
    expect(storyText(story!, killsIn(new Uint8Array(0)).logins, plainWords)).toContain('behind its descriptor 5');
    expect(one(failed(), { pid: 5 })).toEqual([]);
    const opened = new TrailWriter().exec(0, victim, ['victim']).call(5, killer, 434, [80, 0], 5);
    expect(one(opened.call(9, killer, 424, [5, 9], -3), { pid: 80 })[0]!.tries[0]!.target.life?.pid).toBe(80);
  });

  it('is each member of a group that root kills', () => {
    const hit = (pid: number) => `type=OBJ_PID opid=${pid} oauid=1000 ouid=0 oses=5 ocomm="victim"`;
    const trail = new TrailWriter().exec(0, victim, ['victim']).exec(1, { ...victim, pid: 81 }, ['victim']);
    trail.call(9, killer, 62, [-80, 9], 0, [hit(80), hit(81)]);
    const { history } = killsIn(trail.bytes);
    expect([80, 81].map((pid) => history.find('', pid)!.signal)).toEqual([9, 9]);
  });

  it('is itself, and nothing is said of an end no record shows', () => {
    const trail = new TrailWriter().call(9, victim, 62, [0, 15], 0, [
      'type=OBJ_PID opid=80 oauid=1000 ouid=0 oses=5 ocomm="victim"',
    ]);
    expect(storyJson(one(trail)[0]!, killsIn(trail.bytes).logins, plainWords).answer).toBe(
      'victim (pid 80) sent itself SIGTERM',
    );
  });
});

describe('the kernel log', () => {
  const log = new KernelLog({ boot: 1_700_000_000_000 });
  for (const line of readFileSync(new URL('oom-cgroup.dmesg', here), 'latin1').split('\n')) log.push(line);

  it('tells an out-of-memory kill of a cgroup with its table of tasks (as kernel 6.18 wrote it)', () => {
    expect(log.kills).toHaveLength(1);
    expect(log.kills[0]).toMatchObject({
      kind: 'oom-cgroup',
      pid: 5188,
      name: 'python3',
      uid: 0,
      asker: 'python3',
      limitCgroup: '/auspex-test-5185',
      rssKb: 20220 + 6512,
      at: 1_700_002_877_505,
      tasks: [{ pid: 5188, name: 'python3', rssKb: 6683 * 4, scoreAdj: 0 }],
    });
    const [story] = killStories(killsIn(new Uint8Array(0)).collector, log.kills, { pid: 5188 }, () => undefined);
    expect(story!.findings[0]!.id).toBe('memory-limit');
  });

  it('reads older spellings, other sources of the lines, faults and skipped victims', () => {
    const lines = [
      'Nov  3 10:00:00 host kernel: Out of memory: Killed process 77 (mysqld) total-vm:9000kB, anon-rss:8000kB, file-rss:0kB, shmem-rss:0kB, UID:27 pgtables:60kB oom_score_adj:-500',
      '2026-11-03T10:00:01+01:00 host kernel: OOM victim 78 (java (x)) is already exiting. Skip killing the task',
      '[Tue Nov  3 10:00:02 2026] a b[79]: segfault at 8 ip 00005 sp 00007 error 6 in a b[1132,557dde205000+1000]',
      '<4>[   12.5] traps: prog[80] general protection fault ip:401126 sp:7ffe error:0 in prog[401000+1000]',
      '[   13.000000] traps: prog[81] trap divide error ip:401126 sp:7ffe error:0 in prog[401000+1000]',
    ];
    const found = new KernelLog({ year: 2026 });
    for (const line of lines) found.push(line);
    expect(found.kills.map(({ kind, pid, name }) => [kind, pid, name])).toEqual([
      ['oom', 77, 'mysqld'],
      ['oom-skip', 78, 'java (x)'],
      ['fault', 79, 'a b'],
      ['fault', 80, 'prog'],
      ['fault', 81, 'prog'],
    ]);
    expect(found.kills[0]).toMatchObject({ at: Date.UTC(2026, 10, 3, 10), uid: 27, scoreAdj: -500 });
    expect(found.kills[1]!.at).toBe(Date.UTC(2026, 10, 3, 9, 0, 1));
  });

  it('reads what kernels 4.4 to 6.18 say of memory: any asker, a whole group, a victim already ending, large pages', () => {
    const said = (...lines: string[]) => {
      const found = new KernelLog();
      for (const line of lines) found.push(line);
      return found.kills;
    };
    const end = (pid: number) =>
      `Killed process ${pid} (x) total-vm:9kB, anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB`;
    expect(said(`Out of memory (oom_kill_allocating_task): ${end(7)}, UID:0`)).toMatchObject([{ kind: 'oom', pid: 7 }]);
    expect(
      said('Memory cgroup out of memory: OOM victim 8 (a b) is already exiting. Skip killing the task'),
    ).toMatchObject([{ kind: 'oom-skip', pid: 8, name: 'a b' }]);
    const group = said(
      'x invoked oom-killer: gfp_mask=0xcc0',
      `Memory cgroup out of memory: ${end(7)}`,
      'Tasks in /a are going to be killed due to memory.oom.group set',
      `Memory cgroup out of memory: ${end(9)}`,
      `Memory cgroup out of memory: ${end(7)}`,
    );
    expect(group.map(({ pid, wholeGroup }) => [pid, wholeGroup])).toEqual([
      [7, true],
      [9, true],
    ]);
    const old = said(
      'x invoked oom-killer: gfp_mask=0x24280ca, order=0, oom_score_adj=0',
      '[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name',
      '[    7]  1000     7   513000     1000     790       5        0             0 x',
      'Out of memory: Kill process 7 (x) score 900 or sacrifice child',
      end(7),
    );
    expect(old).toMatchObject([{ kind: 'oom', pid: 7, rssKb: 64000, tasks: [{ pid: 7, rssKb: 64000 }] }]);
  });

  it('reads faults as x86, powerpc, arm64 and riscv tell them', () => {
    const lines = [
      'traps: x[70] trap int3 ip:401126 sp:7ffe error:0 in prog[401000+1000]',
      'a.out[71]: segfault (11) at 0 nip 10000744 lr 10000700 code 1 in a.out[10000000+10000]',
      'a.out[72]: unhandled exception: DABT (lower EL), ESR 0x92000046, level 2 translation fault in a.out[aaaa+1000]',
      'a.out[73]: unhandled level 2 translation fault (11) at 0x00000000, esr 0x92000046, in a.out[400000+1000]',
      'a.out[74]: unhandled signal 11 code 0x1 at 0x0000000000000000 in a.out[10000+1000]',
      'a.out[75] bad frame in rt_sigreturn frame:0000 ip:7f sp:7f orax:ffffffffffffffff in libc.so[7f+1]',
      'a.out[76]: segfault at 0 ip 0040 sp 007f error 4 in a.out[401126,401000+1000] likely on CPU 1 (core 1, socket 0)',
    ];
    const found = new KernelLog();
    for (const line of lines) found.push(line);
    expect(found.kills.map(({ pid, fault, object }) => [pid, fault, object])).toEqual([
      [70, 'trap int3', 'prog'],
      [71, 'segfault', 'a.out'],
      [72, 'level 2 translation fault', 'a.out'],
      [73, 'level 2 translation fault', 'a.out'],
      [74, 'signal 11', 'a.out'],
      [75, 'bad frame in rt_sigreturn', 'libc.so'],
      [76, 'segfault', 'a.out'],
    ]);
  });

  it('hands on audit records that went to the kernel log', () => {
    const records: string[] = [];
    new KernelLog({}, (line) => records.push(line)).push(
      '[ 2139.3] audit: type=1701 audit(1795243704.657:47): auid=0 pid=9 comm="x" sig=11 res=1',
    );
    expect(records).toEqual(['type=ANOM_ABEND msg=audit(1795243704.657:47): auid=0 pid=9 comm="x" sig=11 res=1']);
  });
});

describe('what is printed', () => {
  it('holds no byte of the log that a terminal would obey', () => {
    const evil = 'x\x1b]0;owned\x07\xc2\x9b31m\u202e'.slice(0, -1);
    const hex = [...evil]
      .map((c) => c.charCodeAt(0).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
    const trail = new TrailWriter();
    trail.kill(0, { pid: 5, ppid: 1, comm: 'a' }, 6, 9, { pid: 6, comm: 'b' });
    const bytes = Buffer.from(
      Buffer.from(trail.bytes).toString('latin1').replaceAll('"a"', hex).replaceAll('"b"', hex),
      'latin1',
    );
    const { stories, logins } = killsIn(bytes);
    const text = storyText(stories[0]!, logins, plainWords);
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(text).toContain('\\e]0;owned');
    expect(JSON.parse(JSON.stringify(storyJson(stories[0]!, logins, plainWords))).victims[0].pid).toBe(6);
  });
});
