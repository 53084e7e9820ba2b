// Tests on the live kernel: one holder at a time (a lock file), nothing of the machine's own touched, and its state put
// back afterwards, also when a test fails. `describeKernel` is skipped, with its reason, where this cannot be done.
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { type AuditClient, type AuditStatus, openClient } from '../../src/kernel/index.ts';
import { lockFile } from '../../src/libc/index.ts';

const LOCK = '/run/lock/auspex-kernel.lock';

/** Why tests may not touch this machine's audit system; `undefined` when they may. */
export function reasonToSkip(): string | undefined {
  if (process.platform !== 'linux') return 'no Linux';
  if (process.getuid?.() !== 0) return 'not root';
  let client: AuditClient | undefined;
  try {
    client = openClient();
    if (client.status().enabled === 2) return 'the audit configuration is locked (-e 2)';
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    client?.close();
  }
}

async function acquire(): Promise<number> {
  mkdirSync('/run/lock', { recursive: true });
  const fd = openSync(LOCK, 'w');
  while (!lockFile(fd, false)) await sleep(50);
  return fd;
}

/** Puts the kernel back as it was: rules not in `rules` go, the settings return. */
function restore(client: AuditClient, before: AuditStatus, rules: ReadonlySet<string>): void {
  for (const rule of client.listRules()) if (!rules.has(Buffer.from(rule).toString('hex'))) client.deleteRule(rule);
  const { enabled, failure, rateLimit, backlogLimit, backlogWaitTime } = before;
  client.set({ enabled, failure, rateLimit, backlogLimit, backlogWaitTime: backlogWaitTime! });
}

/** A `describe` that holds the kernel; a test is tried three times, for the machine's load is not the test's.  `kernel()` is a client of the test's own, open during the tests. */
export function describeKernel(name: string, body: (kernel: () => AuditClient) => void): void {
  const reason = reasonToSkip();
  describe.skipIf(reason !== undefined)(reason ? `${name} (skipped: ${reason})` : name, { retry: 2 }, () => {
    let client: AuditClient;
    let lock: number;
    let before: AuditStatus;
    let rules: ReadonlySet<string>;
    beforeAll(async () => {
      lock = await acquire();
      client = openClient();
      before = client.status();
      if (before.pid && existsSync(`/proc/${before.pid}`))
        throw new Error(`process ${before.pid} is the audit daemon: stop it to run these tests`);
      if (before.pid) {
        client.setPid(process.pid); // a daemon that was killed: the kernel has not noticed yet
        client.setPid(0);
      }
      rules = new Set(client.listRules().map((r) => Buffer.from(r).toString('hex')));
    }, 1_800_000);
    afterEach(() => restore(client, before, rules));
    afterAll(() => {
      client?.close();
      if (lock !== undefined) closeSync(lock); // the lock goes with it
    });
    body(() => client);
  });
}

/** struct audit_rule_data of `-a always,exit -F arch=… -S NR… -F FIELD=VALUE…` without strings, for scoped tests. */
export function rawRule(
  syscalls: readonly number[],
  fields: readonly (readonly [field: number, value: number])[],
): Buffer {
  const rule = Buffer.alloc(1040);
  rule.writeUInt32LE(4, 0); // AUDIT_FILTER_EXIT
  rule.writeUInt32LE(2, 4); // AUDIT_ALWAYS
  rule.writeUInt32LE(fields.length, 8);
  for (const n of syscalls)
    rule.writeUInt32LE((rule.readUInt32LE(12 + 4 * (n >> 5)) | (1 << (n & 31))) >>> 0, 12 + 4 * (n >> 5));
  fields.forEach(([field, value], i) => {
    rule.writeUInt32LE(field, 268 + 4 * i);
    rule.writeUInt32LE(value, 524 + 4 * i);
    rule.writeUInt32LE(0x40000000, 780 + 4 * i); // AUDIT_EQUAL
  });
  return rule;
}
