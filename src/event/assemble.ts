// Puts interleaved records together again, in one pass, by look-up. Two ways to know that an event is whole:
//
//   'ending'  at its EOE record or at PROCTITLE, the last record the kernel writes before it; else by timeout.
//             Events come out as they end: what live readers want.
//   'time'    only by timeout, and events come out in order of time and serial, each after all that are older: what
//             ausearch prints. A late record still finds its event; a search holds two seconds of trail in memory.
//
// Timeout: a record that begins another event has a time `timeout` seconds past this one's (end_of_event_timeout,
// auditd.conf(5); trail-clock.ts doubts one that leaps). In both ways an event of one record by its type is whole at once, and too many waiting events or bytes force the oldest out,
// so that memory stays bounded whatever the trail holds. It reads no clock: time is the records'.

import { type Stamp, sameEvent } from '../base/event-id.ts';
import type { AuditRecord } from '../record/record.ts';
import { RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD } from '../tables/records.ts';
import type { AuditEvent, Ending } from './event.ts';
import { type Keyed, TimeHeap } from './heap.ts';
import { RecordPool } from './pool.ts';
import { AUDIT_BEGAN, LEAP, TrailClock } from './trail-clock.ts';

export interface AssemblerOptions {
  /** Seconds of record time after which an event without an end is taken as whole. Default 2. */
  readonly timeout?: number;
  /** As audit-userspace 4.2.2 does: a leap of more than a day in the records' times is the time at once (trail-clock.ts),
   * and a PROCTITLE that comes first is an event of its own. Else the other records may follow: ausearch prints them
   * backwards. */
  readonly classic?: boolean | undefined;
  /** When events come out: see the head of this file. Default 'ending'. */
  readonly order?: 'ending' | 'time';
  /** Events that may wait at once; the oldest is given up for a newer one. Default 131,072. */
  readonly limit?: number;
  /** Bytes of records that may wait at once. Default 64 MB. */
  readonly byteLimit?: number;
  /** Told of each chunk in which no record waits any more: its memory may be used again. */
  readonly freed?: (chunk: Uint8Array) => void;
  /** The bytes of a chunk that was put `away`, again, in memory of their own. */
  readonly reload?: (place: number) => Uint8Array;
}

/** What was odd about the trail so far. */
export interface AssemblyProblems {
  /** Events given up because too many waited. */
  forced: number;
  /** Events that came out by timeout or at the end of the trail without a record that ends them. */
  unfinished: number;
  /** EOE records of events that were not waiting. */
  strayEnds: number;
}

interface Waiting extends Keyed {
  readonly node: string;
  /** Rows of its first and last record in the pool; -1 of a stand-in (`standIn`), which has none. */
  readonly first: number;
  last: number;
  bytes: number;
  ended: 'eoe' | 'proctitle' | undefined;
  /** Whole: no further record joins it. */
  whole: boolean;
  /** The next waiting event with the same key, and how many follow. */
  next: Waiting | undefined;
  depth: number;
}

const FIRST_USER = RECORD.USER;
const FIRST_EVENT = RECORD_RANGE.events[0];
const FIRST_USER2 = RECORD_RANGE.moreUserMessages[0];

/** Whether a record of this type is an event by itself (ranges of kernel include/uapi/linux/audit.h: messages of
 * programs, except LOGIN which the kernel writes; network label changes; the kernel's own start message). */
export function isSingle(type: number): boolean {
  return (
    (type >= FIRST_USER && type < FIRST_EVENT && type !== RECORD.LOGIN) ||
    (type >= RECORD.MAC_UNLBL_ALLOW && type <= RECORD.MAC_CALIPSO_DEL) ||
    type === RECORD.KERNEL ||
    type >= FIRST_USER2
  );
}

/** Events with one key that are kept findable: more than a true trail ever has, few enough that none can be slow. */
const DEEPEST = 256;

/** A number for an event's time and serial; different events rarely share one. */
export const keyOf = (id: Stamp): number => (id.serial ^ Math.imul(id.sec, 0x9e3779b1) ^ (id.ms << 20)) | 0;

