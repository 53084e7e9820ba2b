// The three exports tell the same: each is read back by another reader than wrote it, hostile text included.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { fieldsOf, textOf, typeText } from '../record/record.ts';
import { duckStore, exportStore } from './index.ts';

const sample = readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)));
const hostile = [
  `node=a\xa0b type=USER_LOGIN msg=audit(1.500:1): acct="=cmd|' /C calc'!A0" exe="@SUM(1)" terminal="+1"`,
  // a command that begins with a full-width sign, and one that begins with a newline
  'type=USER_LOGIN msg=audit(1.600:2): acct="x" comm=EFBC9D312B31 exe=0A3D312B31 terminal="t"',
  'type=USER_LOGIN msg=audit(999999999999.100:2): acct="a,\r""b" op=\xe9\xff x="" y= z',
  'type=\xe9\xe9 msg=audit(3.000:3): comm=2D61 exe=? a=1\rb=2 key="-2+3"',
  'type=SYSCALL msg=audit(4.000:4): arch=c000003e syscall=59 success=yes comm="-rf" exe="=1+1" key=(null) pid=7',
  'type=USER msg=audit(5.000:5):',
];
const events = readEvents([sample, Buffer.from(`${hostile.join('\n')}\n`, 'latin1')]);
if (events.filter((event) => event.sec < 10 || event.sec > 1e10).length < 4)
  throw new Error('The hostile lines were not read.');
const dir = mkdtempSync(join(tmpdir(), 'auspex-export-'));
const file = join(dir, 'store.duckdb');
const at = (name: string): string => join(dir, name);
beforeAll(async () => {
  const store = await duckStore(file);
  await store.append(events.slice(0, 100));
  await store.append(events.slice(100));
  await store.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

/** What a DuckDB that knows nothing of stores reads. */
async function read(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Arrow's values as JSON has DuckDB's. */
function plain(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') return name === 'time' ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Symbol.iterator in value && !('toJSON' in value && !('length' in value)))
    return [...(value as Iterable<unknown>)].map((one) => plain(one, ''));
  return Object.fromEntries(
    Object.entries((value as { toJSON(): object }).toJSON()).map(([key, one]) => [key, plain(one, '')]),
  );
}

describe('exportStore', () => {
  it('Parquet holds every event, record and field', async () => {
    const to = at("it's.parquet");
    expect(await exportStore(file, to, 'parquet')).toBe(events.length);
    const rows = await read(`FROM '${to.replaceAll("'", "''")}' ORDER BY seq`);
    expect(rows.map((row) => row.raw)).toEqual(events.map((event) => event.records.map(textOf).join('\n')));
    const records = rows[0]!.records as { type: string; fields: { name: string; value: string }[] }[];
    expect(records.map((record) => record.type)).toEqual(events[0]!.records.map(typeText));
    expect(records[0]!.fields[0]).toMatchObject({
      name: fieldsOf(events[0]!.records[0]!)[0]!.name,
      value: fieldsOf(events[0]!.records[0]!)[0]!.value,
    });
  });

  it('Arrow holds the same rows', async () => {
    await exportStore(file, at('a.parquet'), 'parquet');
    expect(await exportStore(file, at('a.arrow'), 'arrow')).toBe(events.length);
    const bytes = readFileSync(at('a.arrow'));
    expect(bytes.subarray(0, 6).toString()).toBe('ARROW1');
    expect(bytes.subarray(-6).toString()).toBe('ARROW1');
    const table = tableFromIPC(bytes);
    const wanted = await read(`SELECT * EXCLUDE (time) FROM '${at('a.parquet')}' ORDER BY seq`);
    const names = Object.keys(wanted[0]!);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['seq', 'time', ...names.slice(1)]);
    const columns = names.map((name) => [name, [...table.getChild(name)!].map((one) => plain(one, name))] as const);
    for (const [name, values] of columns) expect(values, name).toEqual(wanted.map((row) => row[name]));
    // Times as microseconds, from the buffer itself: the reader's own are rounded to milliseconds.
    const times = await read(`SELECT epoch_us(time)::VARCHAR AS t FROM '${at('a.parquet')}' ORDER BY seq`);
    const vector = table.getChild('time')!;
    const told = vector.data.flatMap((part) =>
      Array.from({ length: part.length }, (_, i) =>
        part.getValid(i) ? String((part.values as BigInt64Array)[i]) : null,
      ),
    );
    expect(told).toEqual(times.map((row) => row.t));
    expect(told).toContain(null);
  });

  it('CSV holds the same, and nothing that a spreadsheet would run', async () => {
    await exportStore(file, at('b.parquet'), 'parquet');
    await exportStore(file, at('b.csv'), 'csv');
    const csv = `read_csv('${at('b.csv')}', header = true, all_varchar = true, quote = '"', escape = '"', max_line_size = 1000000)`;
    const rows = await read(`SELECT * FROM ${csv} ORDER BY seq::BIGINT`);
    const wanted = await read(
      `SELECT * EXCLUDE (records) FROM (SELECT COLUMNS(*)::VARCHAR FROM '${at('b.parquet')}') ORDER BY seq::BIGINT`,
    );
    expect(rows).toHaveLength(events.length);
    let disarmed = 0;
    for (const [i, row] of rows.entries()) {
      for (const [name, value] of Object.entries(row)) {
        const text = (value ?? '') as string;
        const plainText = (wanted[i]![name] ?? '') as string;
        if (/^([=+\-@\t\r\n]|\xef\xbc[\x8b\x8d\x9d\xa0])/.test(plainText) && !['sec', 'ms'].includes(name)) {
          expect(text).toBe(`'${plainText}`);
          disarmed++;
        } else expect(text).toBe(plainText);
      }
    }
    expect(disarmed).toBeGreaterThanOrEqual(4);
  });

  it('says what it cannot write', async () => {
    for (const format of ['parquet', 'csv', 'arrow'] as const)
      await expect(exportStore(file, join(dir, 'none/x'), format)).rejects.toMatchObject({
        code: 'export',
        message: expect.stringMatching(/^Cannot export to .*none\/x/),
      });
    await expect(exportStore(at('missing'), at('x'), 'csv')).rejects.toMatchObject({ code: 'store' });
  });
});
