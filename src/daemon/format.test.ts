// The lines of a log: raw as they came, the node in front, the names behind.
import { describe, expect, it } from 'vitest';
import { formatBatch } from './format.ts';

const batch = (...lines: string[]) => ({
  lines: Buffer.from(lines.map((l) => `${l}\n`).join(''), 'latin1'),
  records: lines.length,
});
const text = (b: { lines: Uint8Array }) => Buffer.from(b.lines).toString('latin1');

describe('formatBatch', () => {
  const some = batch(
    'type=SYSCALL msg=audit(1.000:2): a',
    'type=EOE msg=audit(1.000:2): ',
    'type=CWD msg=audit(1.000:3): \xff',
    'type=EOE msg=audit(1.000:3): ',
  );

  it('leaves raw lines as they are, and EOE out of the log only', () => {
    const { log, plugins } = formatBatch(some, { node: '', tail: undefined });
    expect(plugins).toEqual({ ...some, raw: true });
    expect(plugins.lines).toBe(some.lines);
    expect(log.records).toBe(2);
    expect(text(log)).toBe('type=SYSCALL msg=audit(1.000:2): a\ntype=CWD msg=audit(1.000:3): \xff\n');
    const none = batch('type=CWD msg=audit(1.000:3): ');
    expect(formatBatch(none, { node: '', tail: undefined }).log.lines).toBe(none.lines);
  });

  it('puts the node in front and the names behind, byte for byte', () => {
    const { log, plugins } = formatBatch(some, {
      node: 'web-1',
      tail: (line) => (line.startsWith('type=SYSCALL') ? '\x1dA=b' : ''),
    });
    expect(text(log)).toBe(
      'node=web-1 type=SYSCALL msg=audit(1.000:2): a\x1dA=b\nnode=web-1 type=CWD msg=audit(1.000:3): \xff\n',
    );
    expect([plugins.records, log.records]).toEqual([4, 2]);
    expect(text(plugins)).toContain('node=web-1 type=EOE msg=audit(1.000:2): \n');
  });
});
