// Rules on the live kernel: every golden rule loads, lists back and deletes; plans are carried out or undone; and the
// simulation decides what the kernel decides. All rules are scoped to this test's own processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCapture } from '../../src/kernel/index.ts';
import { applyChange, changeOf } from '../../src/policy/change.ts';
import { tallyTrail } from '../../src/policy/trail.ts';
import { fieldText, fieldValue } from '../../src/record/index.ts';
import {
  decodeRule,
  encodeRule,
  keysOf,
  listText,
  parseRule,
  type Rule,
  type RuleContext,
  readRules,
  ruleId,
  ruleSet,
  wordsOf,
} from '../../src/rule/index.ts';
import { describeKernel } from './kernel.fixture.ts';

const golden = join(import.meta.dirname, '../../../shared/golden/rules.jsonl');
const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: (n) => ({ root: 0, daemon: 1 })[n], groupId: (n) => ({ root: 0, daemon: 1 })[n] },
  isDirectory: (path) => path === '/' || path === '/etc',
};
const parse = (text: string): Rule => parseRule(wordsOf(text), context).rule;

/** The same rule for one process that does not exist; the filesystem list takes no such condition. */
function scoped(rule: Rule): Rule {
  if (rule.list === 'filesystem') return rule;
  const keys = rule.fields.filter((f) => f.field === 'key');
  const others = rule.fields.filter((f) => f.field !== 'key');
  return { ...rule, fields: [...others, { field: 'pid', op: '=', value: 4_000_000 }, ...keys] };
}

const rulesOf = (...lines: string[]) => ruleSet([{ file: 'r', lines: readRules(lines.join('\n'), 'r', context) }]);

