// auditctl with a kernel of our own: what it sends, prints and returns. The real kernel is in test/kernel.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AuditError } from '../base/index.ts';
import { run } from './auditctl-line.ts';
import type { RuleKernel } from './auditctl-run.ts';

const status = {
  enabled: 1,
  failure: 1,
  pid: 0,
  rateLimit: 0,
  backlogLimit: 64,
  lost: 3,
  backlog: 0,
  featureBitmap: 0x7f,
  backlogWaitTime: 15000,
  backlogWaitTimeActual: 0,
};

function fake(): RuleKernel & { rules: Uint8Array[]; sent: unknown[] } {
  const rules: Uint8Array[] = [];
  const sent: unknown[] = [];
  const find = (bytes: Uint8Array) => rules.findIndex((r) => Buffer.compare(r, bytes) === 0);
  return {
    rules,
    sent,
    status: () => status,
    set: (change) => void sent.push(change),
    resetLost: () => 3,
    resetBacklogWaitTimeActual: () => 9,
    listRules: () => [...rules],
    addRule: (bytes) => {
      if (find(bytes) >= 0) throw new AuditError('exists', 'Cannot add the audit rule: file exists');
      rules.push(bytes);
    },
    deleteRule: (bytes) => {
      if (find(bytes) < 0) throw new AuditError('not-found', 'Cannot delete the audit rule: no such rule');
      rules.splice(find(bytes), 1);
    },
    user: (type, text) => void sent.push([type, text]),
    trim: () => void sent.push('trim'),
    makeEquiv: (mounted, watched) => void sent.push([mounted, watched]),
    switches: () => {
      const off = { on: false, locked: false };
      return { only_unset_loginuid: off, loginuid_immutable: off };
    },
    setSwitch: (name, state) => void sent.push([name, state]),
  };
}

function auditctl(kernel: RuleKernel, ...argv: string[]) {
  let out = '';
  let err = '';
  const io = { out: (t: string) => void (out += t), err: (t: string) => void (err += t) };
  const signals: unknown[] = [];
  const exit = run(argv, io, {
    kernel: () => kernel,
    messageText: (text) => `text=${text}`,
    sendSignal: (pid, signal) => void signals.push([pid, signal]),
  });
  return { exit, out, err, signals };
}

const golden = join(import.meta.dirname, '../../../shared/golden/rules.jsonl');

