// What the kernel sent, as the log and the plugins get it: with the node's name in front and the enrichment behind, as
// configured. The log has no EOE records (nothing but the end of an event is in them); plugins do.

import { latin1 } from '../base/bytes.ts';
import type { RecordBatch } from '../dispatch/batch.ts';

export interface FormatOptions {
  /** `node=` of every line; '' for none. */
  readonly node: string;
  /** The enrichment of a line whose `type=` is at `from`; undefined for log_format = RAW. */
  readonly tail: ((line: string, from: number) => string) | undefined;
}

export interface Formatted {
  readonly log: RecordBatch;
  readonly plugins: RecordBatch;
}

/** Formats lines `type=… msg=audit(…): …\n` that begin with their type. */
export function formatBatch(batch: RecordBatch, options: FormatOptions): Formatted {
  const plain = options.node === '' && !options.tail;
  const plugins = plain ? { ...batch, raw: true } : { lines: rewrite(batch.lines, options), records: batch.records };
  return { log: withoutEoe(plugins, options.node === '' ? 0 : options.node.length + 6), plugins };
}

function rewrite(lines: Uint8Array, { node, tail }: FormatOptions): Uint8Array {
  const text = latin1(lines);
  const prefix = node === '' ? '' : `node=${node} `;
  let out = '';
  for (let start = 0, end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
    const line = text.slice(start, end);
    out += `${prefix}${line}${tail ? tail(line, 0) : ''}\n`;
  }
  return Buffer.from(out, 'latin1');
}

const EOE = [69, 79, 69, 32]; // "EOE "

function withoutEoe(batch: RecordBatch, from: number): RecordBatch {
  const { lines } = batch;
  const kept: Uint8Array[] = [];
  let dropped = 0;
  let keepFrom = 0;
  for (let start = 0, end = lines.indexOf(10); end >= 0; start = end + 1, end = lines.indexOf(10, start)) {
    const type = start + from + 5;
    if (EOE.every((code, i) => lines[type + i] === code)) {
      if (start > keepFrom) kept.push(lines.subarray(keepFrom, start));
      keepFrom = end + 1;
      dropped++;
    }
  }
  if (dropped === 0) return batch;
  if (keepFrom < lines.length) kept.push(lines.subarray(keepFrom));
  return { lines: Buffer.concat(kept), records: batch.records - dropped };
}
