// The price of rules on this kernel: nanoseconds of a system call that no rule matches, without the rules and with them.
// The rules are loaded with one more condition at their end, a process id that cannot exist: each is tried in full, and
// none ever records anything. What was loaded before stays loaded (and is in both numbers); everything is taken back.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AuditError, isAuditError } from '../base/index.ts';
import { type AuditClient, openClient } from '../kernel/client.ts';
import { encodeRule, type Rule } from '../rule/index.ts';

const NOBODY = 0x7fffffff; // above every pid_max
const LOCKED = 2;

/** One line: the price of a call without the rules and with them. Turns auditing on meanwhile. */
export function measured(rules: readonly Rule[]): string {
  const client = openClient();
  const { enabled } = client.status();
  if (enabled === LOCKED)
    throw new AuditError('locked', 'Cannot measure: the rules are locked (-e 2) until the next boot');
  const loaded: Uint8Array[] = [];
  try {
    client.set({ enabled: 1 }, 'turn auditing on');
    const without = nanoseconds();
    for (const rule of rules.filter((r) => r.list === 'exit')) load(client, encodeRule(matchingNobody(rule)), loaded);
    const withRules = nanoseconds();
    return `a system call that no rule matches: ${without.toFixed(0)} ns without the rules, ${withRules.toFixed(0)} ns with ${loaded.length} (${(withRules - without).toFixed(0)} ns more)\n`;
  } finally {
    for (const bytes of loaded) client.deleteRule(bytes);
    client.set({ enabled }, 'restore the enabled flag');
    client.close();
  }
}

function load(client: AuditClient, bytes: Uint8Array, loaded: Uint8Array[]): void {
  try {
    client.addRule(bytes);
    loaded.push(bytes);
  } catch (error) {
    if (!isAuditError(error, 'exists')) throw error;
  }
}

function nanoseconds(): number {
  const child = fileURLToPath(new URL('./rules-measure-child.js', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [child], { encoding: 'utf8' });
  if (status !== 0) throw new AuditError('measure', `Cannot measure: ${stderr}`);
  return Number(stdout);
}

function matchingNobody(rule: Rule): Rule {
  const keys = rule.fields.filter((f) => f.field === 'key');
  const others = rule.fields.filter((f) => f.field !== 'key');
  return { ...rule, prepend: false, fields: [...others, { field: 'pid', op: '=', value: NOBODY }, ...keys] };
}
