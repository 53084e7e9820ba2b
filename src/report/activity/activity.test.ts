// The summary of the black-box login of the lab capture against counts taken from the raw text of the log, line by line.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../event/read.ts';
import { ActivityCounter } from './activity.ts';
import { activityJson } from './json.ts';
import { StraceActivity } from './strace.ts';
import { activityText } from './text.ts';

const log = join(import.meta.dirname, '../../../../shared/corpus/lab/raw.log');
const reason = existsSync(log) ? undefined : 'needs ../shared/corpus';
const bytes = (text: string): Uint8Array[] => [Buffer.from(text, 'latin1')];

function summarize(text: string, selection: ConstructorParameters<typeof ActivityCounter>[0]) {
  const counter = new ActivityCounter(selection);
  for (const event of readEvents(bytes(text), { order: 'time' })) counter.add(event);
  return counter.activity;
}

describe.skipIf(reason)(`login 7005 of the lab${reason ? ` [${reason}]` : ''}`, () => {
  const text = reason ? '' : readFileSync(log, 'latin1');
  const lines = text.split('\n').filter((line) => line.startsWith('type=SYSCALL') && / auid=7005 /.test(line));
  const activity = summarize(text, { auid: 7005 });

  it('names the commands that ran there', () => {
    expect(activity.commands.get('basename bash')).toBe(2);
    for (const command of ['uname -m', 'ps -ef', 'ls --color=auto -la', 'id', 'clear', 'head -3', 'cat /etc/hostname'])
      expect(activity.commands.get(command)).toBe(1);
  });

  it('counts system calls and failures as the lines of the log do', () => {
    const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    const total = [...activity.calls.values()].reduce((n, c) => n + c.count, 0);
    expect(total).toBe(lines.length);
    expect(activity.calls.get('openat')).toEqual({
      count: count(/ syscall=257 /),
      failed: count(/ syscall=257 success=no /),
    });
    expect(activity.calls.get('read')?.count).toBe(count(/arch=c000003e syscall=0 /));
    expect(activity.failures.get('ENOENT openat')).toBe(count(/ syscall=257 success=no exit=-2 /));
    expect(activity.processes.size).toBe(new Set(lines.map((line) => / pid=(\d+) /.exec(line)![1])).size);
  });

  it('is the same by session, and by process with its descendants', () => {
    const session = / ses=(\d+) /.exec(lines[0]!)![1]!;
    const pid = / pid=(\d+) /.exec(lines[0]!)![1]!;
    expect(summarize(text, { ses: Number(session) }).calls.get('openat')).toEqual(activity.calls.get('openat'));
    expect(summarize(text, { pid: Number(pid) }).calls).toEqual(activity.calls);
  });
});

