// The simulation of the kernel's filter against the kernel itself: the lab capture was recorded with known rules, and each
// of its system calls carries the key of the rule that the kernel chose.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fieldText, fieldValue } from '../record/index.ts';
import { keysOf, type RuleContext } from '../rule/index.ts';
import { RECORD } from '../tables/records.ts';
import { readSources, wantedRules } from './sources.ts';
import { tallyTrail } from './trail.ts';

const lab = join(import.meta.dirname, '../../../shared/corpus/lab');
const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: () => undefined, groupId: () => undefined },
  isDirectory: () => false,
};

it.skipIf(!existsSync(lab))(
  'chooses the rule the kernel chose for every call [needs ../shared/corpus/lab]',
  async () => {
    const rules = wantedRules(readSources([join(lab, 'rules-loaded.txt')], context));
    const different: string[] = [];
    let compared = 0;
    await tallyTrail([join(lab, 'raw.log')], rules, (event, { rule }) => {
      const record = event.records.find((r) => r.type === RECORD.SYSCALL)!;
      const kernel = fieldText('key', fieldValue(record, 'key') ?? '');
      const ours = rule ? keysOf(rule.rule).join() : '(null)';
      compared++;
      if (kernel !== ours) different.push(`${event.serial}: ${kernel} / ${ours}`);
    });
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(8000);
  },
);
