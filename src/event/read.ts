// Bytes to events: lines, records and assembly joined for callers that want no part of it in between.

import { LineSplitter } from '../record/lines.ts';
import { parseRecord } from '../record/parse.ts';
import { UnreadTally } from '../record/unread.ts';
import { Assembler, type AssemblerOptions } from './assemble.ts';
import type { AuditEvent } from './event.ts';

export class EventReader {
  /** Lines that hold no audit record. */
  malformed = 0;
  /** What those of them are that are about audit. */
  readonly unread: UnreadTally;
  readonly assembler: Assembler;
  private readonly lines: LineSplitter;

  constructor(emit: (event: AuditEvent) => void, options: AssemblerOptions = {}, unread = new UnreadTally()) {
    this.unread = unread;
    this.assembler = new Assembler(emit, options);
    this.lines = new LineSplitter(
      (bytes, start, end) => {
        const record = parseRecord(bytes, start, end);
        this.unread.lineAt(this.lines.lineAt);
        if (record) this.assembler.push(record);
        else if (end > start) {
          this.malformed++;
          this.unread.add(bytes, start, end);
        }
      },
      { records: true },
    );
  }

  /** The chunk may be reused as soon as this returns and the events handed out are done with. */
  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
    this.assembler.release();
  }

  end(): void {
    this.lines.end();
    this.assembler.end();
  }
}

/** Every event of some chunks, for small inputs and tests. */
export function readEvents(chunks: Iterable<Uint8Array>, options: AssemblerOptions = {}): AuditEvent[] {
  const events: AuditEvent[] = [];
  const reader = new EventReader((event) => events.push(event), options);
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return events;
}
