// Lines and data from records. That the lines are strace's is shown on the live kernel (test/kernel/trace.test.ts).
import { describe, expect, it } from 'vitest';
import { AuditError } from '../base/index.ts';
import { readEvents } from '../event/index.ts';
import { accountsOf } from '../host/index.ts';
import { interpretContext } from '../interpret/index.ts';
import { decodeRule } from '../rule/index.ts';
import { syscallNumber } from '../tables/index.ts';
import { callOfEvent, noteOf, type TracedCall } from './call.ts';
import { CLASSES, callsOf, DEFAULT_CLASSES } from './classes.ts';
import { classicRules } from './classic.ts';
import { CallCounter, countTable } from './count.ts';
import { dataOf, lineOf, noteLine, quoted } from './line.ts';
import { asListed, loadRules, sessionRules } from './rules.ts';
import { signatureOf } from './signatures.ts';

const context = interpretContext({ accounts: accountsOf('root:x:0:0', '') });

function call(syscall: string, more: readonly string[] = [], result = 'success=yes exit=0', a = '0 0 0 0'): TracedCall {
  const [a0, a1, a2, a3] = a.split(' ');
  const number = syscallNumber('x86_64', syscall);
  const lines = [
    `type=SYSCALL msg=audit(1.002:7): arch=c000003e syscall=${number} ${result} a0=${a0} a1=${a1} a2=${a2} a3=${a3} items=0 ppid=1 pid=42 auid=0 uid=0 ses=5 comm="x y" exe="/bin/x" key="auspex-trace"`,
    ...more.map((m) => m.replace(/^(\w+) /, 'type=$1 msg=audit(1.002:7): ')),
    'type=PROCTITLE msg=audit(1.002:7): proctitle="x"',
  ];
  return callOfEvent(readEvents([Buffer.from(`${lines.join('\n')}\n`)])[0]!, context)!;
}
const path = (item: number, name: string, nametype: string): string =>
  `PATH item=${item} name=${name} inode=1 nametype=${nametype}`;
const line = (c: TracedCall): string => lineOf(c).replace(/^ +42 x_y +/, '');

describe('lines', () => {
  it.each([
    [
      'openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3',
      call('openat', [path(0, '"/etc/passwd"', 'NORMAL')], 'success=yes exit=3', 'ffffff9c 7f00 80000 0'),
    ],
    [
      'openat(AT_FDCWD, "new", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3',
      call(
        'openat',
        [path(0, '"/"', 'PARENT'), path(1, '"new"', 'CREATE')],
        'success=yes exit=3',
        'ffffff9c 7f00 241 1b6',
      ),
    ],
    [
      'openat(AT_FDCWD, "/nope", O_RDONLY) = -1 ENOENT (No such file or directory)',
      call('openat', [path(0, '"/nope"', 'UNKNOWN')], 'success=no exit=-2', 'ffffff9c 7f00 0 0'),
    ],
    [
      'rename("a", "b") = 0',
      call('rename', [
        path(0, '"/tmp"', 'PARENT'),
        path(1, '"/tmp"', 'PARENT'),
        path(2, '"a"', 'DELETE'),
        path(3, '"b"', 'DELETE'),
        path(4, '"b"', 'CREATE'),
      ]),
    ],
    [
      'execve("/bin/echo", ["echo", "a b", "q\\"\\\\\\033[31m"]) = 0',
      call('execve', ['EXECVE argc=3 a0="echo" a1=612062 a2=71225C1B5B33316D', path(0, '"/bin/echo"', 'NORMAL')]),
    ],
    [
      'connect(3, 127.0.0.1:80, 16) = 0',
      call('connect', ['SOCKADDR saddr=020000507F0000010000000000000000'], undefined, '3 7f00 10 0'),
    ],
    [
      'kill(99 "sleep", SIGTERM) = 0',
      call('kill', ['OBJ_PID opid=99 oauid=-1 ouid=0 oses=-1 ocomm="sleep"'], undefined, '63 f 0 0'),
    ],
    ['kill(-1, SIGKILL) = 0', call('kill', [], undefined, 'ffffffff 9 0 0')],
    ['exit_group(EXIT_FAILURE)', call('exit_group', [], '', '1 0 0 0')],
    ['read(3, 0x7f00, 4096) = 10', call('read', [], 'success=yes exit=10', '3 7f00 1000 55')],
    ['brk(0) = 0x55d0f1952000', call('brk', [], 'success=yes exit=94355894640640')],
    ['sendto(3, 0x7f00, 5, 0x4000, …) = 5', call('sendto', [], 'success=yes exit=5', '3 7f00 5 4000')],
    [
      'sendto(3, 0x7f00, 5, 0, … local:/run/x) = 5',
      call('sendto', ['SOCKADDR saddr=01002F72756E2F7800'], 'success=yes exit=5', '3 7f00 5 0'),
    ],
    ['getpid() = 42', call('getpid', [], 'success=yes exit=42')],
    ['pause() = -1 ERESTARTNOHAND (Unknown error 514)', call('pause', [], 'success=no exit=-514')],
  ])('%s', (expected, traced) => {
    expect(Buffer.from(line(traced), 'latin1').toString().replace('MSG_NOSIGNAL', '0x4000')).toBe(expected);
  });

  it('let no control character of a name through, and cut long texts', () => {
    const c = call('unlink', [path(0, Buffer.from('a\x1b]0;evil\x07\nb').toString('hex').toUpperCase(), 'DELETE')]);
    expect(line(c)).toBe('unlink("a\\033]0;evil\\007\\nb") = 0');
    expect(quoted('abcdef', 3)).toBe('"abc"\xe2\x80\xa6');
    const note = { sec: 1, ms: 0, serial: 1, pid: 4, type: 'USER', text: 'a\x1bb\nc' };
    expect(noteLine(note)).toBe('      4 ---        USER a\\033b c');
  });

  it('are data too', () => {
    const c = call('openat', [path(0, '66C3BC', 'NORMAL'), 'CWD cwd="/work"'], 'success=no exit=-13', 'ffffff9c 0 0 0');
    expect(dataOf(c)).toMatchObject({
      time: 1.002,
      serial: 7,
      pid: 42,
      comm: 'x y',
      call: 'openat',
      args: ['AT_FDCWD', 'fü', 'O_RDONLY'],
      result: '-1',
      error: 'EACCES',
      cwd: '/work',
      paths: [{ name: 'fü', nametype: 'NORMAL' }],
    });
  });

  it('tell what is no system call', () => {
    const [event] = readEvents([
      Buffer.from('type=ANOM_ABEND msg=audit(1.000:1): auid=0 ses=5 pid=9 comm="x" sig=11\n'),
    ]);
    expect(callOfEvent(event!, context)).toBeUndefined();
    expect(noteOf(event!)).toMatchObject({ pid: 9, type: 'ANOM_ABEND' });
  });
});

