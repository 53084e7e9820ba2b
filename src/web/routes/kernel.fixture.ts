// A kernel for tests that is a list of rules.

import { AuditError } from '../../base/index.ts';
import type { AuditStatus, StatusChange } from '../../kernel/index.ts';

/** A kernel that keeps its rules in a list. */
export function fakeKernel(more: Partial<AuditStatus> = {}) {
  const rules: Uint8Array[] = [];
  const status: Record<string, number> = {
    enabled: 1,
    failure: 1,
    rateLimit: 0,
    backlogLimit: 64,
    backlogWaitTime: 60,
    ...more,
  } as never;
  let refuse = false;
  const same = (a: Uint8Array) => (b: Uint8Array) => Buffer.compare(a, b) === 0;
  const kernel = {
    status: () => ({ ...status }) as unknown as AuditStatus,
    set: (change: StatusChange) => void Object.assign(status, change),
    listRules: () => [...rules],
    addRule: (rule: Uint8Array) => {
      if (refuse) throw new AuditError('refused', 'Cannot add the audit rule: the kernel does not want to');
      rules.push(Uint8Array.from(rule));
    },
    deleteRule: (rule: Uint8Array) => void rules.splice(rules.findIndex(same(rule)), 1),
    close: () => {},
  };
  return { kernel, rules, status, refuse: (on: boolean) => (refuse = on) };
}
