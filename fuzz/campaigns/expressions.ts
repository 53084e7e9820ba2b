// Expressions as people and pages send them, and events to hold them against. What is no expression is refused with a place in
// it; what is one is the same again when written down and read; its matcher, needles and SQL never throw; and an event that
// matches holds one of the needles.
import { AuditError, fromUtf8 } from '../../src/base/index.ts';
import { readEvents } from '../../src/event/index.ts';
import { accountsOf } from '../../src/host/accounts.ts';
import { matcher, parseExpression, parseRecordExpression, type RecordPredicate } from '../../src/query/index.ts';
import { needlesOf } from '../../src/query/needles.ts';
import { interpretingContext } from '../../src/query/readings.ts';
import { textOf } from '../../src/record/index.ts';
import { whereOf } from '../../src/store/where.ts';
import { type Campaign, hold, holdSame, orRefused } from '../kit/campaign.ts';
import { kernelWords, textAt } from '../kit/material.ts';

const context = interpretingContext(accountsOf('root:x:0:0::/:/bin/sh\nalice:x:1001:1001::/:/x\n', 'root:x:0:\n'));
const events = readEvents([Buffer.from(textAt('test/expression/trail.log'), 'latin1')]);
const texts = events.map((event) => event.records.map(textOf).join('\n'));

function check(input: Buffer): void {
  const expression = input.toString('utf8');
  const isRefusal = (error: unknown): boolean => {
    if (!(error instanceof AuditError) || error.code !== 'expression') return false;
    const column = error.position?.column ?? 0;
    hold(column >= 1 && column <= [...expression].length + 1, () => `column ${column} of ${expression.length}`);
    return true;
  };
  const predicate = orRefused(() => parseExpression(expression), isRefusal);
  if (!predicate) return;
  checkWritten(parseRecordExpression(expression));
  whereOf({ predicate });
  const needles = needlesOf(predicate);
  const matches = matcher(predicate, context);
  // An expression of many words is asked of fewer events: the time is for the words.
  const step = 1 + (expression.length >> 9);
  for (let i = 0; i < events.length; i += step)
    if (matches(events[i]!) && needles)
      hold(
        needles.any.some((needle) => texts[i]!.includes(needle)),
        () => `${texts[i]} matches and holds none of ${JSON.stringify(needles.any.slice(0, 20))}`,
      );
}

/** Written down and read again it is the same. */
function checkWritten(tree: RecordPredicate): void {
  const text = written(tree);
  if (text === undefined) return;
  holdSame(JSON.stringify(parseRecordExpression(text)), JSON.stringify(tree), 'the expression, written down');
}

const SIGNS = { '=': '==', '!=': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;
const quoted = (latin1: string): string =>
  `"${Buffer.from(latin1, 'latin1').toString('utf8').replace(/[\\"]/g, '\\$&')}"`;

/** The expression of a tree; undefined where it has none (a pattern's text is not kept, nor is what never holds). */
function written(tree: RecordPredicate): string | undefined {
  switch (tree.kind) {
    case 'and':
    case 'or': {
      const parts = tree.of.map(written);
      const joint = tree.kind === 'and' ? ' && ' : ' || ';
      return parts.length === 0 || parts.includes(undefined) ? undefined : parts.map((part) => `(${part})`).join(joint);
    }
    case 'not': {
      const inner = written(tree.of);
      return inner && `!(${inner})`;
    }
    case 'type':
      return tree.types.length === 1 ? `\\record_type == ${BigInt(tree.types[0]!)}` : undefined;
    case 'type-number':
      return `\\record_type ${SIGNS[tree.order]} ${BigInt(tree.type)}`;
    case 'field':
      return writtenField(tree);
    default:
      return undefined;
  }
}

function writtenField({ name, form, compare }: RecordPredicate & { kind: 'field' }): string | undefined {
  if (compare.how === 'number') return `${quoted(name)} ${SIGNS[compare.order]} "${BigInt(compare.value)}"`;
  if (compare.how !== 'is' && compare.how !== 'is-not') return undefined;
  if (!isUtf8(compare.value) || !isUtf8(name)) return undefined;
  return `${quoted(name)} ${form === 'raw' ? 'r' : 'i'}${compare.how === 'is' ? '=' : '!='} ${quoted(compare.value)}`;
}

const isUtf8 = (latin1: string): boolean => fromUtf8(Buffer.from(latin1, 'latin1').toString('utf8')) === latin1;

interface Case {
  readonly expression: string;
}
const cases = (): readonly Case[] => JSON.parse(textAt('test/expression/cases.json')) as Case[];

export const campaign: Campaign = {
  about: 'expressions of a search: read, written, matched, as needles and as SQL',
  seeds: () => cases().map(({ expression }) => Buffer.from(expression)),
  words: () => [
    ...kernelWords().slice(0, 400),
    ...'uid auid pid comm exe key syscall exit success a0 type node name msg res acct'.split(' '),
    ...[' i= ', ' i!= ', ' r= ', ' r!= ', ' == ', ' !== ', ' < ', ' <= ', ' > ', ' >= ', ' && ', ' || ', '!', '(', ')'],
    ...[
      '\\timestamp ',
      '\\timestamp_ex ',
      '\\record_type ',
      '\\regexp ',
      'ts:1795234666.803:7',
      '/',
      '"',
      '\\\\',
      '\\"',
    ],
    ...[
      '[[:alpha:]]',
      '[^]]',
      '{2,5}',
      '*',
      '+',
      '?',
      '|',
      '\\<',
      '\\1',
      '(a',
      '.*',
      '[a-z',
      '\xc3\xa9',
      '\xf0\x9f\x90\xa7',
    ],
  ],
  open: () => ({ check }),
};
