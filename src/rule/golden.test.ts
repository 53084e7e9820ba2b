// Rules against what the reference auditctl sent to the kernel and listed back: bytes, text, and refusals.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeRule, encodeRule, listText, parseRule, type RuleContext, sourceText, wordsOf } from './index.ts';

interface Row {
  readonly rule: string;
  readonly exit: number;
  readonly payload: string | null;
  readonly listed?: string;
  readonly listed_interpreted?: string;
}

const file = join(import.meta.dirname, '../../../shared/golden/rules.jsonl');
const rows: Row[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l))
  : [];
const context: RuleContext = {
  host: 'x86_64',
  accounts: {
    userId: (name) => ({ root: 0, daemon: 1 })[name],
    groupId: (name) => ({ root: 0, daemon: 1 })[name],
  },
  isDirectory: (path) => path === '/' || path === '/etc',
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.skipIf(rows.length === 0)('rules of the reference [needs ../shared/golden/rules.jsonl]', () => {
  it('has every row', () => expect(rows.length).toBe(138));

  it.each(rows.map((r) => [r.rule, r] as const))('%s', (_, row) => {
    const words = wordsOf(row.rule);
    if (row.payload === null || row.rule.includes('always,bogus')) {
      expect(() => parseRule(words, context)).toThrow(expect.objectContaining({ code: 'rule' }));
      expect(row.exit).toBe(255);
      return;
    }
    const { rule } = parseRule(words, context);
    expect(hex(encodeRule(rule))).toBe(row.payload);
    const back = decodeRule(Buffer.from(row.payload, 'hex'));
    expect(hex(encodeRule(back))).toBe(row.payload);
    if (!row.listed) return;
    expect(`${listText(back, { host: 'x86_64' })}\n`).toBe(row.listed);
    if (row.listed_interpreted && !/-F a[0-3]/.test(row.listed))
      expect(`${listText(back, { host: 'x86_64', interpret: true })}\n`).toBe(row.listed_interpreted);
    const again = parseRule(wordsOf(sourceText(rule, 'x86_64')), context).rule;
    expect(hex(encodeRule(again))).toBe(row.payload);
  });
});
