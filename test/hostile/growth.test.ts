// What an attacker writes into a trail costs as much as it is long, and no more: long lines, and many of a kind. Every
// reader of readers.fixture.ts is measured on each at n, 2n and 4n.
import { expect, test } from 'vitest';
import { argvOf } from '../../src/event/index.ts';
import { askTree, walkTrees } from '../../src/explain/index.ts';
import { parseFields } from '../../src/record/fields.ts';
import { expectLinear } from '../growth.fixture.ts';
import { bytesOfLines } from './lines.fixture.ts';
import { eventsOf, readAll } from './readers.fixture.ts';

const stamp = (serial: number, type: string): string =>
  `type=${type} msg=audit(${1_700_000_000 + (serial >> 10)}.${String(serial % 1000).padStart(3, '0')}:${serial}): `;
const call = (serial: number, nr: number, args: string, pid: number, ppid = 1, more = 'success=yes exit=0'): string =>
  `${stamp(serial, 'SYSCALL')}arch=c000003e syscall=${nr} ${more} ${args} items=0 ppid=${ppid} pid=${pid} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=5 comm="c" exe="/usr/bin/c" key="k"`;
const ARGS = 'a0=0 a1=0 a2=0 a3=0';
const times = (n: number, make: (i: number) => string | readonly string[]): string[] =>
  Array.from({ length: n }, (_, i) => make(i)).flat();

/** One line of n pieces. */
const LONG: Readonly<Record<string, (n: number) => string>> = {
  'a={ ': (n) => `${stamp(1, 'SYSCALL')}${'a={ '.repeat(n)}`,
  "msg='": (n) => `${stamp(1, 'USER_CMD')}${"msg='".repeat(n)}`,
  "msg='…'": (n) => `${stamp(1, 'USER_CMD')}${"msg='".repeat(n)}${"'".repeat(n)}`,
  'a="': (n) => `${stamp(1, 'USER_CMD')}${'a="'.repeat(n)}`,
  "a=' ": (n) => `${stamp(1, 'USER_CMD')}${"a=' ".repeat(n)}`,
  'loose words': (n) => `${stamp(1, 'USER_CMD')}a=${'x y '.repeat(n)}`,
  'words without a field': (n) => `${stamp(1, 'AVC')}${'x '.repeat(n)}`,
  'equals signs': (n) => `${stamp(1, 'USER_CMD')}${'='.repeat(n)}`,
  commas: (n) => `${stamp(1, 'USER_CMD')}${',uid=1'.repeat(n)}`,
  'title of NULs': (n) => `${stamp(1, 'PROCTITLE')}proctitle=${'00'.repeat(n)}41`,
  'name of NULs': (n) => `${stamp(1, 'PATH')}item=0 name=${'00'.repeat(n)}41 nametype=NORMAL`,
  'a name in every spelling': (n) =>
    `${stamp(1, 'USER_CMD')}${times(n, (i) => `abcdefghijklmnopqr=1`.replace(/[a-r]/g, (c) => ((i >> (c.charCodeAt(0) - 97)) & 1 ? c.toUpperCase() : c))).join(' ')}`,
  'fields of one name': (n) => `${stamp(1, 'SYSCALL')}${'uid=0 '.repeat(n)}`,
  'fields of many names': (n) => `${stamp(1, 'USER_CMD')}${times(n, (i) => `f${i}=1`).join(' ')}`,
  'enriched names': (n) => `${stamp(1, 'USER_CMD')}${'auid=1 '.repeat(n)}\x1d${'AUID="r" '.repeat(n)}`,
  'calls without a machine': (n) => `${stamp(1, 'USER_CMD')}${'syscall=1 '.repeat(n)}`,
  'machines nobody knows': (n) => `${stamp(1, 'USER_CMD')}${'arch=zz syscall=1 '.repeat(n)}`,
  digits: (n) =>
    `${stamp(1, 'SYSCALL')}arch=c000003e syscall=${'9'.repeat(n)} uid=${'9'.repeat(n)} pid=${'9'.repeat(n)} a0=${'f'.repeat(n)}`,
  zeros: (n) =>
    `${stamp(1, 'SYSCALL')}arch=c000003e syscall=${'0'.repeat(n)}1 uid=${'0'.repeat(n)}1 exit=-${'0'.repeat(n)}1 a0=${'0'.repeat(n)}1`,
  'arguments far apart': (n) => `${stamp(1, 'EXECVE')}argc=1 ${times(n, (i) => `a${(i + 1) * 4096}=1`).join(' ')}`,
  'pieces of an argument': (n) =>
    `${stamp(1, 'EXECVE')}argc=1 a0_len=9 ${times(n, (i) => `a0[${n - i}]=41`).join(' ')}`,
  'a long address': (n) => `${stamp(1, 'SOCKADDR')}saddr=0100${'2F41'.repeat(n)}`,
  keystrokes: (n) => `${stamp(1, 'TTY')}pid=1 uid=0 auid=0 ses=1 major=1 minor=1 comm="c" data=${'1B5B'.repeat(n)}`,
  'a key of keys': (n) => call(1, 2, ARGS, 9).replace('key="k"', `key=${'6101'.repeat(n)}`),
  'a path of dots': (n) => `${stamp(1, 'PATH')}item=0 name="${'/a/..'.repeat(n)}" nametype=NORMAL`,
  'a list of calls in a strace line': (n) => `1 write(1, "", 0${') = 0<'.repeat(n)}`,
  'news of children in a strace line': (n) => 'strace: Process 5 attached'.repeat(n),
  'escaped quotes in a strace line': (n) => `1 execve("${'\\"'.repeat(n)}`,
  'brackets in a strace line': (n) => `1 f(${'{[('.repeat(n)}) = 0`,
  blanks: (n) => `[pid 5]${' '.repeat(n)}x`,
  'blanks at the beginning': (n) => `${' '.repeat(n)}x`,
  'a fault in the kernel log': (n) => `x[1]: segfault at 0 ip 0${' in a'.repeat(n)}`,
  'a killed task in the kernel log': (n) => `Task in ${' killed as a result of limit of '.repeat(n)}\r`,
};

