// The client on the live kernel.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { describeKernel, rawRule } from './kernel.fixture.ts';

const PID = 0; // AUDIT_PID
const KILL = 62;

describeKernel('the audit client', (kernel) => {
  it('reads and sets the status', () => {
    const before = kernel().status();
    expect(before.pid).toBe(0);
    kernel().set({ backlogLimit: before.backlogLimit + 7, backlogWaitTime: 1234, rateLimit: 5000 });
    expect(kernel().status()).toMatchObject({
      backlogLimit: before.backlogLimit + 7,
      backlogWaitTime: 1234,
      rateLimit: 5000,
      failure: before.failure,
      enabled: before.enabled,
    });
    kernel().resetLost();
    expect(kernel().resetBacklogWaitTimeActual()).toBeGreaterThanOrEqual(0);
    expect(kernel().status()).toMatchObject({ lost: 0, backlogWaitTimeActual: 0 });
  });

  it('adds, lists and deletes a rule, and names what cannot be done', () => {
    const rule = rawRule([KILL], [[PID, process.pid]]);
    kernel().addRule(rule);
    const listed = kernel().listRules();
    expect(listed.some((r) => rule.equals(r))).toBe(true);
    expect(() => kernel().addRule(rule)).toThrow(expect.objectContaining({ code: 'exists' }));
    kernel().deleteRule(rule);
    expect(kernel().listRules()).toHaveLength(listed.length - 1);
    expect(() => kernel().deleteRule(rule)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(() => kernel().addRule(rule.subarray(0, 100))).toThrow(expect.objectContaining({ code: 'refused' }));
  });

  it('loads and lists two hundred rules', () => {
    const rules = Array.from({ length: 200 }, (_, i) => rawRule([KILL], [[PID, 5_000_000 + i]]));
    const before = kernel().listRules().length;
    for (const rule of rules) kernel().addRule(rule);
    expect(kernel().listRules()).toHaveLength(before + 200);
  });

  it('reads features, keystroke auditing and the daemon signaller, trims trees', () => {
    expect(Object.keys(kernel().switches())).toEqual(['only_unset_loginuid', 'loginuid_immutable']);
    expect(kernel().tty()).toEqual({ enabled: false, logPasswords: false });
    kernel().setTty({ enabled: true, logPasswords: false });
    expect(kernel().tty()).toEqual({ enabled: true, logPasswords: false });
    kernel().setTty({ enabled: false, logPasswords: false });
    expect(kernel().signalInfo()).toHaveProperty('pid');
    kernel().trim();
    expect(() => kernel().makeEquiv('/no/such/tree', '/tmp')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('keeps two programs apart that ask at the same time', async () => {
    const program = `
      const { openClient } = await import(process.argv[1]);
      const c = openClient();
      let n = 0;
      for (let i = 0; i < 2000; i++) n += c.status().backlogLimit;
      console.log(n);`;
    const built = new URL('../../dist/kernel/index.js', import.meta.url).href;
    const limit = kernel().status().backlogLimit;
    const outputs = await Promise.all(
      [1, 2].map(async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', program, built]);
        let text = '';
        child.stdout.on('data', (d) => (text += d));
        await once(child, 'close');
        return text.trim();
      }),
    );
    expect(outputs).toEqual([String(2000 * limit), String(2000 * limit)]);
  });

  it('says what it takes when it may not', () => {
    const program = `
      const { openClient } = await import(process.argv[1]);
      try { openClient().status(); } catch (e) { console.log(e.code, e.message); }`;
    const built = new URL('../../dist/kernel/index.js', import.meta.url).href;
    const { stdout } = spawnSync(
      'setpriv',
      [
        '--bounding-set=-audit_control',
        '--inh-caps=-audit_control',
        process.execPath,
        '--input-type=module',
        '-e',
        program,
        built,
      ],
      { encoding: 'utf8' },
    );
    expect(stdout).toMatch(/^not-permitted Cannot read the audit status: .*CAP_AUDIT_CONTROL/);
  });

  it('says that a container is the wrong place', () => {
    const program = `
      const { openClient } = await import(process.argv[1]);
      try { openClient().status(); } catch (e) { console.log(e.code, e.message); }`;
    const built = new URL('../../dist/kernel/index.js', import.meta.url).href;
    const node = [process.execPath, '--input-type=module', '-e', program, built];
    const inside = (flag: string) => spawnSync('unshare', [flag, '--fork', ...node], { encoding: 'utf8' });
    expect(inside('--pid').stdout).toMatch(/^not-permitted .*outside containers/);
    const user = inside('--user');
    if (user.status === 0) expect(user.stdout).toMatch(/^(no-audit-support .*user namespace|not-permitted)/);
  });
});
