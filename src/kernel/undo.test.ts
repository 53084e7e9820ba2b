// What a guard process puts back after a death, against a made-up kernel.
import { describe, expect, it } from 'vitest';
import { AuditError, type ErrorCode } from '../base/index.ts';
import { type Undo, undoAfterDeath } from './undo.ts';

/** A client that notes what it is asked to do. */
function noting(refuse: Readonly<Record<string, ErrorCode>> = {}) {
  const done: string[] = [];
  const note = (what: string): void => {
    const code = refuse[what.split(' ')[0]!];
    if (code) throw new AuditError(code, what);
    done.push(what);
  };
  return {
    done,
    client: {
      deleteRule: (rule: Uint8Array) => note(`delete ${Buffer.from(rule).toString('hex')}`),
      set: (change: object) => note(`set ${JSON.stringify(change)}`),
      setPid: (pid: number) => note(`pid ${pid === process.pid ? 'ours' : pid}`),
      close: () => void done.push('close'),
    },
  };
}
const what: Undo = { rules: ['0a', '0b'], status: { enabled: 0 }, daemon: true };

describe('undoAfterDeath', () => {
  it('takes the role, the rules and the settings back', () => {
    const { client, done } = noting();
    undoAfterDeath(what, client);
    expect(done).toEqual(['pid ours', 'delete 0a', 'delete 0b', 'set {"enabled":0}', 'pid 0', 'close']);
  });
  it('leaves role and settings to a daemon that has taken over', () => {
    const { client, done } = noting({ pid: 'held' });
    undoAfterDeath(what, client);
    expect(done).toEqual(['delete 0a', 'delete 0b', 'close']);
  });
  it('does not mind rules that are gone, and has no role to give where it had none', () => {
    const { client, done } = noting({ delete: 'not-found' });
    undoAfterDeath({ ...what, daemon: false }, client);
    expect(done).toEqual(['set {"enabled":0}', 'close']);
  });
  it('tells any other refusal', () => {
    const { client, done } = noting({ delete: 'not-permitted' });
    expect(() => undoAfterDeath(what, client)).toThrow(expect.objectContaining({ code: 'not-permitted' }));
    expect(done.at(-1)).toBe('close');
  });
});