export class Assembler {
  readonly problems: AssemblyProblems = { forced: 0, unfinished: 0, strayEnds: 0 };
  /** The trail's time: for readers that take in some events only, and tell it of the others. */
  readonly clock: TrailClock;
  private readonly open = new Map<number, Waiting>();
  private readonly queue = new TimeHeap<Waiting>();
  private readonly pool: RecordPool;
  private count = 0;
  private bytes = 0;
  private pushed = 0;
  private readonly emit: (event: AuditEvent) => void;
  private readonly timeout: number;
  private readonly inOrder: boolean;
  private readonly classic: boolean;
  private readonly limit: number;
  private readonly byteLimit: number;

  constructor(emit: (event: AuditEvent) => void, options: AssemblerOptions = {}) {
    this.emit = emit;
    this.classic = options.classic === true;
    this.clock = new TrailClock(this.classic);
    this.pool = new RecordPool(options.freed, options.reload);
    this.timeout = options.timeout ?? 2;
    this.inOrder = options.order === 'time';
    this.limit = options.limit ?? 131_072;
    this.byteLimit = options.byteLimit ?? 64 << 20;
  }

  /** Events that have begun and not come out. */
  get pending(): number {
    return this.count;
  }

  /** Whether an event that begins with a record of this type is whole with it. */
  isWhole(type: number): boolean {
    return isSingle(type) || (type === RECORD.PROCTITLE && this.classic);
  }

  /** Takes the next record in; true when it began an event. */
  push(record: AuditRecord): boolean {
    this.pushed++;
    const event = this.find(record);
    if (event) {
      event.last = this.pool.add(record, event.last, this.pushed);
      event.bytes += record.end - record.start;
      this.bytes += record.end - record.start;
      if (record.type === RECORD.EOE || record.type === RECORD.PROCTITLE) {
        event.ended = record.type === RECORD.EOE ? 'eoe' : 'proctitle';
        if (!this.inOrder) {
          this.queue.leave(event);
          this.close(event, event.ended);
        }
      }
      if (this.bytes > this.byteLimit) this.drain(Number.NEGATIVE_INFINITY);
      return false;
    }
    if (record.type === RECORD.EOE) {
      this.problems.strayEnds++;
      return false;
    }
    this.begin(record);
    this.drain(this.clock.pass(record.sec));
    return true;
  }

  /** Waiting records whose bytes are not `recent` get memory of their own, so that old chunks can go. Call with the
   * chunks still worth holding, or with none before a chunk's memory is reused. */
  release(recent?: ReadonlySet<Uint8Array>): void {
    if (!recent && this.pool.detachNew()) return;
    for (const event of this.queue.all()) if (event.first >= 0) this.pool.detach(event.first, recent);
    if (!recent) this.pool.allDetached();
  }

  /** Holds a chunk while its records are pushed; `freed` is told of it no sooner than `chunkDone`. */
  chunkBegun(chunk: Uint8Array): void {
    this.pool.keep(chunk);
  }

  chunkDone(chunk: Uint8Array): void {
    this.pool.unkeep(chunk);
  }

  /** Lets go of a chunk that is done, although records wait in it: `reload` is asked for it by its `place`. */
  away(chunk: Uint8Array, place: number): void {
    this.pool.away(chunk, place);
  }

  /** What waits, as numbers: for each event in order of arrival how it stands, how many records ago each of its records
   * came, and -1. Assemblers with the same options that are equal in this will say the same of the same records. */
  state(): Int32Array {
    const events = [...this.queue.all()].sort((a, b) => a.order - b.order);
    const numbers = new Int32Array(this.pool.size + 2 * events.length + 2);
    numbers.set(this.clock.state());
    let at = 2;
    for (const event of events) {
      const ended = event.ended === undefined ? 0 : event.ended === 'eoe' ? 1 : 2;
      numbers[at++] = event.depth * 8 + (event.whole ? 4 : 0) + ended;
      for (const number of this.pool.numbers(event.first)) numbers[at++] = this.pushed - number;
      numbers[at++] = -1;
    }
    return numbers;
  }

  /** The records of events that have begun and not come out, in the order of their events: what a reader that stops
   * here must be given again. Good until the next push. */
  *waiting(): Generator<AuditRecord> {
    for (const event of this.queue.all()) if (event.first >= 0) yield* this.pool.read(event.first, event);
  }

