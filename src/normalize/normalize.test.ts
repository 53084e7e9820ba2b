// What events mean. The outside oracle is the reference's own text and csv output: test/golden holds ours to it on whole
// trails; here stand what trails do not show, as ausearch 4.2.2 prints it, and what must hold for any bytes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/bytes.ts';
import { readEvents } from '../event/read.ts';
import { recordTypes } from '../tables/records.ts';
import { syscalls } from '../tables/syscalls.ts';
import { accountKind, idOf } from './ids.ts';
import { absolutePath, callName, classicPath, normalize } from './index.ts';
import { callOf } from './syscalls.ts';
import type { FieldAt, Normalized } from './types.ts';

const head = 'msg=audit(1700000001.123:7): ';
const meaningOf = (...records: readonly string[]): Normalized | undefined => {
  const lines = records.map((record) => record.replace(' ', ` ${head}`)).map((record) => `type=${record}\n`);
  return normalize(readEvents([bytesOf(lines.join(''))])[0]!);
};
const raw = (at: FieldAt | string | undefined) => (typeof at === 'object' ? at.field.value : at);
const call = (number: number, more = 'success=yes exit=0 a0=1 a1=1a4 a2=3 a3=4') =>
  `SYSCALL arch=c000003e syscall=${number} ${more} items=2 ppid=1 pid=22 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 ` +
  'egid=0 sgid=0 fsgid=0 tty=pts0 ses=5 comm="cc" exe="/usr/bin/ee" subj=a:b:c key="kk"';
const path = (name: string, nametype: string, mode = '0100644') =>
  `PATH item=0 name="${name}" inode=7 dev=08:03 mode=${mode} ouid=0 ogid=0 rdev=00:00 obj=o:${name} nametype=${nametype}`;
const cwd = 'CWD cwd="/work"';