/** Many lines. */
const MANY: Readonly<Record<string, (n: number) => string[]>> = {
  'crashes of one process': (n) =>
    times(n, (i) => `${stamp(i, 'ANOM_ABEND')}auid=1 uid=0 gid=0 ses=5 pid=9 comm="c" exe="/c" sig=11 res=1`),
  'crashes of many processes': (n) =>
    times(n, (i) => `${stamp(i, 'ANOM_ABEND')}auid=1 uid=0 gid=0 ses=5 pid=${i} comm="c${i}" exe="/c" sig=11 res=1`),
  'kills of many processes': (n) =>
    times(n, (i) => [
      call(i, 62, `a0=${(i + 10).toString(16)} a1=9 a2=0 a3=0`, 5),
      `${stamp(i, 'OBJ_PID')}opid=${i + 10} oauid=1 ouid=0 oses=5 ocomm="v${i}"`,
      stamp(i, 'EOE'),
    ]),
  'kills in vain': (n) =>
    times(n, (i) => [
      call(i, 62, `a0=${(i + 10).toString(16)} a1=9 a2=0 a3=0`, 5 + (i % 7), 1, 'success=no exit=-3'),
      stamp(i, 'EOE'),
    ]),
  'kills, and more in vain': (n) =>
    times(n, (i) => [
      call(
        i,
        62,
        `a0=${(i + 10).toString(16)} a1=${i % 2 ? 9 : 15} a2=0 a3=0`,
        5,
        1,
        i % 2 ? 'success=no exit=-3' : 'success=yes exit=0',
      ),
      stamp(i, 'EOE'),
    ]),
  'killed by many programs': (n) =>
    times(n, (i) => [
      call(i, 62, `a0=${(i + 10).toString(16)} a1=9 a2=0 a3=0`, 5 + i).replace('comm="c"', `comm="c${i}"`),
      stamp(i, 'EOE'),
    ]),
  'children of one process': (n) => times(n, (i) => [call(i, 2, ARGS, i + 10, 5), stamp(i, 'EOE')]),
  'a chain of processes': (n) => times(n, (i) => [call(i, 2, ARGS, i + 10, i + 9), stamp(i, 'EOE')]),
  'a chain of processes told from below': (n) =>
    times(n, (i) => [call(i, 2, ARGS, n - i + 10, n - i + 9), stamp(i, 'EOE')]),
  forks: (n) =>
    times(n, (i) => [
      call(2 * i, 56, 'a0=11 a1=0 a2=0 a3=0', 5, 1, `success=yes exit=${i + 10}`),
      stamp(2 * i, 'EOE'),
      call(2 * i + 1, 2, ARGS, i + 10, 5),
      stamp(2 * i + 1, 'EOE'),
    ]),
  'siblings by clone3': (n) => [
    ...times(n, (i) => [call(i, 435, ARGS, 5, 4, `success=yes exit=${i + 10}`), stamp(i, 'EOE')]),
    ...times(n, (i) => [call(n + i, 2, ARGS, i + 10, 4), stamp(n + i, 'EOE')]),
  ],
  'programs of one process': (n) =>
    times(n, (i) => [call(i, 59, ARGS, 9), `${stamp(i, 'EXECVE')}argc=2 a0="c${i}" a1="x"`, stamp(i, 'EOE')]),
  'renames of a file': (n) =>
    times(n, (i) => [
      call(i, 82, ARGS, 9),
      `${stamp(i, 'CWD')}cwd="/"`,
      ...['DELETE', 'CREATE'].map(
        (type, k) =>
          `${stamp(i, 'PATH')}item=${k} name="/${k ? 'etc/passwd' : `t${i}`}" inode=10 dev=08:01 mode=0100644 nametype=${type}`,
      ),
      stamp(i, 'EOE'),
    ]),
  'deletions of a file with another name': (n) => [
    ...times(n, (i) => [
      call(i, 2, ARGS, 10 + i),
      `${stamp(i, 'PATH')}item=0 name="/etc/passwd" inode=10 dev=08:01 mode=0100644 nametype=NORMAL`,
      stamp(i, 'EOE'),
    ]),
    ...times(n, (i) => [
      call(n + i, 87, ARGS, 10 + i),
      `${stamp(n + i, 'PATH')}item=0 name="/etc/passwd" inode=10 dev=08:01 mode=0100644 nametype=DELETE`,
      stamp(n + i, 'EOE'),
    ]),
  ],
  'files of one event': (n) => [
    call(1, 82, ARGS, 9),
    ...times(
      n,
      (i) =>
        `${stamp(1, 'PATH')}item=${i} name="/etc/passwd" inode=10 dev=08:01 mode=0100644 nametype=${i % 3 ? 'NORMAL' : 'CREATE'}`,
    ),
    stamp(1, 'EOE'),
  ],
  'targets of one event': (n) => [
    call(1, 62, 'a0=0 a1=9 a2=0 a3=0', 9),
    ...times(n, (i) => `${stamp(1, 'OBJ_PID')}opid=${i + 10} oauid=1 ouid=0 oses=5 ocomm="v"`),
    stamp(1, 'EOE'),
  ],
  'arguments over records': (n) => [
    call(1, 59, ARGS, 9),
    ...times(n, (i) => `${stamp(1, 'EXECVE')}a${n - i}="x"`),
    stamp(1, 'EOE'),
  ],
  'events without an end': (n) => times(n, (i) => call(i, 2, ARGS, 9)),
  'logins to one session': (n) =>
    times(
      n,
      (i) => `${stamp(i, 'LOGIN')}pid=9 uid=0 old-auid=4294967295 auid=1000 tty=(none) old-ses=4294967295 ses=5 res=1`,
    ),
  'logins that stay': (n) => [
    ...times(
      n,
      (i) =>
        `${stamp(i, 'LOGIN')}pid=${i} uid=0 old-auid=4294967295 auid=1000 tty=(none) old-ses=4294967295 ses=${i} res=1`,
    ),
    ...times(
      n,
      (i) =>
        `${stamp(n + i, 'USER_LOGIN')}pid=${n - i} uid=0 auid=1000 ses=${n - i} msg='op=login id=1000 exe="/s" hostname=h addr=a terminal=t res=success'`,
    ),
    ...times(
      n,
      (i) =>
        `${stamp(2 * n + i, 'SYSTEM_SHUTDOWN')}pid=1 uid=0 auid=4294967295 ses=4294967295 msg=' comm="s" exe="/s" hostname=? addr=? terminal=? res=success'`,
    ),
  ],
  'failed logins': (n) =>
    times(
      n,
      (i) =>
        `${stamp(i, 'USER_LOGIN')}pid=${i} uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="u${i}" exe="/s" hostname=h addr=a${i} terminal=t res=failed'`,
    ),
  users: (n) => times(n, (i) => call(i, 2, ARGS, i + 10).replaceAll('uid=0', `uid=${i}`)),
  machines: (n) => times(n, (i) => `node=n${i} ${call(i, 2, ARGS, 9)}`),
  keys: (n) => times(n, (i) => call(i, 2, ARGS, 9).replace('"k"', `"k${i}"`)),
  'ends in the kernel log': (n) => [
    'x invoked oom-killer: gfp',
    ...times(n, (i) => [
      `[ ${i + 10}] 0 ${i + 10} 9 9 9 9 9 0 task`,
      `Out of memory: Killed process ${i + 10} (task) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB`,
    ]),
  ],
  'calls in a strace log': (n) => times(n, (i) => `${i % 100} read(${i}, "x", 1) = 1`),
};

