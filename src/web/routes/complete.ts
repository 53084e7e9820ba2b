// GET /api/complete: what fits at a place of an expression, with values the store has, and where its fault is.

import { z } from 'zod';
import { AuditError } from '../../base/index.ts';
import { fieldNames } from '../../interpret/fields.ts';
import { asValue, type Expected, expectedAt } from '../../query/expression/complete.ts';
import { hasValue } from '../../query/expression/values.ts';
import { parseExpression } from '../../query/index.ts';
import type { Column } from '../../store/index.ts';
import { otherRecordTypes, recordTypes } from '../../tables/index.ts';
import type { Console } from '../console.ts';
import { CompletionReply } from '../contract.ts';
import { text, whole } from '../inputs.ts';
import { wordLength } from '../narrow.ts';
import { route } from '../route.ts';
import { shown } from '../words.ts';

type Item = CompletionReply['items'][number];

const MOST = 40;
/** Values of a column looked through for those that begin so. */
const MOST_VALUES = 2000;

export const complete = route({
  method: 'get',
  path: '/complete',
  summary: 'Names and values that fit at a place of an expression, and its fault',
  query: z.strictObject({ q: text(), at: whole(0, 4096).optional() }),
  reply: CompletionReply,
  async run({ query, console, signal }): Promise<CompletionReply> {
    const { q } = query;
    const at = Math.min(query.at ?? Number.POSITIVE_INFINITY, [...q].length);
    const expected = expectedAt(q, at);
    const fault = faultOf(q);
    const items = expected ? await itemsFor(expected, console, signal) : [];
    return { from: expected?.from ?? at, to: expected?.to ?? at, items, ...(fault && { fault }) };
  },
});

function faultOf(q: string): CompletionReply['fault'] {
  if (q.trim() === '') return undefined;
  try {
    parseExpression(q);
    return undefined;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    const column = (error.position?.column ?? 1) - 1;
    return { message: error.brief, column, length: wordLength(q, column) };
  }
}

async function itemsFor(expected: Expected, console: Console, signal: AbortSignal): Promise<Item[]> {
  switch (expected.kind) {
    case 'field':
      return fitting(expected.typed, [
        ...fields(),
        ...VIRTUAL.map(({ text, detail }) => ({ text: `\\${text}`, detail })),
      ]);
    case 'virtual':
      return fitting(expected.typed, VIRTUAL);
    case 'operator':
      return fitting('', operators(expected.field));
    case 'value':
      return fitting(expected.typed, await valuesOf(expected, console, signal));
    case 'joint':
      return [...JOINTS, ...(expected.open > 0 ? [{ text: ')', detail: 'closes the (' }] : [])];
  }
}

/** Those that begin with what is typed, then those that hold it; a value's quotes are not looked at. */
function fitting(typed: string, items: readonly Item[]): Item[] {
  const wanted = typed.toLowerCase();
  const plain = ({ text: one }: Item): string => one.toLowerCase().replace(/^["\\]/, '');
  const begins = items.filter((item) => plain(item).startsWith(wanted));
  const holds = items.filter((item) => !begins.includes(item) && plain(item).includes(wanted));
  return [...begins, ...holds].slice(0, MOST);
}

const VIRTUAL: readonly Item[] = [
  { text: 'record_type', detail: 'the type of a record: == USER_LOGIN' },
  { text: 'timestamp', detail: 'the time: >= ts:SECONDS.MILLI' },
  { text: 'timestamp_ex', detail: 'time and serial: == ts:SECONDS.MILLI:SERIAL' },
  { text: 'regexp', detail: 'a pattern of the whole record: /…/' },
];

const JOINTS: readonly Item[] = [
  { text: '&&', detail: 'and' },
  { text: '||', detail: 'or' },
];

/** What people ask for most, first. */
const USUAL =
  'exe comm key auid uid success exit syscall name pid ppid ses tty terminal acct addr hostname op res'.split(' ');
const TEXTS = [
  'exe',
  'comm',
  'name',
  'cwd',
  'hostname',
  'op',
  'node',
  'type',
  'cmd',
  'unit',
  'argc',
  'items',
  'nametype',
];

let known: readonly Item[] | undefined;
function fields(): readonly Item[] {
  const rest = [...new Set([...fieldNames(), ...TEXTS])].filter((name) => !USUAL.includes(name)).sort();
  return (known ??= [...USUAL, ...rest].map((name) => ({ text: name, detail: hasValue(name) ? 'number' : 'text' })));
}

function operators(field: string): Item[] {
  const numeric = ['==', '!==', '<', '<=', '>', '>='].map((text) => ({ text, detail: 'compares numbers' }));
  if (field.startsWith('\\')) return numeric.map(({ text }) => ({ text, detail: 'compares' }));
  return [
    { text: 'i=', detail: 'is, as shown: alice, SIGKILL' },
    { text: 'i!=', detail: 'is not, as shown' },
    { text: 'r=', detail: 'is, as recorded: 1000, 9' },
    { text: 'r!=', detail: 'is not, as recorded' },
    ...(hasValue(field) ? numeric : []),
  ];
}

const COLUMN_OF: Readonly<Record<string, Column>> = {
  exe: 'exe',
  comm: 'comm',
  key: 'key',
  tty: 'tty',
  terminal: 'tty',
  node: 'node',
  syscall: 'syscall',
  name: 'object',
  auid: 'auid',
  uid: 'uid',
  pid: 'pid',
  ppid: 'ppid',
  ses: 'ses',
};

const FIXED: Readonly<Record<string, readonly string[]>> = {
  success: ['yes', 'no'],
  res: ['success', 'failed'],
  nametype: ['NORMAL', 'CREATE', 'DELETE', 'PARENT'],
};

async function valuesOf({ field, operator }: Expected, console: Console, signal: AbortSignal): Promise<Item[]> {
  if (field === '\\record_type')
    return [...recordTypes.entries(), ...otherRecordTypes.entries()].map(([n, name]) => ({
      text: name,
      detail: String(n),
    }));
  const fixed = FIXED[field];
  if (fixed) return fixed.map((one) => ({ text: one, detail: '' }));
  const column = COLUMN_OF[field];
  if (!column) return [];
  const counts = await console.store.facet(column, MOST_VALUES, {}, signal);
  return counts.flatMap(({ value, count }): Item[] => {
    if (value === undefined || value === '') return [];
    const name = (field === 'auid' || field === 'uid') && console.accounts.userName(Number(value));
    const detail = `${count} event${count === 1 ? '' : 's'}`;
    if (operator.startsWith('i') && name) return [{ text: asValue(shown(name)), detail }];
    return [{ text: asValue(shown(String(value))), detail: name ? `${shown(name)}, ${detail}` : detail }];
  });
}