describe('a system call', () => {
  it('has its subject from the SYSCALL record, as positions', () => {
    const meaning = meaningOf(call(2), cwd, path('f', 'NORMAL'))!;
    expect(meaning.kind).toBe('audit-rule');
    expect(meaning.action).toBe('opened-file');
    expect(meaning.outcome).toBe('success');
    expect(raw(meaning.subject.primary)).toBe('1000');
    expect(raw(meaning.subject.secondary)).toBe('0');
    expect(meaning.subject.kind).toBe('privileged-acct');
    expect(meaning.subject.attributes.map((at) => at.field.name)).toContain('ppid');
    expect([meaning.session, meaning.how, meaning.key].map(raw)).toEqual(['5', '"/usr/bin/ee"', '"kk"']);
    const { record, field } = meaning.object.primary!;
    expect(record.type).toBe(1302);
    expect(field).toMatchObject({ name: 'name', value: '"f"', part: 'body' });
    expect(raw(meaning.object.cwd)).toBe('"/work"');
  });

  it.each([
    ['open', 2, [path('d', 'PARENT', '040755'), path('f', 'CREATE')], 'opened-file', '"f"', undefined, 'file'],
    [
      'rename',
      82,
      ['a', 'b', 'o', 'n'].map((n, i) => path(n, i < 2 ? 'PARENT' : 'NORMAL')),
      'renamed',
      '"o"',
      '"n"',
      'file',
    ],
    [
      'mkdir',
      83,
      [path('d', 'PARENT'), path('n', 'CREATE', '040755')],
      'created-directory',
      '"n"',
      undefined,
      'directory',
    ],
    ['mknod', 133, [path('d', 'NORMAL', '020644')], 'made-character-device', '"d"', undefined, 'character-device'],
    ['chmod', 90, [path('f', 'NORMAL', '0140777')], 'changed-file-permissions-of', '"f"', '1a4', 'socket'],
    ['socket', 41, [], 'triggered-audit-rule', '"kk"', undefined, 'admin-defined-rule'],
  ])('%s finds its object among the paths', (_, number, paths, action, primary, second, kind) => {
    const meaning = meaningOf(call(number), cwd, ...paths)!;
    expect([meaning.action, raw(meaning.object.primary), raw(meaning.object.second), meaning.object.kind]).toEqual([
      action,
      primary,
      second,
      kind,
    ]);
  });

  it('names every process that was sent a signal', () => {
    const one = meaningOf(call(62), 'OBJ_PID opid=77 ocomm="v"')!;
    expect([one.action, raw(one.object.primary), one.object.members]).toEqual(['killed-pid', '77', []]);
    const two = meaningOf(call(62), 'OBJ_PID opid=77 ocomm="v"', 'OBJ_PID opid=78 ocomm="w"')!;
    expect([two.action, two.object.kind, two.object.members.map(raw)]).toEqual([
      'killed-list-of-pids',
      'process-group',
      ['77', '78'],
    ]);
  });

  it('gives way to a record that says more, and keeps its object under an access decision', () => {
    const changed = meaningOf('CONFIG_CHANGE op=set audit_enabled=1 old=0 res=1', call(44).replace('"kk"', '(null)'))!;
    expect([changed.action, changed.object.primary?.field.name, changed.object.byName]).toEqual([
      'set',
      'audit_enabled',
      true,
    ]);
    const decided = meaningOf(
      'AVC avc:  denied  { read } for pid=1 scontext=s tcontext=t tclass=file',
      call(2),
      cwd,
      path('f', 'NORMAL'),
    )!;
    expect([decided.kind, decided.action, raw(decided.object.primary)]).toEqual([
      'mac-decision',
      'accessed-mac-policy-controlled-object',
      '"f"',
    ]);
  });

  it('of an interpreter is done by the script', () => {
    const script = call(2).replace('/usr/bin/ee', '/usr/bin/python3.12');
    expect(raw(meaningOf(script)!.how)).toBe('"cc"');
    expect(raw(meaningOf(call(2).replace('/usr/bin/ee', '/usr/bin/dash'))!.how)).toBe('"/usr/bin/dash"');
  });

  it('is known by its name on every arch', () => {
    const [event] = readEvents([bytesOf(`type=SYSCALL ${head}arch=40000003 syscall=37 success=yes\n`)]);
    expect(callName(event!.records[0]!)).toBe('kill');
    for (const name of ['open', 'kill', 'execve', 'rename', 'setuid', 'init_module'])
      expect(syscalls('x86_64').number(name) !== undefined && callOf(name), name).toBeTruthy();
  });
});

describe('a message alone', () => {
  const user = (type: string, more: string) => meaningOf(`${type} pid=1 uid=0 auid=1000 ses=3 subj=s msg='${more}'`)!;

  it.each([
    ['USER_AUTH', 'op=x acct="bob" exe="/b" terminal=t res=failed', 'user-login', 'authenticated', '"bob"', 'failed'],
    ['USER_START', 'op=x acct="bob" exe="/b" terminal=t res=success', 'user-login', 'started-session', 't', 'success'],
    ['ADD_USER', 'op=x id=1003 acct="b" exe="/b" res=success', 'user-account', 'added-user-account', '1003', 'success'],
    ['USYS_CONFIG', 'op=change x exe="/b" res=success', 'configuration', 'change', undefined, 'success'],
    [
      'CRYPTO_SESSION',
      'op=start rport=22 addr=192.0.2.1 res=success',
      'crypto',
      'started-crypto-session',
      '192.0.2.1',
      'success',
    ],
    ['VIRT_CONTROL', 'op=start vm="v" exe="/b" res=success', 'virt', 'issued-vm-control', 'start', 'success'],
  ])('%s', (type, more, kind, action, object, outcome) => {
    const meaning = user(type, more);
    expect([meaning.kind, meaning.action, raw(meaning.object.primary), meaning.outcome]).toEqual([
      kind,
      action,
      object,
      outcome,
    ]);
    expect([meaning.subject.primary, meaning.subject.secondary, meaning.session].map(raw)).toEqual(['1000', '0', '3']);
  });

  it('of an access decision says what was decided', () => {
    const avc = 'avc:  denied  { read } for pid=1 comm="x" scontext=s tcontext=t tclass=file';
    expect(meaningOf(`AVC ${avc}`)!.outcome).toBe('failed');
    expect(meaningOf(`AVC ${avc.replace('denied', 'granted')}`)!.outcome).toBe('success');
  });

  it('of every type has a kind and an action; several records without a system call have that of the first that has one', () => {
    for (const [, type] of recordTypes.entries()) {
      if (type === 'EOE' || type === 'SYSCALL') continue;
      expect(meaningOf(`${type} pid=1`)?.action, type).toBeTruthy();
    }
    expect(meaningOf(cwd, path('f', 'NORMAL'))?.action).toBe('did-unknown');
    expect(meaningOf(cwd, path('f', 'DELETE'))?.action).toBe('deleted');
    expect(meaningOf(cwd, 'NETFILTER_CFG table=nat:5 op=nft_register_rule pid=1')?.action).toBe(
      'loaded-firewall-rule-to',
    );
  });
});

