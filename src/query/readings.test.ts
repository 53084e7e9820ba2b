// Interpreted comparisons against the reference library's answers (test/expression, see expression/parse.test.ts).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Accounts } from '../base/types.ts';
import { readEvents } from '../event/read.ts';
import { matcher, parseExpression } from './index.ts';
import { interpretingContext } from './readings.ts';

const folder = join(import.meta.dirname, '../../test/expression');
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as {
  expression: string;
  matches?: number[];
}[];
const events = readEvents([readFileSync(join(folder, 'trail.log'))]);
const accounts: Accounts = {
  userName: (id) => (id === 0 ? 'root' : undefined),
  groupName: () => undefined,
  userId: () => undefined,
  groupId: () => undefined,
};
const unique = (serials: readonly number[]) => [...new Set(serials)].sort((a, b) => a - b);

describe('interpretingContext', () => {
  it.each(cases.filter((c) => / i!?= /.test(c.expression) && c.matches))('$expression', ({ expression, matches }) => {
    const match = matcher(parseExpression(expression), interpretingContext(accounts));
    expect(unique(events.filter(match).map((e) => e.serial))).toEqual(unique(matches!));
  });

  it('compares control characters as they are shown, and the first of several keys', () => {
    const log = 'type=SYSCALL msg=audit(1.000:7): comm=1B5B33316D key=6B310171\n';
    const matches = (expression: string) =>
      readEvents([Buffer.from(log)]).some(matcher(parseExpression(expression), interpretingContext(accounts)));
    expect(matches('comm i= "\\\\033[31m" && key i= k1')).toBe(true);
    expect(matches('key i= q || key i= "k1 key=q"')).toBe(false);
  });
});