/** Sizes at which a square of some nanoseconds would take most of the time. */
test.each(Object.entries(LONG))('a line of %s takes no more than in proportion to its length', async (name, make) => {
  const bytes = make(1000).length / 1000;
  await expectLinear(name, readAll, {
    n: Math.round(100_000 / bytes),
    make: (n) => bytesOfLines([make(n)]),
    floor: 1,
    runs: 1,
  });
});

test.each(Object.entries(MANY))('%s take no more than in proportion to their number', async (name, make) => {
  await expectLinear(name, readAll, { n: 500, make: (n) => bytesOfLines(make(n)), floor: 1, runs: 1 });
});

test('the fields of a line are no more than its bytes allow, and nest no deeper than some messages', () => {
  for (const make of Object.values(LONG)) {
    const line = make(1000);
    const fields = parseFields(line);
    expect(fields.length).toBeLessThanOrEqual(line.length);
    expect(fields.filter(({ name }) => name === 'msg').length).toBeLessThanOrEqual(10); // four levels, and what each leaves over
  }
});

test('the arguments of a command are no more than the fields, and some that may be missing', () => {
  const [event] = eventsOf(bytesOfLines([LONG['arguments far apart']!(2000)]));
  expect(argvOf(event!)!.length).toBeLessThanOrEqual(2000 + 4097);
});

test('a process that is its own parent, or its parent’s parent, does not take others out of the tree', async () => {
  const target = (i: number, pid: number) => [
    call(i, 62, `a0=${pid.toString(16)} a1=0 a2=0 a3=0`, 5),
    `${stamp(i, 'OBJ_PID')}opid=${pid} oauid=1 ouid=0 oses=5 ocomm="v"`,
    stamp(i, 'EOE'),
  ];
  const lines = [
    ...target(1, 50),
    ...target(2, 60),
    ...[call(3, 2, ARGS, 50, 50), stamp(3, 'EOE')],
    ...[call(4, 2, ARGS, 61, 60), stamp(4, 'EOE')],
    ...[call(5, 2, ARGS, 60, 61), stamp(5, 'EOE')],
    ...[call(6, 2, ARGS, 62, 61), stamp(6, 'EOE')],
  ];
  const { trees } = await askTree(async ({ event }) => eventsOf(bytesOfLines(lines)).forEach(event), {});
  expect([...walkTrees(trees)].map(({ node }) => node.life.pid).sort()).toEqual([5, 50, 60, 61, 62]);
});