describe('ids', () => {
  it('are read as the C library reads them', () => {
    const at = (value: string) => idOf({ field: { value } } as FieldAt);
    expect(['0', '1000', '4294967295', '-1', '00', '0x7', 'x', '4294967296'].map(at)).toEqual([
      0, 1000, -1, -1, 0, 0, 0, 0,
    ]);
    expect(at('9'.repeat(30))).toBeTypeOf('number');
    expect([0, 1, 999, 1000, 59999, 60000, -1, -2].map(accountKind)).toEqual([
      ...['privileged-acct', 'service-acct', 'service-acct', 'user-acct', 'user-acct', 'unknown-acct', 'unset-acct'],
      'service-acct',
    ]);
  });
});

describe('paths', () => {
  it('are resolved', () => {
    expect(absolutePath('/cw/d', '../../../x')).toBe('/x');
    expect(absolutePath('/cw/d', './a//b/..')).toBe('/cw/d/a');
    expect(absolutePath('', 'x')).toBe('x');
  });

  // Recorded from ausearch 4.2.2 --format csv.
  it.each([
    ['/cw/d', 'x', '/cw/d/x'],
    ['/', 'x', '//x'],
    ['/cw/d', './x', '/cw/d/./x'],
    ['/cw/d', '../x', '/cw/x'],
    ['/cw/d', '../../../x', '/cw/x'],
    ['/cw/d', 'a/..', '/cw/d/a'],
    ['/cw/d', 'a/b/c/../../../../x', '/cw/d/a/b/x'],
    ['/', 'a..b', '/a..b'],
    ['/cw/d', '/p//../x', '/x'],
    ['/cw/d', '/..', ''],
  ])('are joined as the classic tools do: %s and %s', (from, name, joined) => {
    expect(classicPath(from, name)).toBe(joined);
  });
});

describe('any bytes', () => {
  it('never throw', () => {
    const types = fc.constantFrom(...recordTypes.entries().map(([, name]) => name), 'UNKNOWN[1999]', 'X', '');
    const names =
      'pid uid auid ses subj res op acct id key exe comm name nametype mode cwd saddr syscall arch opid success';
    const field = fc.tuple(fc.constantFrom(...names.split(' ')), fc.string({ unit: 'binary', maxLength: 9 }));
    const record = fc.tuple(types, fc.array(field, { maxLength: 12 }));
    const latin = (text: string) => text.replace(/[\n\u0100-\uffff]/g, '\xfe');
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), fc.boolean(), (records, attributes) => {
        const line = ([type, fields]: (typeof records)[number]) =>
          `type=${type} ${head}${fields.map(([n, v]) => `${n}=${latin(v)}`).join(' ')}\n`;
        for (const event of readEvents([bytesOf(records.map(line).join(''))])) {
          const meaning = normalize(event, { attributes });
          for (const at of [meaning?.subject.primary, meaning?.object.primary, meaning?.result])
            if (at) expect(event.records).toContain(at.record);
        }
      }),
      { numRuns: 500 },
    );
  });
});
