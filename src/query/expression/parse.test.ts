// The expression language against the reference library's own answers on one small trail (test/expression; made with
// ausearch_add_expression(3) of audit-userspace 4.2.2), and where its errors point.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditError } from '../../base/error.ts';
import { readEvents } from '../../event/read.ts';
import { matcher } from '../matcher.ts';
import { needlesOf } from '../needles.ts';
import { usesInterpretation } from '../predicate.ts';
import { parseExpression } from './parse.ts';

interface Case {
  expression: string;
  /** Serials of the matching events, or the reference's error. */
  matches?: number[];
  error?: string;
}

const folder = join(import.meta.dirname, '../../../test/expression');
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[];
const events = readEvents([readFileSync(join(folder, 'trail.log'))]);
const raw = cases.filter((c) => !c.expression.includes('i=') && !c.expression.includes('i!='));
const ascending = (serials: readonly number[]) => [...new Set(serials)].sort((a, b) => a - b);

function fault(expression: string): AuditError {
  try {
    parseExpression(expression);
  } catch (e) {
    if (e instanceof AuditError) return e;
  }
  throw new Error(`no error for ${expression}`);
}

describe('parseExpression', () => {
  it.each(raw.filter((c) => c.matches))('finds what the reference finds: $expression', ({ expression, matches }) => {
    const match = matcher(parseExpression(expression));
    expect(ascending(events.filter(match).map((e) => e.serial))).toEqual(ascending(matches!));
  });

  it.each(raw.filter((c) => c.error))('refuses what the reference refuses: $expression', ({ expression }) => {
    expect(fault(expression).code).toBe('expression');
  });

  it.each([
    ['comm = x', 6, 'i='],
    ['comm i= "a" & uid r= 0', 13, '&&'],
    ['comm i= "a', 9, 'closing "'],
    ['comm i= "a\\x"', 11, '\\x'],
    ['(comm r= x', 11, ') here, for the ( at column 1'],
    ['comm r= x)', 10, 'closes nothing'],
    ['comm > 5', 6, 'no number'],
    ['auid == alice', 9, 'auid i= …'],
    ['\\record_typ == 1', 2, 'did you mean "record_type"'],
    ['\\record_type == SYSCAL', 17, 'did you mean "SYSCALL"'],
    ['\\timestamp > ts:5', 14, 'ts:SECONDS.MILLI'],
    ['uid r= 0 && \\regexp /ab(c/', 24, 'not closed'],
    ["comm r= 'x'", 9, 'double quotes'],
    ['"ü" r= ü', 8, 'double quotes'],
    ['comm i= /x/', 9, '\\regexp /…/'],
  ])('points at the fault: %s', (expression, column, words) => {
    const error = fault(expression);
    expect(error.position).toEqual({ column });
    const [first, shown, mark] = error.message.split('\n');
    expect(first).toContain(words);
    expect([shown, mark]).toEqual([`  ${expression}`, `  ${' '.repeat(column - 1)}^`]);
  });

  it('compares bytes: a value is the UTF-8 of what was typed, in strings and in regexps', () => {
    const line = 'type=USER msg=audit(1.000:7): name="gr\u00c3\u00bc\u00c3\u009fe"\n'; // latin1 of UTF-8 "grüße"
    const [event] = readEvents([Buffer.from(line, 'latin1')]);
    const matches = (expression: string) => matcher(parseExpression(expression))(event!);
    for (const expression of ['name r= "\\"grüße\\""', '\\regexp /gr[üö](ß)+e/', '\\regexp /r[^ö]+ß/'])
      expect(matches(expression), expression).toBe(true);
    for (const expression of ['name r!= "\\"grüße\\""', '\\regexp /gr[öä]/', '\\regexp /gr[^ü]/'])
      expect(matches(expression), expression).toBe(false);
  });

  it('quotes a time stamp, and leaves escapes in a regexp to the regexp', () => {
    const serials = (expression: string) => events.filter(matcher(parseExpression(expression))).map((e) => e.serial);
    expect(serials('\\timestamp == "ts:1795234666.803"')).toEqual(serials('\\timestamp == ts:1795234666.803'));
    expect(serials('\\regexp /audit\\(1795234666\\.803/').length).toBeGreaterThan(0);
    expect(serials('exit == -2')).toEqual([975862]);
  });

  it.each([
    ['( 100,000 times', '('.repeat(60_000), 501],
    ['! 60,000 times', `${'!'.repeat(60_000)}pid == 1`, 501],
    ['a regexp of ( only', `\\regexp /${'('.repeat(60_000)}/`, 260],
    ['a repeat of a repeat', '\\regexp /a{1,500}{1,500}/', 18],
    ['64 kB of a regexp', `\\regexp "${'a'.repeat(64_000)}"`, 4106],
    ['many regexps', Array.from({ length: 3000 }, () => '\\regexp "[ab]c"').join('||'), 23_219],
    ['what is too long', `pid == 1 ${' '.repeat(100_000)}`, 65_537],
    ['a back-reference to anything', '\\regexp "=(.*) \\\\1"', 16],
  ])('refuses what would not end, at its column: %s', (_what, expression, column) => {
    const error = fault(expression);
    expect(error.position).toEqual({ column });
    expect(error.message.length).toBeLessThan(800);
    const [, shown, mark] = error.message.split('\n');
    expect(mark!.length).toBeLessThanOrEqual(shown!.length + 1);
  });

  it('takes what is long or deep within bounds, and answers it', () => {
    const pid = 'pid !== 1';
    const long = Array.from({ length: 5000 }, () => pid).join('&&');
    const deep = `${'('.repeat(499)}${pid}${')'.repeat(499)}`;
    const mixed = Array.from({ length: 150 }).reduce<string>((inner) => `(!(${pid} && ${inner}))`, pid);
    for (const expression of [long, deep, mixed]) {
      const predicate = parseExpression(expression);
      expect(() => events.filter(matcher(predicate))).not.toThrow();
      expect(() => needlesOf(predicate)).not.toThrow();
      expect(usesInterpretation(predicate)).toBe(false);
    }
  });

  it.each(['^([^@]+)+@$', '(a|a)*b$', '(a*)*b$', '(.*)*\\x01'])(
    'finds out soon whether a line matches: %s',
    (pattern) => {
      const line = `type=USER msg=audit(1.000:7): a=${'a'.repeat(10_000)}!\n`;
      const [event] = readEvents([Buffer.from(line)]);
      expect(matcher(parseExpression(`\\regexp "${pattern.replaceAll('\\', '\\\\')}"`))(event!)).toBe(false);
    },
  );

  it('reads any text or points into it, and never fails otherwise', () => {
    const piece = fc.constantFrom(
      ...'comm|uid|i=|r!=|==|<|"x"|/x/|(|)|!|&&|\\|regexp|timestamp|ts:1.2|[|{|é| '.split('|'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        (text) => {
          try {
            parseExpression(text);
          } catch (e) {
            expect(e).toBeInstanceOf(AuditError);
            expect((e as AuditError).position!.column).toBeLessThanOrEqual([...text].length + 1);
          }
        },
      ),
    );
  });
});