describe('of a strace log', () => {
  const log = [
    '10 execve("/bin/sh", ["sh", "-c", "x y"], 0x7ffc /* 3 vars */) = 0',
    '10 openat(AT_FDCWD</home/x>, "../etc/f", O_RDONLY|O_CLOEXEC) = 3</home/etc/f>',
    '10 openat(AT_FDCWD, "/nope", O_RDONLY) = -1 ENOENT (No such file or directory)',
    '10 clone(child_stack=NULL, flags=SIGCHLD) = 11',
    '11 execve("/bin/mv", ["mv", "/a", "/b"], 0x7ffc /* 3 vars */) = 0',
    '11 renameat2(AT_FDCWD, "/a", AT_FDCWD, "/b", RENAME_NOREPLACE) = 0',
    '10 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EINPROGRESS (x)',
    '10 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0',
    '10 kill(11, SIGTERM) = 0',
    '11 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=10, si_uid=0} ---',
    '12 execve("/bin/other", ["other"], 0x7ffc /* 3 vars */) = 0',
  ];
  const summarized = (selection: ConstructorParameters<typeof StraceActivity>[0]) => {
    const counter = new StraceActivity(selection);
    for (const line of log) counter.push(line);
    return counter.activity;
  };

  it('tells the same things as of a trail', () => {
    const activity = summarized({});
    expect([...activity.commands.keys()]).toEqual(["sh -c 'x y'", 'mv /a /b', 'other']);
    expect(activity.calls.get('openat')).toEqual({ count: 2, failed: 1 });
    expect(activity.failures.get('ENOENT openat')).toBe(1);
    expect(Object.fromEntries([...activity.files].map(([path, uses]) => [path, [...uses.keys()]]))).toEqual({
      '/bin/sh': ['executed'],
      '/home/etc/f': ['read'],
      '/bin/mv': ['executed'],
      '/a': ['deleted'],
      '/b': ['created'],
      '/bin/other': ['executed'],
    });
    expect([...activity.peers.keys()]).toEqual(['connect 192.0.2.1:443', 'connect [2001:db8::1]:80']);
    expect([...activity.signalsSent]).toEqual([['SIGTERM to mv (11)', 1]]);
    expect(activity.events).toBe(log.length - 1);
  });

  it('of a process with its descendants, and of a program; of a login strace knows nothing', () => {
    expect([...summarized({ pid: 11 }).commands.keys()]).toEqual(['mv /a /b']);
    expect([...summarized({ pid: 11 }).signalsReceived.keys()]).toEqual(['SIGTERM from sh (10)']);
    expect([...summarized({ pid: 10 }).processes]).toEqual([10, 11]);
    expect(summarized({ exe: '/bin/mv' }).calls.size).toBe(2);
    expect(summarized({ auid: 0 }).events).toBe(0);
  });
});

const call = (serial: number, syscall: number, rest: string, exit = '3', success = 'yes') =>
  `type=SYSCALL msg=audit(1700000000.000:${serial}): arch=c000003e syscall=${syscall} success=${success} exit=${exit} ` +
  `${rest} items=1 ppid=1 pid=50 auid=7 uid=0 gid=0 euid=0 tty=(none) ses=1 comm="c" exe="/c" key=(null)\n`;
const end = (serial: number) => `type=PROCTITLE msg=audit(1700000000.000:${serial}): proctitle="c"\n`;

describe('paths', () => {
  it('are absolute by the working directory, and by the descriptor of a directory seen opened', () => {
    const text =
      `${call(1, 257, 'a0=ffffff9c a1=1 a2=10000 a3=0', '5')}type=CWD msg=audit(1700000000.000:1): cwd="/home/x"\n` +
      `type=PATH msg=audit(1700000000.000:1): item=0 name="../d" nametype=NORMAL\n${end(1)}` +
      `${call(2, 257, 'a0=5 a1=1 a2=241 a3=1b6', '6')}type=CWD msg=audit(1700000000.000:2): cwd="/home/x"\n` +
      `type=PATH msg=audit(1700000000.000:2): item=0 name="new" nametype=CREATE\n${end(2)}` +
      `${call(3, 263, 'a0=5 a1=1 a2=0 a3=0', '0')}type=CWD msg=audit(1700000000.000:3): cwd="/home/x"\n` +
      `type=PATH msg=audit(1700000000.000:3): item=0 name="old" nametype=DELETE\n${end(3)}`;
    const { files } = summarize(text, {});
    expect([...files].map(([path, uses]) => [path, [...uses.keys()]])).toEqual([
      ['/home/d', ['read']],
      ['/home/d/new', ['created', 'written']],
      ['/home/d/old', ['deleted']],
    ]);
  });

  it('cannot break a line or reach the terminal raw', () => {
    const text =
      `${call(1, 257, 'a0=ffffff9c a1=1 a2=0 a3=0')}type=CWD msg=audit(1700000000.000:1): cwd="/"\n` +
      `type=PATH msg=audit(1700000000.000:1): item=0 name=0A1B5B32 nametype=NORMAL\n${end(1)}`;
    const activity = summarize(text, {});
    const shown = activityText(activity, { subject: 'x', stamp: () => '' });
    expect(shown).toContain('/\\012\\033[2');
    expect(shown).not.toContain('\x1b');
    expect(activityJson(activity, 'x').files[0]!.path).toBe('/\n\x1b[2');
  });
});
