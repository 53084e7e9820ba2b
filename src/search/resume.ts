// A search that goes on where the last one ended (ausearch --checkpoint). Events come out as in any search, but only
// whole ones: an event still being written at the end of the trail is left for next time. Those up to and with the
// checkpoint's are passed over. Reading begins at the checkpoint's byte offset where the file is still the same.

import { statSync } from 'node:fs';
import { AuditError, isAuditError } from '../base/error.ts';
import { sameEvent, stampText } from '../base/event-id.ts';
import { Assembler, keyOf } from '../event/assemble.ts';
import type { AuditEvent } from '../event/event.ts';
import type { EventFaults } from '../host/faults.ts';
import { readLog } from '../logs/read.ts';
import { LineSplitter } from '../record/lines.ts';
import { parseRecordAsAusearch } from '../record/parse.ts';
import type { Checkpoint, CheckpointEvent } from './checkpoint.ts';

export interface ResumeOptions {
  /** The files of the trail, oldest first. */
  readonly paths: readonly string[];
  readonly checkpoint: Checkpoint | undefined;
  readonly matches: (event: AuditEvent) => boolean;
  /** Called for each new matching event; false ends the search after it. */
  readonly found: (event: AuditEvent) => boolean;
  readonly timeout?: number;
  /** As in a search. */
  readonly guard?: EventFaults;
  /** Seconds since 1970 UTC: what is older than the timeout by the clock is whole although nothing came after it. */
  readonly now: number;
}

export interface Resumed {
  readonly found: number;
  /** Undefined when nothing new came out. */
  readonly checkpoint: Checkpoint | undefined;
}

interface Place {
  readonly file: number;
  readonly at: number;
}

/** Searches what is new. Throws AuditError `checkpoint-data` when the checkpoint's file is not in the set,
 * `checkpoint-event` when its event is not in the file. */
export async function resumeSearch(options: ResumeOptions): Promise<Resumed> {
  const { checkpoint, paths } = options;
  const stats = paths.map((path) => statSync(path));
  if (!checkpoint?.event) return new ResumeRun(options, undefined, 0).go(0);
  const same = stats.findIndex((s) => s.dev === checkpoint.dev && s.ino === checkpoint.inode);
  if (same < 0 && paths.length > 1)
    throw new AuditError(
      'checkpoint-data',
      'Cannot go on from the checkpoint: its file is not among the logs any more',
    );
  const file = Math.max(0, same);
  const { offset } = checkpoint.event;
  if (same >= 0 && offset !== undefined && offset < stats[file]!.size) {
    const run = new ResumeRun(options, checkpoint.event, file);
    try {
      return await run.go(offset);
    } catch (error) {
      if (!isAuditError(error, 'checkpoint-event') || run.spoke) throw error;
    }
  }
  return new ResumeRun(options, checkpoint.event, file).go(0);
}

class ResumeRun {
  /** Whether an event was handed out. */
  spoke = false;
  private readonly options: ResumeOptions;
  private readonly first: number;
  private sought: CheckpointEvent | undefined;
  private readonly begun = new Map<number, Place>();
  private last: { readonly event: AuditEvent; readonly place: Place } | undefined;
  private found = 0;
  private done = false;

  constructor(options: ResumeOptions, sought: CheckpointEvent | undefined, first: number) {
    this.options = options;
    this.sought = sought;
    this.first = first;
  }

  /** Reads from byte `from` of the first file on to the end of the last. */
  async go(from: number): Promise<Resumed> {
    const { paths, timeout = 2, now, guard } = this.options;
    const take = (event: AuditEvent): void => this.take(event);
    const assembler = new Assembler(guard?.around(take) ?? take, { order: 'time', timeout, classic: true });
    for (let file = this.first; file < paths.length && !this.done; file++) {
      const base = file === this.first ? from : 0;
      const lines: LineSplitter = new LineSplitter((bytes, start, end) => {
        const record = parseRecordAsAusearch(bytes, start, end);
        if (!record) return;
        const key = keyOf(record);
        const known = this.begun.has(key);
        if (!known) this.begun.set(key, { file, at: base + lines.lineAt });
        if (!assembler.push(record) && !known) this.begun.delete(key);
      });
      for await (const chunk of readLog(paths[file]!, base)) {
        lines.push(chunk);
        assembler.release();
        if (this.done) break;
      }
      if (file < paths.length - 1) lines.end();
    }
    if (!this.done) assembler.expire(now);
    if (this.sought) throw notFound(this.sought);
    return { found: this.found, checkpoint: this.checkpoint() };
  }

  private take(event: AuditEvent): void {
    if (this.done) return;
    const key = keyOf(event);
    const place = this.begun.get(key);
    this.begun.delete(key);
    if (this.sought) {
      if (sameEvent(event, this.sought)) this.sought = undefined;
      if (place) this.last = { event, place };
      return;
    }
    if (place) this.last = { event, place };
    if (!this.options.matches(event)) return;
    this.spoke = true;
    this.found++;
    if (!this.options.found(event)) this.done = true;
  }

  /** Where the next search begins: at the first record of the last event handed out, or of one that still waits. */
  private checkpoint(): Checkpoint | undefined {
    if (!this.last) return undefined;
    const { event } = this.last;
    let first = this.last.place;
    for (const waiting of this.begun.values())
      if (waiting.file < first.file || (waiting.file === first.file && waiting.at < first.at)) first = waiting;
    const { dev, ino } = statSync(this.options.paths[first.file]!);
    const offset = first.at;
    const { node, sec, ms, serial, records } = event;
    return { dev, inode: ino, event: { node, sec, ms, serial, type: records[0]!.type, offset } };
  }
}

function notFound(event: CheckpointEvent): AuditError {
  return new AuditError(
    'checkpoint-event',
    `Cannot go on from the checkpoint: event ${stampText(event)} is not where it was in the log; --start checkpoint goes on by its time`,
  );
}
