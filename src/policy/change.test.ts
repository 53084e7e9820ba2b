// All or nothing: a kernel of our own that refuses any one of its orders, and what it has afterwards.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditError } from '../base/index.ts';
import {
  decodeRule,
  encodeRule,
  parseRule,
  type RuleContext,
  readRules,
  ruleId,
  ruleSet,
  wordsOf,
} from '../rule/index.ts';
import { applyChange, changeOf, type PlanKernel } from './change.ts';

const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: () => undefined, groupId: () => undefined },
  isDirectory: () => false,
};
const CALLS = ['open', 'close', 'kill', 'read', 'write', 'chmod'];
const text = (call: string) => `-a always,exit -F arch=b64 -S ${call} -F auid=7042`;
const bytesOf = (call: string) => encodeRule(parseRule(wordsOf(text(call)), context).rule);
const idOf = (bytes: Uint8Array) => ruleId(decodeRule(bytes));
const LIMITS = { failure: 1, rateLimit: 0, backlogLimit: 64, backlogWaitTime: 15_000, enabled: 0 };

/** A kernel with rules, which refuses its orders by number. */
function kernelWith(calls: readonly string[], refused: (order: number) => boolean) {
  const rules = calls.map(bytesOf);
  const limits: Record<string, number> = { ...LIMITS };
  let orders = 0;
  const order = (what: string) => {
    if (refused(++orders)) throw new AuditError('kernel', `Cannot ${what}: refused`);
  };
  const kernel = {
    status: () => ({ ...limits }),
    set: (change: Record<string, number>) => {
      order('set');
      Object.assign(limits, change);
    },
    listRules: () => [...rules],
    addRule: (bytes: Uint8Array) => {
      order('add');
      if (rules.some((r) => idOf(r) === idOf(bytes))) throw new AuditError('exists', 'Cannot add: it is there');
      const plain = encodeRule({ ...decodeRule(bytes), prepend: false });
      if (decodeRule(bytes).prepend) rules.unshift(plain);
      else rules.push(plain);
    },
    deleteRule: (bytes: Uint8Array) => {
      order('delete');
      const place = rules.findIndex((r) => idOf(r) === idOf(bytes));
      if (place < 0) throw new AuditError('not-found', 'Cannot delete: it is not there');
      rules.splice(place, 1);
    },
  };
  return { kernel: kernel as unknown as PlanKernel, ids: () => rules.map(idOf), limits };
}

const wanted = (calls: readonly string[]) =>
  ruleSet([
    {
      file: 'x.rules',
      lines: readRules(
        `-b 8192\n--backlog_wait_time 60000\n-f 2\n${calls.map(text).join('\n')}\n-e 1\n`,
        'x.rules',
        context,
      ),
    },
  ]);

describe('applyChange', () => {
  it('leaves all as it was when any one order is refused, whatever stood there and whatever was wanted', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(CALLS),
        fc.shuffledSubarray(CALLS),
        fc.integer({ min: 1, max: 16 }),
        (have, want, at) => {
          const { kernel, ids, limits } = kernelWith(have, (order) => order === at);
          const before = ids();
          const change = changeOf(kernel, wanted(want), false);
          const orders = change.rules.steps.length + 2;
          if (at > orders) {
            applyChange(kernel, change, 'x86_64');
            expect(ids()).toEqual(want.map((call) => idOf(bytesOf(call))));
            expect(limits).toEqual({
              failure: 2,
              rateLimit: 0,
              backlogLimit: 8192,
              backlogWaitTime: 60_000,
              enabled: 1,
            });
          } else {
            expect(() => applyChange(kernel, change, 'x86_64')).toThrow(
              expect.objectContaining({ code: 'rolled-back' }),
            );
            expect(ids()).toEqual(before);
            expect(limits).toEqual(LIMITS);
          }
        },
      ),
    );
  });

  it('says what could not be put back, and puts back the rest', () => {
    // The limits are set and a rule deleted; then an order is refused, and the first of putting back.
    const { kernel, ids, limits } = kernelWith(['open', 'close', 'kill'], (order) => order === 3 || order === 4);
    const change = changeOf(kernel, wanted(['chmod', 'kill', 'open']), false);
    let error: unknown;
    try {
      applyChange(kernel, change, 'x86_64');
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'not-restored' });
    expect((error as Error).message).toMatch(
      /refused.*not all could be put back as it was before: add -A always,exit .* -S open/,
    );
    expect(ids().length).toBe(2);
    expect(limits).toEqual(LIMITS);
  });
});
