// First pass of a search that knows what bytes to look for: where they stand, and which events those lines belong to.

import { keyOf } from '../event/assemble.ts';
import type { FileSpan } from '../logs/span.ts';
import { eachRecord } from '../record/lines.ts';
import { emptyHead, type Head, type RecordReader, readHead } from '../record/parse.ts';
import type { AuditRecord } from '../record/record.ts';

/** Lines that hold a needle, in the order of the trail. */
export interface Hits {
  /** Where each line begins, in bytes. */
  readonly at: number[];
  /** Its seconds. */
  readonly sec: number[];
  /** `keyOf` of the events they belong to. */
  readonly keys: Set<number>;
}

/** Read at a time: what stays in the processor's cache while each needle is looked for. */
const BLOCK = 512 << 10;
/** More hits than this say that nearly everything matches: skipping would cost more than it saves. */
const MOST_HITS = 30_000;

/** Finds the needles; undefined when there are too many, or a line is too long to be looked at whole. */
export function findHits(span: FileSpan, needles: readonly string[], read: RecordReader): Hits | undefined {
  const wanted = needles.map((needle) => Buffer.from(needle, 'latin1'));
  const block = Buffer.allocUnsafeSlow(BLOCK);
  const hits: Hits = { at: [], sec: [], keys: new Set() };
  for (let at = 0; at < span.size; ) {
    const got = span.read(block, at);
    if (got === 0) break;
    const last = block.subarray(0, got).lastIndexOf(10);
    if (last < 0 && got === BLOCK) return undefined;
    const end = at + got >= span.size || last < 0 ? got : last + 1;
    collect(block.subarray(0, end), at, wanted, read, hits);
    if (hits.at.length > MOST_HITS) return undefined;
    at += end;
  }
  return hits;
}

function collect(block: Buffer, base: number, wanted: readonly Buffer[], read: RecordReader, hits: Hits): void {
  const starts: number[] = [];
  for (const needle of wanted) {
    for (let at = block.indexOf(needle); at >= 0; ) {
      starts.push(at === 0 ? 0 : block.lastIndexOf(10, at - 1) + 1);
      const next = block.indexOf(10, at);
      at = next < 0 ? -1 : block.indexOf(needle, next);
    }
  }
  if (starts.length === 0) return;
  if (wanted.length > 1) starts.sort((a, b) => a - b);
  const head = emptyHead();
  for (const [i, start] of starts.entries()) {
    if (start === starts[i - 1]) continue;
    const newline = block.indexOf(10, start);
    const end = newline < 0 ? block.length : newline;
    const add = (from: number, to: number): void => {
      const found: Head | AuditRecord | undefined = readHead(block, from, to, head) ? head : read(block, from, to);
      if (!found) return;
      hits.at.push(base + start);
      hits.sec.push(found.sec);
      hits.keys.add(keyOf(found));
    };
    // A line of several records may hold several events: all of them are looked at.
    eachRecord(block, start, end, (_, from, to) => add(from, to));
  }
}
