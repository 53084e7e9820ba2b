// Text and csv: their own shapes (test/golden holds the classic ones to the reference on whole trails), and the safe csv.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/bytes.ts';
import { C_TIME, type LocalTime } from '../base/strftime.ts';
import { readEvents } from '../event/read.ts';
import { accountsOf } from '../host/accounts.ts';
import { interpretContext } from '../interpret/context.ts';
import { csvColumns, csvPrinter } from './csv.ts';
import { cell, SAFE_CSV_COLUMNS, safeCsvPrinter } from './csv-safe.ts';
import { textPrinter } from './text.ts';

const context = interpretContext({
  classic: true,
  accounts: accountsOf('root:x:0:0::/:\nalice:x:1001:1001::/:\n', ''),
});
/** Asia/Kolkata, 2023-11-15 03:43:21. */
const localTime = (): LocalTime => ({
  ...{ year: 2023, month: 10, day: 15, hour: 3, minute: 43, second: 21, weekday: 3, yearday: 318, offset: 19800 },
});
const dates = { localTime, locale: C_TIME };
const events = (text: string) => readEvents([bytesOf(text)]);
const head = 'msg=audit(1700000001.123:7): ';
const auth = `node=web-1 type=USER_AUTH ${head}pid=1 uid=0 auid=1001 ses=3 msg='op=x acct="=cmd|,x" exe="/b,\\"" res=failed'\n`;
const lone = `type=CWD ${head}cwd="/"\ntype=PATH ${head}item=0 name="x"\n`;

describe('text', () => {
  it('is one sentence an event', () => {
    const print = textPrinter({ context, dates });
    expect(print(events(auth)[0]!)).toBe(
      'On web-1 at 03:43:21 11/15/23 alice, acting as root, unsuccessfully authenticated =cmd|,x using /b,\\\n',
    );
    expect(print(events(lone)[0]!)).toBe('At 03:43:21 11/15/23  did-unknown \n');
  });
});

describe('csv', () => {
  const extras = { keys: true, labels: true, obj2: true, time: true };

  it('has its heading once, and as many commas as columns in what it can tell', () => {
    const print = csvPrinter({ context, dates, ...extras });
    const plain = events(`type=LOGIN ${head}pid=1 uid=0 old-auid=4294967295 auid=1001 ses=3 res=1\n`)[0]!;
    const [heading, row] = print(plain).split('\n');
    expect(heading!.split(',')).toEqual(csvColumns(extras));
    expect(row!.split(',')).toHaveLength(csvColumns(extras).length);
    expect(print(plain)).toBe(`${row}\n`);
  });

  it('prints whole hours of a zone, and a row without a meaning', () => {
    const print = csvPrinter({ context, dates, ...extras });
    expect(print(events(lone)[0]!).split('\n')[1]).toBe(
      ',CWD,11/15/23,03:43:21,2023,11,15,3, 3,123,+05:00,7,,,,,,,,,,,,,',
    );
  });
});

/** Rows of RFC 4180 text, read by its grammar. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('safe csv', () => {
  it('quotes, disarms formulas, and tells the whole offset', () => {
    const [heading, row] = readCsv(safeCsvPrinter(context, dates)(events(auth)[0]!));
    expect(heading).toEqual([...SAFE_CSV_COLUMNS]);
    const cells = Object.fromEntries(heading!.map((name, i) => [name, row![i]]));
    expect(cells).toMatchObject({
      time: '2023-11-15T03:43:21.123+05:30',
      node: 'web-1',
      subject: 'alice',
      outcome: 'failed',
      object: "'=cmd|,x",
      how: '/b,\\',
    });
  });

  it('reads back as it was, whatever the bytes', () => {
    const latin = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/[\u0080-\uffff]/g, '"'));
    fc.assert(
      fc.property(fc.array(latin, { minLength: 1, maxLength: 5 }), (cells) => {
        const [row] = readCsv(`${cells.map(cell).join(',')}\r\n`);
        expect(row).toEqual(
          cells.map((text) => (/^(?:[=+\-@\t\r\n]|\xef\xbc[\x8b\x8d\x9d\xa0])/.test(text) ? `'${text}` : text)),
        );
      }),
    );
    expect(cell('\xe4')).toBe('\\xe4');
    expect(cell('\xc3\xa4')).toBe('\xc3\xa4');
  });
});
