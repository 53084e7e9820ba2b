// `auspex rules`: the verbs that need no kernel, on files of their own.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rulesVerbs, run } from './rules.ts';

const dir = mkdtempSync(join(tmpdir(), 'auspex-rules-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function rules(...argv: string[]) {
  let [out, err] = ['', ''];
  const io = { out: (t: string) => void (out += t), err: (t: string) => void (err += t) };
  const exit = await run(argv, io).catch((error: Error) => error.message);
  return { exit, out, err };
}

function file(name: string, ...lines: string[]): string {
  const path = join(dir, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('auspex rules', () => {
  it('has help for itself and every verb', async () => {
    expect((await rules()).exit).toBe(2);
    expect((await rules('--help')).out).toMatch(/usage: auspex rules VERB/);
    expect((await rules('chek')).err).toMatch(/did you mean "check"/);
    for (const verb of Object.keys(rulesVerbs)) {
      const { exit, out } = await rules(verb, '--help');
      expect([verb, exit]).toEqual([verb, 0]);
      expect(out).toMatch(new RegExp(`^usage: auspex rules ${verb}`));
    }
  });

  it('checks: text with places and remedies, JSON, exit status', async () => {
    const bad = file('bad.rules', '-a always,exit -S all', '-a entry,always -S open');
    const { exit, out } = await rules('check', bad);
    expect(exit).toBe(1);
    expect(out).toContain(`${bad}:1: error: every system call of every program is recorded`);
    expect(out).toContain(`${bad}:2:4: error: there is no entry list any more: write always,exit [unreadable]`);
    expect(out).toMatch(/2 errors, 0 warnings, 0 hints\n$/);
    const json = (await rules('check', '--json', bad)).out
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l));
    expect(json.map((f) => [f.line, f.code])).toEqual([
      [1, 'broad'],
      [2, 'unreadable'],
    ]);
    const good = file('good.rules', '-D', '-a never,exclude -F msgtype=CRYPTO_KEY_USER');
    expect(await rules('check', good)).toMatchObject({ exit: 0, out: 'no findings\n' });
  });

  it('takes a directory as augenrules merges it, each line at its own place', async () => {
    const rulesD = join(dir, 'rules.d');
    mkdirSync(rulesD);
    writeFileSync(join(rulesD, '20.rules'), '-a always,exit -F exe=/bin/ls -k b\n');
    writeFileSync(join(rulesD, '3.rules'), '-e 2\n-a always,exit -F exe=/bin/cat -k a\n');
    writeFileSync(join(rulesD, '100.rules'), '-D\n');
    const { exit, out } = await rules('explain', rulesD);
    expect(exit).toBe(0);
    expect(out.split('\n').filter((l) => /^\S/.test(l))).toEqual([
      `${rulesD}/3.rules:2: -a always,exit -S all -F exe=/bin/cat -F key=a`,
      `${rulesD}/20.rules:1: -a always,exit -S all -F exe=/bin/ls -F key=b`,
    ]);
    expect((await rules('check', rulesD)).exit).toBe(0);
  });

  it('explains a rule of the command line, and refuses a file with an unreadable line', async () => {
    expect((await rules('explain', '--', '-a', 'never,task')).out).toMatch(/^Switch system call auditing off/);
    const bad = file('worse.rules', '', '-a always,exit -F uid~1');
    expect((await rules('explain', bad)).exit).toMatch(/an operator is missing.*worse.rules:2:19/);
    expect((await rules('explain', join(dir, 'none'))).exit).toMatch(/^Cannot read rules from .*none/);
  });

  it('tries rules on a trail and prices them', async () => {
    const syscall = (serial: number, sec: number, auid: number) =>
      `type=SYSCALL msg=audit(${sec}.000:${serial}): arch=c000003e syscall=62 success=yes exit=0 a0=1 a1=9 a2=0 a3=0 items=0 ppid=1 pid=2 auid=${auid} uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="a" exe="/bin/a" key=(null)`;
    const log = file(
      'audit.log',
      syscall(1, 1000, 1000),
      syscall(2, 1050, 1000),
      syscall(3, 1100, 5),
      'type=USER_LOGIN msg=audit(1100.000:4): pid=1 uid=0',
    );
    const mine = file('kill.rules', '-a always,exit -F arch=b64 -S kill -F auid>=1000 -k kill');
    const test = await rules('test', '-r', mine, log);
    expect(test.out).toMatch(/^ +2 +2 {2}records .*kill.rules:1/m);
    expect(test.out).toMatch(/^ +1 +1 {2}no rule/m);
    expect(test.out).toMatch(/^ +1 +1 {2}no call/m);
    expect((await rules('test', '--events', '-r', mine, log)).out).toBe(
      `1000.000:1 recorded ${mine}:1\n1050.000:2 recorded ${mine}:1\n1100.000:3 unmatched\n`,
    );
    const cost = (await rules('cost', '-r', mine, log)).out;
    expect(cost).toMatch(/^ +1728 +1728 +0\.\d .*kill.rules:1/m); // 2 events in 100 s
    expect((await rules('cost')).exit).toMatch(/name a log/);
  });

  it('writes rules for set-uid programs', async () => {
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    for (const [name, mode] of [
      ['su', 0o4755],
      ['plain', 0o755],
      ['data', 0o4644],
      ['a b', 0o2755],
    ] as const) {
      writeFileSync(join(bin, name), '');
      chmodSync(join(bin, name), mode);
    }
    const { out } = await rules('setuid', '--key', 'k', bin);
    const b64 = out.split('\n').filter((l) => l.includes('arch=b64'));
    expect(b64).toEqual([
      `-a always,exit -F arch=b64 -F path=${bin}/a\\ b -F perm=x -F auid>=1000 -F auid!=unset -F key=k`,
      `-a always,exit -F arch=b64 -F path=${bin}/su -F perm=x -F auid>=1000 -F auid!=unset -F key=k`,
    ]);
    writeFileSync(join(dir, 'setuid.rules'), out);
    expect((await rules('check', join(dir, 'setuid.rules'))).exit).toBe(0);
  });
});
