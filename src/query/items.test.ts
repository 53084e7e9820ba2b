// What counts as success, by kind of record: the answers of ausearch 4.2.2 to -sv yes and -sv no on the same lines.
import { describe, expect, it } from 'vitest';
import { readEvents } from '../event/read.ts';
import { matcher } from './index.ts';
import type { IdItem, StringItem } from './predicate.ts';

const BODIES = {
  DAEMON_START: (res: string) => `op=start auid=2 pid=1 uid=0 ses=1 res=${res}`,
  DAEMON_ACCEPT: (res: string) => `addr=1.2.3.4 port=4 res=${res}`,
  USER_AUTH: (res: string) => `pid=1 uid=0 auid=2 ses=1 msg='op=x exe="/x" hostname=? addr=? terminal=? res=${res}'`,
};
type Type = keyof typeof BODIES;

const said = (type: Type, res: string): string => {
  const [event] = readEvents([Buffer.from(`type=${type} msg=audit(1.000:7): ${BODIES[type](res)}\n`)]);
  const is = (value: boolean) => matcher({ kind: 'success', value })(event!);
  return is(true) ? 'yes' : is(false) ? 'no' : '-';
};

describe('success', () => {
  it.each<[Type, Readonly<Record<string, string>>]>([
    ['DAEMON_START', { success: 'yes', failed: 'no', failed1: 'no', x: 'yes', 1: '-', 0: '-', '1x': '-', x1: 'yes' }],
    ['DAEMON_ACCEPT', { success: 'yes', failed: 'no', no: 'yes', 1: '-', 0: '-', '10': '-' }],
    ['USER_AUTH', { success: 'yes', failed: 'no', 1: 'yes', 0: 'yes', '-': 'yes' }],
  ])('of %s', (type, answers) => {
    const ours = Object.fromEntries(Object.keys(answers).map((res) => [res, said(type, res)]));
    expect(ours).toEqual(answers);
  });
});

describe('records of older kernels and programs', () => {
  const su = (result: string) =>
    `user pid=5 uid=0 auid=5 msg='PAM authentication: user=root exe="/bin/su" (hostname=?, addr=?, terminal=pts/1 ${result})'`;
  const login = 'login pid=2 uid=0 old auid=7 new auid=500 old ses=3 new ses=1';
  it.each([
    ['result=Success', true],
    ['result=success', true],
    ['result=Authentication failure', false],
    ['result=failed', false],
    ['result=1', false],
    ['result=no res=success', true],
  ])('%s', (result, success) => {
    expect(matcher({ kind: 'success', value: success })(eventOf('USER_AUTH', su(result)))).toBe(true);
  });

  it.each<[IdItem, number, boolean]>([
    ['auid', 500, true],
    ['auid', 7, false],
    ['session', 1, true],
    ['session', 3, false],
  ])('LOGIN: %s %i', (item, value, is) => {
    expect(matcher({ kind: 'id', item, value })(eventOf('LOGIN', login))).toBe(is);
  });
});

const eventOf = (type: string, body: string) =>
  readEvents([Buffer.from(`type=${type} msg=audit(1.000:7): ${body}\n`)])[0]!;

describe('an io_uring operation', () => {
  const body =
    'uring_op=18 success=yes exit=-13 items=0 ppid=11 pid=12 uid=13 gid=14 euid=15 egid=18 subj=a:b:c key="kk"';

  it.each<[IdItem, number]>([
    ['pid', 12],
    ['ppid', 11],
    ['uid', 13],
    ['euid', 15],
    ['gid', 14],
    ['egid', 18],
    ['exit', -13],
    ['syscall', 18],
  ])('%s %i', (item, value) => expect(matcher({ kind: 'id', item, value })(eventOf('URINGOP', body))).toBe(true));

  it.each<[StringItem, string]>([
    ['key', 'kk'],
    ['subject', 'a:b:c'],
  ])('%s %s', (item, value) => {
    expect(matcher({ kind: 'string', item, value, word: true })(eventOf('URINGOP', body))).toBe(true);
    expect(matcher({ kind: 'success', value: true })(eventOf('URINGOP', body))).toBe(true);
  });
});

describe('strings that are neither quoted nor whole hex', () => {
  const syscall = (exe: string) => `arch=c000003e syscall=24 success=yes a0=0 a1=1 comm="x" exe=${exe} key=(null)`;
  const cmd = (exe: string) =>
    `pid=1 uid=0 auid=0 ses=1 msg='cwd="/" cmd=61 exe=${exe} hostname=? addr=? terminal=x res=success'`;

  it.each([
    ['SYSCALL', syscall('36789'), '6', true],
    ['SYSCALL', syscall('61,62'), 'a', true],
    ['SYSCALL', syscall('yes'), 'yes', false],
    ['SYSCALL', syscall('(a)'), '(', true],
    ['SYSCALL', syscall('004142'), 'A', false],
    ['USER_CMD', cmd('yes'), 'yes', true],
    ['USER_CMD', cmd('?'), '?', true],
    ['USER_CMD', cmd('FAzz'), 'zz', true],
    ['USER_CMD', cmd('41F17B'), 'A', true],
    ['USER_CMD', cmd('6'), '6', false],
  ])('%s %s: -x %s', (type, body, value, found) => {
    expect(matcher({ kind: 'string', item: 'exe', value, word: false })(eventOf(type, body))).toBe(found);
  });
});

describe('res= of a kernel record', () => {
  it.each([
    ['1', 'yes'],
    ['0', 'no'],
    ['2', '-'],
    ['-1', '-'],
    ['yes', 'no'],
  ])('%s: %s', (res, answer) => {
    const event = eventOf('INTEGRITY_DATA', `pid=1 uid=0 auid=1 ses=1 op=x comm="c" name="/x" res=${res}`);
    const is = (value: boolean) => matcher({ kind: 'success', value })(event);
    expect(is(true) ? 'yes' : is(false) ? 'no' : '-').toBe(answer);
  });
});
