// The view `events` as an Arrow IPC file, a batch at a time: the embedded DuckDB has no Arrow writer. Columns are those of
// the Parquet export. The nested records are read from the raw lines here, by the same rules as the view's
// (duckdb-schema.ts), for DuckDB would hand over each field as an object. Loaded only by an export.

import type { DuckDBConnection, DuckDBTimestampValue, DuckDBValue } from '@duckdb/node-api';
import {
  type Data,
  type DataType,
  Field,
  Int64,
  List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { FACETS, NUMBERS } from './store.ts';

const TEXT = new Utf8();
const WHOLE = new Int64();
const field = (name: string, type: DataType): Field => new Field(name, type, true);

const PAIR = new Struct([field('name', TEXT), field('value', TEXT)]);
const PAIRS = new List(field('l', PAIR));
const RECORD = new Struct([field('type', TEXT), field('raw', TEXT), field('fields', PAIRS)]);
const RECORDS = new List(field('l', RECORD));

const WHOLES_BEFORE = ['sec', 'ms', 'serial'];
/** As the view has them; `raw` and `records` come last. */
const COLUMNS: readonly Field[] = [
  field('seq', WHOLE),
  field('time', new TimestampMicrosecond()),
  ...WHOLES_BEFORE.map((name) => field(name, WHOLE)),
  ...FACETS.map((name) => field(name, TEXT)),
  ...NUMBERS.map((name) => field(name, WHOLE)),
  field('raw', TEXT),
];
const SCHEMA = new Schema([...COLUMNS, field('records', RECORDS)]);

/** Hands the bytes of the file to `write`, in order; returns how many events it holds. */
export async function arrowFile(connection: DuckDBConnection, write: (bytes: Uint8Array) => void): Promise<number> {
  const writer = new RecordBatchFileWriter();
  const written = (async () => {
    for await (const bytes of writer) write(bytes);
  })();
  const result = await connection.stream(
    `SELECT ${COLUMNS.map((one) => one.name).join(', ')} FROM events ORDER BY seq`,
  );
  let count = 0;
  writer.reset(undefined, SCHEMA);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    writer.write(batchOf(chunk.getColumns()));
    count += chunk.rowCount;
  }
  writer.finish();
  await written;
  return count;
}

function batchOf(columns: readonly (readonly DuckDBValue[])[]): RecordBatch {
  const raws = columns.at(-1) as readonly string[];
  const children = columns.map((values, i) => columnOf(COLUMNS[i]!.type, values));
  const type = new Struct(SCHEMA.fields);
  const data = makeData({ type, length: raws.length, nullCount: 0, children: [...children, recordsOf(raws)] });
  return new RecordBatch(SCHEMA, data);
}

function columnOf(type: DataType, values: readonly DuckDBValue[]): Data {
  if (type === TEXT) return textOf(values as readonly string[]);
  const data = new BigInt64Array(values.length);
  const valid = new Uint8Array((values.length + 7) >> 3);
  let nulls = 0;
  for (const [i, value] of values.entries()) {
    if (value === null) nulls++;
    else {
      valid[i >> 3]! |= 1 << (i & 7);
      data[i] = typeof value === 'bigint' ? value : (value as DuckDBTimestampValue).micros;
    }
  }
  const nullBitmap = nulls > 0 ? valid : null;
  const shape = { length: values.length, nullCount: nulls, nullBitmap, data };
  return type === WHOLE
    ? makeData({ type: WHOLE, ...shape })
    : makeData({ type: new TimestampMicrosecond(), ...shape });
}

/** Strings as one run of UTF-8, and where each begins. */
function textOf(values: readonly string[]): Data<Utf8> {
  const data = Buffer.from(values.join(''), 'utf8');
  const valueOffsets = new Int32Array(values.length + 1);
  let at = 0;
  let characters = 0;
  for (const value of values) characters += value.length;
  const plain = characters === data.length;
  for (const [i, value] of values.entries()) {
    at += plain ? value.length : Buffer.byteLength(value, 'utf8');
    valueOffsets[i + 1] = at;
  }
  return makeData({ type: TEXT, length: values.length, nullCount: 0, valueOffsets, data });
}

/** The lines of each event, and the fields of each line. RE2's classes are ASCII; its `.` is all but a newline. */
const NAME = /^(?:node=[^\t\n\f\r ]* )?type=([^\t\n\f\r ]*)/;
// Where a stamp or a name could begin in many places, only the last, or the first, is tried: else it takes the square.
const BODY = /msg=audit\((?:(?!msg=audit\()[^)])*\): ?([^\n]*)$/;
const PAIR_IN = /(?<![A-Za-z0-9_-])([A-Za-z0-9_-]+)=("[^"]*"|[^ ]*)/g;

function recordsOf(raws: readonly string[]): Data<List> {
  const lines: string[] = [];
  const types: string[] = [];
  const names: string[] = [];
  const values: string[] = [];
  const firstLine = new Int32Array(raws.length + 1);
  const firstPair: number[] = [0];
  for (const [i, raw] of raws.entries()) {
    for (const line of raw.split('\n')) {
      lines.push(line);
      types.push(NAME.exec(line)?.[1] ?? '');
      for (const [, name, value] of (BODY.exec(line)?.[1] ?? '').matchAll(PAIR_IN)) {
        names.push(name!);
        values.push(value!);
      }
      firstPair.push(names.length);
    }
    firstLine[i + 1] = lines.length;
  }
  const pairs = makeData({ type: PAIR, length: names.length, nullCount: 0, children: [textOf(names), textOf(values)] });
  const fields = listOf(PAIRS, Int32Array.from(firstPair), pairs);
  const children = [textOf(types), textOf(lines), fields];
  return listOf(RECORDS, firstLine, makeData({ type: RECORD, length: lines.length, nullCount: 0, children }));
}

const listOf = (type: List, valueOffsets: Int32Array, child: Data): Data<List> =>
  makeData({ type, length: valueOffsets.length - 1, nullCount: 0, valueOffsets, child: child as never });
