// What lone records mean, in the words of ausearch 4.2.2: records of older kernels and programs, and fields that are
// empty, moved, damaged or too large. test/oracle/meaning.jsonl holds its rows (`--format csv --extra-keys
// --extra-labels --extra-obj2`, from EVENT_KIND on) and sentences (`--format text`, behind the time); an event that it
// drops has neither. Its machine knew root only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/bytes.ts';
import { C_TIME, type LocalTime } from '../base/strftime.ts';
import { readEvents } from '../event/read.ts';
import { accountsOf } from '../host/accounts.ts';
import { interpretContext } from '../interpret/context.ts';
import { unreadableRecord } from '../query/readable.ts';
import { csvPrinter } from './csv.ts';
import { textPrinter } from './text.ts';

interface Case {
  readonly type: string;
  readonly body: string;
  readonly csv?: string;
  readonly text?: string;
}

const cases = readFileSync(join(import.meta.dirname, '../../test/oracle/meaning.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): Case => JSON.parse(line));

const context = interpretContext({
  classic: true,
  escape: 'tty',
  accounts: accountsOf('root:x:0:0::/:\n', 'root:x:0:\n'),
});
const localTime = (): LocalTime => ({
  ...{ year: 2023, month: 10, day: 15, hour: 3, minute: 43, second: 21, weekday: 3, yearday: 318, offset: 0 },
});
const dates = { localTime, locale: C_TIME };
const print = {
  csv: csvPrinter({ context, dates, keys: true, labels: true, obj2: true }),
  text: textPrinter({ context, dates }),
};

function ours({ type, body }: Case): Case {
  const [event] = readEvents([bytesOf(`type=${type} msg=audit(1700000001.123:7): ${body}\n`)]);
  if (unreadableRecord(event!, true)) return { type, body };
  const row = print.csv(event!).trimEnd().split('\n').at(-1)!;
  const sentence = print.text(event!).slice('At 03:43:21 11/15/23 '.length, -1);
  return { type, body, csv: row.split(',').slice(5).join(','), text: sentence };
}

describe('lone records', () => {
  it('are all there', () => expect(cases.length).toBeGreaterThan(135));

  it.each(cases.map((c) => [`${c.type} ${c.body}`.slice(0, 240), c] as const))('%s', (_, c) => {
    expect(ours(c)).toEqual(c);
  });
});
