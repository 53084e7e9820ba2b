// Rules from the page, on a kernel that is a list: checked, priced, planned, and applied only as planned and allowed.

import { describe, expect, it } from 'vitest';
import type { AuditStatus } from '../../kernel/index.ts';
import type { RuleContext } from '../../rule/index.ts';
import { readRules } from '../../rule/index.ts';
import { accounts, eventsOf, SAMPLE, testConsole } from '../app.fixture.ts';
import type {
  ApiFault,
  RuleApplyReply,
  RuleCheckReply,
  RuleCostReply,
  RulePlanReply,
  RulesReply,
} from '../contract.ts';
import { fakeKernel } from './kernel.fixture.ts';

const context: RuleContext = { host: 'x86_64', accounts, isDirectory: () => false };

const FILE = '/etc/audit/rules.d/x.rules';
async function consoleWith(allowChanges: boolean, more: Partial<AuditStatus> = {}) {
  const fake = fakeKernel(more);
  const sources = () => [{ file: FILE, lines: readRules('-b 8192\n-a always,exit -S all\n', FILE, context) }];
  const policy = { context, kernel: () => fake.kernel, sources };
  const page = await testConsole(eventsOf(SAMPLE), { policy, console: { allowChanges } });
  const post = async <T>(path: string, body: object) =>
    (await (await page.post(`/api/rules/${path}`, body)).json()) as T;
  return { ...fake, page, post };
}

const KILL = '-a always,exit -F arch=b64 -S kill -F auid=7999 -k kills';
const CAT = '-a always,exit -F arch=b64 -S execve -F exe=/bin/cat -F auid=7999 -k cat';

