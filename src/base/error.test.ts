// What of an error is the system's refusal, to be told, and what is a fault of ours, to be thrown.
import { lstatSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AuditError, failedOperation } from './error.ts';

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a failed operation', () => {
  it('is an AuditError as it is, and what the system refuses with its words', () => {
    const error = new AuditError('usage', 'Cannot do that');
    expect(failedOperation(error)).toBe(error);
    for (const [work, code] of [
      [() => lstatSync('a'.repeat(5000)), 'ENAMETOOLONG'],
      [() => readFileSync('/dev/null/x'), 'ENOTDIR'],
    ] as const) {
      const told = failedOperation(caught(work));
      expect([told.code, told.message]).toEqual(['system', expect.stringContaining(`Cannot go on: ${code}`)]);
    }
  });
  it('is not a fault of ours, which is thrown on', () => {
    for (const fault of [new TypeError('x'), caught(() => readFileSync(1.5)), caught(() => JSON.parse('{'))])
      expect(() => failedOperation(fault)).toThrow(fault as Error);
  });
});
