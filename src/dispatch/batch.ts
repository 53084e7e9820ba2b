// Records on their way from the daemon to the log and the plugins: whole lines, many at a time, in one piece of memory.

export interface RecordBatch {
  /** Whole lines, each with its newline. */
  readonly lines: Uint8Array;
  /** How many lines there are. */
  readonly records: number;
  /** The lines are this machine's, RAW and without a node name: their binary form is version 0 (wire.ts). */
  readonly raw?: boolean;
}

/** The first `count` records of a batch, sharing its memory. */
export function firstRecords(batch: RecordBatch, count: number): RecordBatch {
  let end = 0;
  for (let i = 0; i < count; i++) end = batch.lines.indexOf(10, end) + 1;
  return { ...batch, lines: batch.lines.subarray(0, end), records: count };
}

/** Each line of a batch, without its newline. */
export function* linesOf(batch: RecordBatch): Generator<Uint8Array> {
  let start = 0;
  for (let end = batch.lines.indexOf(10); end >= 0; end = batch.lines.indexOf(10, start)) {
    yield batch.lines.subarray(start, end);
    start = end + 1;
  }
}
