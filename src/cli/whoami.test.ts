// `auspex whoami` in words, for processes of a made-up /proc.
import { expect, it, describe as suite } from 'vitest';
import { accountsOf, fakeProc, readLogin } from '../host/index.ts';
import { describe } from './whoami.ts';

const accounts = accountsOf('root:x:0:0\nalice:x:1000:0', '');
const status = (uids: string, caps: string): string => `Name:\tsu\nPid:\t42\nUid:\t${uids}\nCapEff:\t${caps}\n`;

suite('auspex whoami', () => {
  it('tells a person who became root from root', () => {
    const proc = fakeProc({
      '42/status': status('0\t0\t0\t0', '000001ffffffffff'),
      '42/loginuid': '1000',
      '42/sessionid': '7',
    });
    const text = describe(readLogin(proc, 42)!, accounts);
    expect(text).toContain('login     alice (1000)');
    expect(text).toContain('session   7');
    expect(text).toContain('user      root (0)\n');
    expect(text).toContain('rules on `auid=1000` see this process');
    expect(text).toContain('CAP_AUDIT_CONTROL');
    expect(text).not.toContain('container');
  });
  it('tells a service in a container', () => {
    const proc = fakeProc({
      '42/status': status('1000\t0\t0\t0', '0000000000000000'),
      '42/loginuid': '4294967295',
      '42/sessionid': '4294967295',
      '42/ns/pid': 'pid:[4026532000]',
    });
    const text = describe(readLogin(proc, 42)!, accounts);
    expect(text).toContain('login     unset');
    expect(text).toContain('user      alice (1000), acting as root (0)');
    expect(text).toContain('may       nothing');
    expect(text).toContain('in a container');
  });
  it('knows nothing of a process that is gone', () => {
    expect(readLogin(fakeProc({}), 42)).toBeUndefined();
  });
});
