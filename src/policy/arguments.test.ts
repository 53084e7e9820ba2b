// `auditctl -l -i` against what the reference printed for the golden rules.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accountsOf } from '../host/accounts.ts';
import { decodeRule, listText } from '../rule/index.ts';
import { argumentReader } from './arguments.ts';

const file = join(import.meta.dirname, '../../../shared/golden/rules.jsonl');

describe.skipIf(!existsSync(file))('interpreted rules [needs ../shared/golden/rules.jsonl]', () => {
  it('reads as the reference lists them', () => {
    const argument = argumentReader(accountsOf('root:x:0:0::/root:/bin/sh\n', 'root:x:0:\n'));
    let compared = 0;
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      const row = JSON.parse(line) as { payload: string | null; listed_interpreted?: string };
      if (!row.payload || !row.listed_interpreted) continue;
      const rule = decodeRule(Buffer.from(row.payload, 'hex'));
      expect(`${listText(rule, { host: 'x86_64', interpret: true, argument })}\n`).toBe(row.listed_interpreted);
      compared++;
    }
    expect(compared).toBeGreaterThan(60);
  });
});
