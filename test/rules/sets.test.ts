// The rule sets this project ships: every line is a rule, and the linter finds nothing in any of them or in all together.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkRules, encodeRule, type RuleContext, readRules, ruleSet } from '../../src/rule/index.ts';

const home = join(import.meta.dirname, '../../rules');
const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: () => undefined, groupId: () => undefined },
  isDirectory: () => false,
};
const files = readdirSync(home).filter((name) => name.endsWith('.rules'));
const source = (file: string) => ({ file, lines: readRules(readFileSync(join(home, file), 'latin1'), file, context) });

it.each([['all', files], ...files.map((f): [string, string[]] => [f, [f]])] as [string, string[]][])(
  '%s: nothing to find',
  (_, names) => {
    const sources = [...names].sort().map(source);
    expect(checkRules(sources, { host: 'x86_64', exists: () => true })).toEqual([]);
    for (const { rule } of ruleSet(sources).rules) expect(encodeRule(rule).length).toBeGreaterThanOrEqual(1040);
  },
);

it('say what they are for', () => {
  expect(files.length).toBe(10);
  for (const file of files) expect(readFileSync(join(home, file), 'utf8')).toMatch(/^# \w/);
});