describe('auditctl', () => {
  it('adds, lists, deletes and deletes by key', () => {
    const kernel = fake();
    expect(auditctl(kernel, '-l').out).toBe('No rules\n');
    expect(auditctl(kernel, '-a', 'always,exit', '-F', 'arch=b64', '-S', 'kill', '-k', 'one').exit).toBe(0);
    expect(auditctl(kernel, '-a', 'always,exit', '-F', 'arch=b64', '-S', 'open', '-k', 'two').exit).toBe(0);
    expect(auditctl(kernel, '-l', '-k', 'two').out).toBe('-a always,exit -F arch=b64 -S open -F key=two\n');
    expect(auditctl(kernel, '-l', '-k', 'none').out).toBe('');
    expect(auditctl(kernel, '-a', 'always,exit', '-F', 'arch=b64', '-S', 'open', '-k', 'two')).toMatchObject({
      exit: 255,
      err: expect.stringMatching(/loaded already/),
    });
    expect(auditctl(kernel, '-D', '-k', 'two').exit).toBe(0);
    expect(kernel.rules.length).toBe(1);
    expect(auditctl(kernel, '-d', 'always,exit', '-F', 'arch=b64', '-S', 'kill', '-k', 'one').exit).toBe(0);
    expect(auditctl(kernel, '-d', 'never,task').exit).toBe(255);
  });

  it('shows the status, plain and interpreted', () => {
    expect(auditctl(fake(), '-s').out).toBe(
      'enabled 1\nfailure 1\npid 0\nrate_limit 0\nbacklog_limit 64\nlost 3\nbacklog 0\nbacklog_wait_time 15000\nbacklog_wait_time_actual 0\nloginuid_immutable 0 unlocked\n',
    );
    expect(auditctl(fake(), '-s', '-i').out).toMatch(/^enabled enabled\nfailure printk\n/);
  });

  it('sets numbers, sends messages, and refuses nonsense without touching the kernel', () => {
    const kernel = fake();
    expect(auditctl(kernel, '-b', '8192', '-r', '5').exit).toBe(0);
    expect(auditctl(kernel, '-m', 'hello world').exit).toBe(0);
    expect(kernel.sent).toEqual([{ backlogLimit: 8192 }, { rateLimit: 5 }, [1005, 'text=hello world']]);
    for (const argv of [
      ['-e', '3'],
      ['-b', 'x'],
      ['-m', 'a', 'b'],
      ['-s', 'x'],
      ['-D', 'x'],
      ['stray'],
      ['-q', '/a'],
    ]) {
      const { exit, err } = auditctl(kernel, ...argv);
      expect([argv, exit]).toEqual([argv, 255]);
      expect(err).toMatch(/^auditctl: Cannot read the command: /);
    }
    expect(kernel.sent.length).toBe(3);
    expect(auditctl(kernel, '--signal', 'stop')).toMatchObject({ exit: 2, signals: [] });
    expect(auditctl(kernel, '--signal', 'nonsense').exit).toBe(1);
    expect(auditctl(kernel).exit).toBe(1);
  });

  it('tells a locked kernel from missing rights', () => {
    const denied = () => {
      throw new AuditError('not-permitted', 'Cannot add the audit rule: operation not permitted (EPERM)');
    };
    const rule = ['-a', 'never,user', '-F', 'pid=1'];
    const locked = { ...fake(), addRule: denied, status: () => ({ ...status, enabled: 2 }) };
    expect(auditctl(locked, ...rule)).toMatchObject({ exit: 1, err: expect.stringMatching(/immutable mode/) });
    expect(auditctl({ ...fake(), addRule: denied, status: denied }, ...rule)).toMatchObject({
      exit: 4,
      err: expect.stringMatching(/^auditctl: Cannot add the audit rule: operation not permitted/),
    });
  });

  it('names the word, the fault and the remedy', () => {
    const err = (...argv: string[]) => auditctl(fake(), ...argv).err;
    expect(err('-a', 'entry,always', '-S', 'open')).toMatch(/there is no entry list any more: write always,exit/);
    expect(err('-a', 'always,exit', '-S', 'kill', '-F', 'arch=b64')).toMatch(/arch must stand before -S.*word 6/);
    expect(err('-a', 'always,exit', '-S', 'kill')).toMatch(/32\/64 bit syscall mismatch/);
    expect(err('-a', 'always,exit', '-F', 'arch=b64', '-S', 'execvee')).toMatch(/did you mean "execve"/);
  });

  it('carries out a file: stops at an error, goes on with -c, forgives with -i', () => {
    const dir = mkdtempSync(join(tmpdir(), 'auditctl-'));
    try {
      const file = join(dir, 'a.rules');
      const body = '# a\n-w /tmp/a -p w\n-a always,exit -F arch=b64 -S nosuch\n-w /tmp/b -p w\n';
      for (const [head, exit, loaded] of [
        ['', 1, 1],
        ['-c\n', 1, 2],
        ['-i\n', 0, 2],
      ] as const) {
        writeFileSync(file, head + body, { mode: 0o640 });
        const kernel = fake();
        const result = auditctl(kernel, '-R', file);
        expect([head, result.exit, kernel.rules.length]).toEqual([head, exit, loaded]);
        expect(result.err).toContain(
          `auditctl: ${file}:${head === '' ? 3 : 4}:31: Cannot read the rule: there is no system call`,
        );
      }
      expect(auditctl(fake(), '-R', join(dir, 'none'))).toMatchObject({ exit: 1 });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it.skipIf(!existsSync(golden))(
    'ends each golden rule with the reference’s exit status [needs ../shared/golden]',
    () => {
      for (const line of readFileSync(golden, 'utf8').trim().split('\n')) {
        const row = JSON.parse(line) as { rule: string; exit: number; payload: string | null };
        const kernel = fake();
        if (row.exit !== 0)
          kernel.addRule = () => {
            throw new AuditError('refused', 'Cannot add the audit rule: invalid argument (EINVAL)');
          };
        const argv = [...row.rule.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]!);
        expect([row.rule, auditctl(kernel, ...argv).exit]).toEqual([row.rule, row.exit]);
      }
    },
  );
});