describe('counts', () => {
  it('tell calls and failures, most frequent first', () => {
    const counter = new CallCounter();
    const failed = (errno: number) => `success=no exit=-${errno}`;
    for (const c of [
      call('read'),
      call('open', [], failed(2)),
      call('open'),
      call('open', [], failed(13)),
      call('open', [], failed(2)),
    ])
      counter.add(c);
    expect(counter.result()).toEqual([
      {
        call: 'open',
        calls: 4,
        failed: 3,
        errors: [
          ['ENOENT', 2],
          ['EACCES', 1],
        ],
      },
      { call: 'read', calls: 1, failed: 0, errors: [] },
    ]);
    expect(countTable(counter.result())).toBe(
      '    calls   failed  system call\n        4        3  open               ENOENT 2, EACCES 1\n        1           read\n        5        3  in all\n',
    );
  });
});

describe('classes', () => {
  it('are made of calls that exist', () => {
    for (const [name, calls] of Object.entries(CLASSES))
      for (const c of calls)
        expect(`${name} ${c} ${syscallNumber('x86_64', c) ?? syscallNumber('i386', c)}`).toMatch(/\d$/);
    for (const name of DEFAULT_CLASSES) expect(CLASSES[name]).toBeDefined();
  });
  it('are read from an expression', () => {
    expect(callsOf('all', 'x86_64')).toBe('all');
    expect(callsOf('%memory,getpid', 'x86_64')).toEqual(new Set([...CLASSES.memory!, 'getpid']));
    expect(() => callsOf('fil', 'x86_64')).toThrow(/file/);
  });
  it('have signatures of six letters at most', () => {
    for (const c of Object.values(CLASSES).flat()) expect(signatureOf(c)).toMatch(/^[fpsdxvm]{0,6}$/);
  });
});

describe('rules', () => {
  it('name the session and nothing else', () => {
    for (const rule of [...sessionRules(9, 'all', 'x86_64'), ...sessionRules(9, new Set(['kill']), 'x86_64')].map(
      decodeRule,
    )) {
      expect(rule.fields).toContainEqual({ field: 'sessionid', op: '=', value: 9 });
      expect(rule.prepend).toBe(true);
    }
  });
  it('are deleted as the kernel lists them', () => {
    for (const rule of asListed(sessionRules(9, 'all', 'x86_64')).map(decodeRule)) expect(rule.prepend).toBe(false);
  });
  it('do without io_uring where the kernel knows none', () => {
    const refuse = (what: string) => ({
      addRule(rule: Uint8Array): void {
        if (decodeRule(rule).list === what) throw new AuditError('refused', 'no');
      },
    });
    loadRules(refuse('io_uring'), sessionRules(9, 'all', 'x86_64'));
    expect(() => loadRules(refuse('exit'), sessionRules(9, 'all', 'x86_64'))).toThrow('no');
  });
  it('are those of autrace(8) for the classic tool', () => {
    // What autrace 3.0.9 -r sent to the kernel (strace of its sendto calls).
    const numbers =
      '2 40 42 43 44 45 49 59 76 80 82 83 84 85 86 87 88 89 90 92 94 133 257 258 259 260 263 264 265 266 267 268 288 303 437';
    const rule = (field: string, syscalls: unknown) => ({
      list: 'exit',
      action: 'always',
      prepend: false,
      syscalls,
      fields: [{ field, op: '=', value: 25568 }],
    });
    const list = numbers.split(' ').map(Number);
    expect(classicRules(25568, true, 'x86_64').map(decodeRule)).toEqual([rule('pid', list), rule('ppid', list)]);
    expect(classicRules(25568, false, 'x86_64').map(decodeRule)).toEqual([rule('pid', 'all'), rule('ppid', 'all')]);
  });
});