describeKernel('rules', (kernel) => {
  it.skipIf(!existsSync(golden) || process.arch !== 'x64')(
    'load, list and delete as the reference’s did [needs ../shared/golden/rules.jsonl, x64]',
    () => {
      const before = kernel().listRules().length;
      let [loaded, refused] = [0, 0];
      for (const line of readFileSync(golden, 'utf8').trim().split('\n')) {
        const row = JSON.parse(line) as { rule: string; exit: number; payload: string | null };
        if (row.payload === null || row.rule.includes('always,bogus')) continue;
        const rule = scoped(parse(row.rule));
        const bytes = encodeRule(rule);
        if (row.exit !== 0) {
          expect(() => kernel().addRule(bytes), row.rule).toThrow(expect.objectContaining({ code: 'refused' }));
          refused++;
          continue;
        }
        kernel().addRule(bytes);
        const listed = kernel().listRules();
        expect(listed.length, row.rule).toBe(before + 1);
        const found = listed.map(decodeRule).find((r) => ruleId(r) === ruleId(rule));
        expect(found && listText(found, { host: 'x86_64' }), row.rule).toBe(listText(rule, { host: 'x86_64' }));
        kernel().deleteRule(encodeRule({ ...rule, prepend: false })); // the kernel does not remember -A
        expect(kernel().listRules().length, row.rule).toBe(before);
        loaded++;
      }
      expect([loaded, refused]).toEqual([106, 5]);
    },
  );

  it('become what a plan says, and are as they were when one is refused', () => {
    const scope = '-F pid=4000000';
    const rule = (call: string, key = 'k') => `-a always,exit -F arch=b64 -S ${call} ${scope} -k ${key}`;
    const ids = () =>
      kernel()
        .listRules()
        .map((bytes) => ruleId(decodeRule(bytes)));
    const first = rulesOf(rule('open'), rule('close'), rule('kill'));
    applyChange(kernel(), changeOf(kernel(), first, false), 'x86_64');
    expect(ids()).toEqual(first.rules.map((r) => r.id));
    const second = rulesOf(rule('read'), rule('close'), rule('kill'), rule('write'), `-a never,user ${scope}`);
    const change = changeOf(kernel(), second, false);
    expect(change.rules.kept).toBe(2);
    applyChange(kernel(), change, 'x86_64');
    expect(ids().sort()).toEqual(second.rules.map((r) => r.id).sort());
    expect(changeOf(kernel(), second, false).rules.steps).toEqual([]);

    const bad = rulesOf(rule('open'), rule('close'), `-a always,exit -F path=relative ${scope}`);
    const before = ids();
    expect(() => applyChange(kernel(), changeOf(kernel(), bad, false), 'x86_64')).toThrow(
      expect.objectContaining({
        code: 'rolled-back',
        message: expect.stringMatching(/path=relative.*as they were before/),
      }),
    );
    expect(ids()).toEqual(before);
  });

  it('decide about a workload as the simulation does', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'auspex-rules-'));
    try {
      const auid = 70_000 + (process.pid % 1000);
      const set = rulesOf(
        ...[
          `-S unlink,unlinkat -F obj_uid=0 -F filetype=file -F dir=${dir} -k unlink`,
          '-S mkdir,rmdir -C auid!=obj_uid -k dirs',
          `-S openat -F dir=${dir} -F perm=w -k write-in-dir`,
          '-S openat -F exit=-ENOENT -F dir=/etc -k never',
          '-S openat -F exit=-ENOENT -F exe=/usr/bin/cat -k missing',
          '-S execve -F exe=/usr/bin/true -k true',
          '-S execve -C uid=euid -F success=1 -k exec',
          '-S openat -F exit>=0xffffff00 -k open-error',
          '-S openat -F a2&0x80000 -F path=/etc/passwd -k passwd',
          '-S kill -F a1=15 -k term',
          '-S kill -F a1!=9 -k other-signal',
          '-S connect -F saddr_fam=1 -k local-connect',
          '-S fork,vfork,clone,clone3 -F exit>0 -k fork',
          '-S all -k rest',
        ].map((text) =>
          text.replace(/^(-S \S+)(.*) -k (\S+)$/, `-a always,exit -F arch=b64 $1$2 -F auid=${auid} -k $3`),
        ),
      );
      const log = await recorded(
        set.rules.map((r) => encodeRule(r.rule)),
        auid,
        dir,
      );
      const file = join(dir, 'audit.log');
      writeFileSync(file, log, 'latin1');
      const [different, keys] = [[] as string[], new Map<string, number>()];
      await tallyTrail([file], set.rules, (event, { rule }) => {
        const record = event.records.find((r) => r.type === 1300)!;
        if (fieldValue(record, 'auid') !== String(auid)) return;
        const key = fieldText('key', fieldValue(record, 'key') ?? '');
        keys.set(key, (keys.get(key) ?? 0) + 1);
        const ours = rule ? keysOf(rule.rule).join() : '(null)';
        if (ours !== key) different.push(`kernel ${key}, simulation ${ours}: ${record.text}`);
      });
      expect(different).toEqual([]);
      const seen = 'write-in-dir missing true exec open-error passwd term other-signal unlink dirs rest'.split(' ');
      expect(seen.filter((key) => !keys.has(key))).toEqual([]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  /** Loads the rules, runs a workload under a login uid of its own, and returns what was captured. */
  async function recorded(rules: readonly Uint8Array[], auid: number, dir: string): Promise<string> {
    const capture = await openCapture({ mode: 'unicast' });
    let log = '';
    const reading = (async () => {
      for await (const batch of capture) log += Buffer.from(batch.bytes).toString('latin1');
    })();
    try {
      for (const rule of rules) kernel().addRule(rule);
      const workload = [
        `echo ${auid} > /proc/self/loginuid || exit 1`,
        `cd ${dir}; echo a > file; cat nosuch 2>/dev/null; cat /nosuch 2>/dev/null; cat /etc/passwd >/dev/null`,
        '/usr/bin/true; mkdir sub; rmdir sub; rm file',
        'sleep 5 & kill -USR1 $!; sleep 5 & kill -TERM $!; sleep 5 & kill -KILL $!; wait; id nobody >/dev/null',
      ].join('\n');
      const child = spawn('/bin/bash', ['-c', workload], { stdio: 'ignore' });
      const [exit] = await once(child, 'exit');
      expect(exit).toBe(0);
    } finally {
      for (const rule of rules) kernel().deleteRule(rule);
      await capture.close();
      await reading;
    }
    return log;
  }
});
