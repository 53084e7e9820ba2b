// Second pass of a search that knows what bytes to look for: goes only through the parts of the trail around the hits,
// and there takes in only the records of the events they belong to. Of every other record it reads the header, for time
// passes with them: the events come out whole, cut and ordered as if every record had been taken in.

import { compareStamps, type Stamp } from '../base/event-id.ts';
import { type Assembler, keyOf } from '../event/assemble.ts';
import type { FileSpan } from '../logs/span.ts';
import { emptyHead, type Head, type RecordReader, readHead } from '../record/parse.ts';
import type { AuditRecord } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';

/** Bytes looked at in one step back from a hit. A step whose records are all older than the timeout ends the way. */
const STEP_BACK = 256 << 10;

interface Oldest extends Stamp {
  /** It waits in the assembler too. */
  stands: boolean;
}

/** Seconds of which unfinished events are known. A clock's trail has two or three; of one whose times descend the oldest
 * is let go, and what stood behind that may come out before it. */
const MOST_SECONDS = 4096;

const PLACES = 1 << 18;
const PLACE_SHIFT = 32 - 18;

/** Decides for each line of a skimmed trail whether its event is wanted. */
export class Skimmer {
  private readonly head: Head = emptyHead();
  private readonly keys: ReadonlySet<number>;
  private readonly assembler: Assembler;
  private readonly timeout: number;
  /** Events of no interest that have begun: by `keyOf`, the count of beginnings at that time. A table in which a new
   * event may push out an old one whose place it shares: that one is then taken to begin again. */
  private readonly known = new Int32Array(PLACES);
  private readonly since = new Int32Array(PLACES);
  /** What began up to this count is forgotten. */
  private forgotten = 0;
  private begun = 0;
  /** When an event last began in a second: the count of beginnings. */
  private readonly lastBegun = new Map<number, number>();
  private latest = Number.NEGATIVE_INFINITY;
  /** Of the events of no interest that are not whole yet, the oldest of each second; the latest second first, so that
   * what is over goes from the end. */
  private readonly unfinished: Oldest[] = [];
  private readonly inOrder: boolean;
  private readonly read: RecordReader;

  constructor(
    keys: ReadonlySet<number>,
    assembler: Assembler,
    { timeout, inOrder, read }: { readonly timeout: number; readonly inOrder: boolean; readonly read: RecordReader },
  ) {
    this.keys = keys;
    this.assembler = assembler;
    this.timeout = timeout;
    this.inOrder = inOrder;
    this.read = read;
  }

  line(bytes: Uint8Array, start: number, end: number): void {
    if (!readHead(bytes, start, end, this.head)) {
      const record = this.read(bytes, start, end);
      if (record) this.record(record);
    } else if (this.keys.has(keyOf(this.head))) {
      this.record(this.read(bytes, start, end)!);
    } else this.pass(this.head);
  }

  /** The trail goes on elsewhere. */
  jump(): void {
    this.forget();
    this.assembler.clock.reset();
  }

  /** Forgets what has begun. */
  private forget(): void {
    this.forgotten = this.begun;
    this.lastBegun.clear();
    this.unfinished.length = 0;
    this.latest = Number.NEGATIVE_INFINITY;
  }

  private record(record: AuditRecord): void {
    if (!this.keys.has(keyOf(record))) {
      this.pass(record);
      return;
    }
    if (this.inOrder && this.assembler.isWhole(record.type)) this.queueUp(record);
    if (this.assembler.push(record)) this.note(this.assembler.clock.now);
  }

  /** An event that is whole at once comes out after the older ones that are not: the last of them waits beside it. */
  private queueUp(event: Stamp): void {
    let at = this.placeOf(event.sec);
    if (at < this.unfinished.length && !isBefore(this.unfinished[at]!, event)) at++;
    const last = this.unfinished[at];
    if (last) this.stand(last);
  }

  /** Where the oldest of a second stands, or would. */
  private placeOf(sec: number): number {
    let from = 0;
    for (let to = this.unfinished.length; from < to; ) {
      const middle = (from + to) >> 1;
      if (this.unfinished[middle]!.sec > sec) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** A record of no interest: when it begins an event, older ones may be whole. */
  private pass(head: Head | AuditRecord): void {
    const key = keyOf(head);
    const place = Math.imul(key, 0x9e3779b1) >>> PLACE_SHIFT;
    const since = this.known[place] === key ? this.since[place]! : 0;
    if (since > this.forgotten && !this.expired(head.sec, since)) return;
    if (head.type === RECORD.EOE) return;
    this.note(this.assembler.clock.pass(head.sec));
    if (!this.assembler.isWhole(head.type)) {
      this.known[place] = key;
      this.since[place] = this.begun;
      if (this.inOrder) this.unfinish(head);
    }
    this.assembler.settle();
  }

  private unfinish({ sec, ms, serial }: Stamp): void {
    const at = this.placeOf(sec);
    const oldest = this.unfinished[at]?.sec === sec ? this.unfinished[at] : undefined;
    if (oldest && !isBefore({ sec, ms, serial }, oldest)) return;
    const next = { sec, ms, serial, stands: false };
    this.unfinished.splice(at, oldest ? 1 : 0, next);
    if (this.unfinished.length > MOST_SECONDS) this.unfinished.pop();
    // What waits already and is newer must wait for this one too.
    if (this.assembler.pending > 0) this.stand(next);
  }

  private stand(oldest: Oldest): void {
    if (!oldest.stands) this.assembler.standIn(oldest);
    oldest.stands = true;
  }

  private note(sec: number): void {
    this.begun++;
    while ((this.unfinished.at(-1)?.sec ?? Number.POSITIVE_INFINITY) + this.timeout <= sec) this.unfinished.pop();
    if (sec > this.latest) this.latest = sec;
    if (this.lastBegun.size > MOST_SECONDS) this.forget();
    this.lastBegun.set(sec, this.begun);
  }

  /** Whether, since an event of second `sec` began, another began so late that it was whole. */
  private expired(sec: number, since: number): boolean {
    if (this.latest < sec + this.timeout) return false;
    for (const [second, when] of this.lastBegun) if (second >= sec + this.timeout && when > since) return true;
    return false;
  }
}

const isBefore = (a: Stamp, b: Stamp): boolean => compareStamps(a, b) < 0;

/** Where reading must begin so that the event of a hit is met from its first record: not before `floor`. */
export function startFor(span: FileSpan, at: number, sec: number, timeout: number, floor: number): number {
  const block = Buffer.allocUnsafeSlow(STEP_BACK);
  let from = at;
  while (from > floor) {
    const start = Math.max(floor, from - STEP_BACK);
    const got = span.read(block.subarray(0, from - start), start);
    const newest = newestSecond(block.subarray(0, got));
    from = start;
    if (newest !== undefined && newest < sec - timeout) break;
  }
  if (from === 0 || from === floor) return from;
  const got = span.read(block, from);
  const newline = block.subarray(0, got).indexOf(10);
  return newline < 0 ? floor : Math.min(at, from + newline + 1);
}

function newestSecond(block: Buffer): number | undefined {
  const head = emptyHead();
  let newest: number | undefined;
  for (let at = block.indexOf(10) + 1; at > 0 && at < block.length; ) {
    const newline = block.indexOf(10, at);
    const end = newline < 0 ? block.length : newline;
    if (readHead(block, at, end, head) && (newest === undefined || head.sec > newest)) newest = head.sec;
    at = end + 1;
  }
  return newest;
}
