// What counts as success, by kind of record: the answers of ausearch 4.2.2 to -sv yes and -sv no on the same lines.
import { describe, expect, it } from 'vitest';
import { readEvents } from '../event/read.ts';
import { matcher } from './index.ts';
import type { IdItem } from './predicate.ts';

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
  const found = (type: string, body: string) =>
    readEvents([Buffer.from(`type=${type} msg=audit(1.000:7): ${body}\n`)])[0]!;

  it.each([
    ['result=Success', true],
    ['result=success', true],
    ['result=Authentication failure', false],
    ['result=failed', false],
    ['result=1', false],
    ['result=no res=success', true],
  ])('%s', (result, success) => {
    expect(matcher({ kind: 'success', value: success })(found('USER_AUTH', su(result)))).toBe(true);
  });

  it.each<[IdItem, number, boolean]>([
    ['auid', 500, true],
    ['auid', 7, false],
    ['session', 1, true],
    ['session', 3, false],
  ])('LOGIN: %s %i', (item, value, is) => {
    expect(matcher({ kind: 'id', item, value })(found('LOGIN', login))).toBe(is);
  });
});