describe('rules from the page', () => {
  it('lists what is loaded and what stands in files, each with what it means', async () => {
    const { page, post } = await consoleWith(true);
    const { plan } = await post<RulePlanReply>('plan', { text: KILL });
    await post('apply', { text: KILL, plan });
    const { loaded, files, findings } = await page.json<RulesReply>('/api/rules');
    expect(loaded).toMatchObject([
      { text: expect.stringContaining('-S kill'), key: 'kills', meaning: expect.stringContaining('kill') },
    ]);
    expect(files).toMatchObject([{ path: FILE, rules: [{ text: '-b 8192', line: 1 }, { line: 2 }] }]);
    expect(files[0]!.rules[0]!.meaning).toContain('wait for the daemon');
    expect(findings).toContainEqual(expect.objectContaining({ file: FILE, line: 2, code: 'broad' }));
    const none = await testConsole();
    expect((await none.json<RulesReply>('/api/rules')).loadedFault).toContain('Cannot ask the kernel');
  });

  it('checks a text line by line', async () => {
    const { post } = await consoleWith(false);
    const { rules, findings } = await post<RuleCheckReply>('check', { text: `# mine\n${KILL}\n-a bogus\n-f 2\n` });
    expect(rules.map((rule) => rule.line)).toEqual([2, 3, 4]);
    expect(rules[0]!.meaning).toMatch(/^Record /);
    expect(rules[2]!.meaning).toContain('panic');
    expect(findings).toContainEqual(expect.objectContaining({ line: 3, severity: 'error', code: 'unreadable' }));
  });

  it('prices rules from the trail', async () => {
    const { post } = await consoleWith(false);
    const text = '-a always,exit -F arch=b64 -S kill -k a\n-a always,exit -F arch=b64 -S execve -k b';
    const { rules, seconds } = await post<RuleCostReply>('cost', { text });
    expect(rules.length).toBe(2);
    expect(rules.reduce((sum, rule) => sum + rule.share, 0)).toBeCloseTo(1);
    const executed = eventsOf(SAMPLE).filter((e) =>
      e.records.some((r) => r.type === 1300 && /syscall=59 /.test(r.text ?? '')),
    ).length;
    const priced = rules.find((rule) => rule.text.includes('execve'))!;
    expect(priced.eventsPerDay).toBe(Math.round((executed / seconds) * 86_400));
  });

  it('applies what was planned, and tells the trail who did', async () => {
    const { post, rules, page } = await consoleWith(true);
    const planned = await post<RulePlanReply>('plan', { text: `${KILL}\n${CAT}\n-b 320\n` });
    expect(planned.steps.map((step) => step.op)).toEqual(['add', 'add']);
    expect(planned.settings).toEqual([{ name: 'backlogLimit', value: 320 }]);
    expect(rules.length).toBe(0);
    const done = await post<RuleApplyReply>('apply', { text: `${KILL}\n${CAT}\n-b 320\n`, plan: planned.plan });
    expect(done).toEqual({ applied: 3, kept: 0 });
    expect(rules.length).toBe(2);
    expect(page.audited.at(-1)).toMatch(/^1111 op=apply-audit-rules acct="token" steps=2 kept=0 .*res=success$/);
    const second = await post<RulePlanReply>('plan', { text: CAT });
    expect([second.kept, second.steps.map((step) => step.op)]).toEqual([1, ['delete']]);
  });

  it('applies no other plan: the kernel’s set or the text changed meanwhile', async () => {
    const { post, rules, kernel, page } = await consoleWith(true);
    const { plan } = await post<RulePlanReply>('plan', { text: KILL });
    const other = await page.post('/api/rules/apply', { text: CAT, plan });
    expect([other.status, ((await other.json()) as ApiFault).error.code]).toEqual([409, 'other-plan']);
    const { plan: second } = await post<RulePlanReply>('plan', { text: CAT });
    await post('apply', { text: CAT, plan: second });
    expect((await page.post('/api/rules/apply', { text: KILL, plan })).status).toBe(409);
    expect(rules.length).toBe(1);
    kernel.deleteRule(rules[0]!);
    expect((await page.post('/api/rules/apply', { text: KILL, plan })).status).toBe(200);
  });

  it('makes one change after the other: of two of the same plan the second is refused', async () => {
    const { post, page, rules } = await consoleWith(true);
    const { plan } = await post<RulePlanReply>('plan', { text: KILL });
    const replies = await Promise.all([1, 2].map(() => page.post('/api/rules/apply', { text: KILL, plan })));
    expect(replies.map((reply) => reply.status)).toEqual([200, 409]);
    expect(rules.length).toBe(1);
  });

  it('changes nothing without --allow-changes, on a locked kernel, or where the kernel refuses', async () => {
    const readOnly = await consoleWith(false);
    const { plan } = await readOnly.post<RulePlanReply>('plan', { text: KILL });
    expect((await readOnly.page.post('/api/rules/apply', { text: KILL, plan })).status).toBe(403);
    expect(readOnly.rules.length).toBe(0);
    const locked = await consoleWith(true, { enabled: 2 });
    const wish = await locked.post<RulePlanReply>('plan', { text: KILL });
    expect((await locked.page.post('/api/rules/apply', { text: KILL, plan: wish.plan })).status).toBe(409);
    const refusing = await consoleWith(true);
    const third = await refusing.post<RulePlanReply>('plan', { text: KILL });
    refusing.refuse(true);
    const reply = await refusing.page.post('/api/rules/apply', { text: KILL, plan: third.plan });
    expect(((await reply.json()) as ApiFault).error.message).toContain('the rules are as they were before');
    expect(refusing.page.audited.at(-1)).toContain('res=failed');
    expect(refusing.rules.length).toBe(0);
  });

  it('never locks a machine', async () => {
    const { post, status } = await consoleWith(true, { enabled: 0 });
    const { plan, settings } = await post<RulePlanReply>('plan', { text: `${KILL}\n-e 2\n` });
    expect(settings).toEqual([{ name: 'enabled', value: 1 }]);
    await post('apply', { text: `${KILL}\n-e 2\n`, plan });
    expect(status.enabled).toBe(1);
  });

  it('refuses a text with a line that cannot be read', async () => {
    const { page } = await consoleWith(true);
    for (const path of ['plan', 'cost']) {
      const reply = await page.post(`/api/rules/${path}`, { text: '-a bogus' });
      expect([path, reply.status]).toEqual([path, 400]);
    }
  });
});
