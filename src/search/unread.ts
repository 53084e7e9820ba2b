// A pass over a trail that only looks which of its lines can be read: what a search by needles makes up for before it may
// say that there is nothing.

import { CHUNK } from '../logs/read.ts';
import type { FileSpan } from '../logs/span.ts';
import { LineSplitter } from '../record/lines.ts';
import { emptyHead, parseRecord, readHead } from '../record/parse.ts';
import { UnreadTally } from '../record/unread.ts';
import { looksLikeStrace } from '../strace/line.ts';

/** A tally for a trail that people name: logs of strace are known too. */
export const trailTally = (): UnreadTally => new UnreadTally((text) => (looksLikeStrace(text) ? 'strace' : undefined));

/** Counts the lines of a span that could not be read. */
export function countUnread(span: FileSpan, unread: UnreadTally): void {
  const head = emptyHead();
  const lines: LineSplitter = new LineSplitter((bytes, start, end) => {
    unread.lineAt(lines.lineAt);
    if (readHead(bytes, start, end, head) || end === start || parseRecord(bytes, start, end)) return;
    unread.add(bytes, start, end);
  });
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  for (let at = 0; at < span.size; ) {
    const file = span.fileAt(at);
    if (file !== undefined) unread.begin(file);
    const got = span.read(chunk.subarray(0, span.fileEnd(at) - at), at);
    if (got === 0) break; // the file became shorter
    lines.push(chunk.subarray(0, got));
    at += got;
  }
  lines.end();
}
