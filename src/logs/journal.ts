// A stream that may be a journal's export instead of an audit log: looked at once, at its first bytes.

import { bytesOf } from '../base/bytes.ts';
import { JournalDecoder, journalFormat } from '../record/journal.ts';

/** The chunks as they are, or, where they are `journalctl -o export` or `-o json`, as chunks of audit log lines. */
export async function* auditLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: JournalDecoder | undefined;
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.length > 0) {
      const format = journalFormat(chunk);
      if (format) decoder = new JournalDecoder(format);
      first = false;
    }
    if (!decoder) yield chunk;
    else {
      const lines = decoder.push(chunk);
      if (lines !== '') yield bytesOf(lines);
    }
  }
  const lines = decoder?.end();
  if (lines) yield bytesOf(lines);
}