  /** An event whose records are not taken in waits in the order of events like any other, and comes to nothing: for a
   * reader that takes in some events only and must give them in the order they have among all. */
  standIn(id: { readonly sec: number; readonly ms: number; readonly serial: number }): void {
    const { sec, ms, serial } = id;
    const event = { node: '', sec, ms, serial, first: -1, last: -1, bytes: 0, ended: undefined, whole: false };
    this.queue.add({ ...event, next: undefined, depth: 0, gone: false, order: 0 });
    this.count++;
  }

  /** Everything older than time `now` by the timeout comes out; for live readers whose trail has gone quiet. So does what
   * is more than a day later than `now`, a clock that was set, when nothing else waits: it would wait for ever. */
  expire(now: number): void {
    this.drain(now);
    if (now >= AUDIT_BEGAN && (this.queue.first()?.sec ?? 0) > now + LEAP) this.drain(Number.POSITIVE_INFINITY);
  }

  /** What is over at the trail's time comes out. */
  settle(): void {
    this.drain(this.clock.now);
  }

  /** The trail has ended: what waits comes out in order of time. */
  end(): void {
    for (let event = this.queue.first(); event; event = this.queue.first())
      this.take(event, event.ended ?? (event.whole ? 'single' : 'end'));
  }

  private begin(record: AuditRecord): void {
    const { node, sec, ms, serial, type } = record;
    const whole = this.isWhole(type);
    if (whole && (!this.inOrder || this.queue.leads(sec, ms, serial))) {
      this.emit({
        node,
        sec,
        ms,
        serial,
        records: [record],
        ending: type === RECORD.PROCTITLE ? 'proctitle' : 'single',
      });
      return;
    }
    const bytes = record.end - record.start;
    const row = this.pool.add(record, -1, this.pushed);
    const event: Waiting = {
      node,
      sec,
      ms,
      serial,
      first: row,
      last: row,
      bytes,
      ended: type === RECORD.PROCTITLE ? 'proctitle' : undefined,
      whole,
      next: undefined,
      depth: 0,
      gone: false,
      order: 0,
    };
    if (!whole) this.remember(event);
    this.queue.add(event);
    this.count++;
    this.bytes += bytes;
  }

  private remember(event: Waiting): void {
    const key = keyOf(event);
    event.next = this.open.get(key);
    event.depth = event.next ? event.next.depth + 1 : 0;
    if (event.depth > DEEPEST) event.whole = true;
    else this.open.set(key, event);
  }

  private find(record: AuditRecord): Waiting | undefined {
    let event = this.open.get(keyOf(record));
    while (event && !sameEvent(event, record)) event = event.next;
    return event;
  }

  /** Hands out from the old end of the queue what can change no more. */
  private drain(now: number): void {
    for (let event = this.queue.first(); event; event = this.queue.first()) {
      if (event.whole) this.take(event, event.ended ?? 'single');
      else if (event.sec + this.timeout <= now) this.take(event, event.ended ?? 'timeout');
      else if (this.count > this.limit || this.bytes > this.byteLimit) {
        this.problems.forced++;
        this.take(event, event.ended ?? 'limit');
      } else return;
    }
  }

  /** Takes the first event of the queue and hands it out. */
  private take(event: Waiting, ending: Ending): void {
    this.queue.removeFirst();
    this.close(event, ending);
  }

  private close(event: Waiting, ending: Ending): void {
    if (event.first < 0) {
      this.count--;
      return;
    }
    if (!event.whole) this.forget(event);
    this.count--;
    this.bytes -= event.bytes;
    if (ending === 'timeout' || ending === 'end') this.problems.unfinished++;
    const { node, sec, ms, serial, first } = event;
    this.emit({ node, sec, ms, serial, records: this.pool.read(first, event), ending });
    this.pool.drop(first);
  }

  private forget(event: Waiting): void {
    const key = keyOf(event);
    const first = this.open.get(key)!;
    if (first === event) {
      if (event.next) this.open.set(key, event.next);
      else this.open.delete(key);
      return;
    }
    let before = first;
    while (before.next !== event) before = before.next!;
    before.next = event.next;
  }
}
