// Waiting records as numbers. A busy trail has a quarter of a million records waiting for two seconds to pass; as
// objects they would cost more memory and collector time than all other work. Here a record is a row of whole numbers
// and a reference to the chunk it stands in; it becomes an object again when its event comes out.

import { latin1 } from '../base/bytes.ts';
import type { AuditRecord } from '../record/record.ts';

/** A chunk of bytes, or the text of a record that has no bytes. */
type Origin = Uint8Array | string;

const CHUNK = 0;
const START = 1;
const END = 2;
const BODY = 3;
const TYPE = 4;
const NEXT = 5;
const WIDTH = 6;

/** What the rows of one event share. */
export interface RecordId {
  readonly node: string;
  readonly sec: number;
  readonly ms: number;
  readonly serial: number;
}

export class RecordPool {
  private rows = new Int32Array(1024 * WIDTH);
  private used = 0;
  private free = -1;
  private readonly origins: (Origin | undefined)[] = [];
  private readonly holders: number[] = [];
  private readonly freeOrigins: number[] = [];
  private readonly known = new Map<Uint8Array, number>();
  private last: Origin | undefined;
  private lastIndex = -1;
  private readonly freed: ((chunk: Uint8Array) => void) | undefined;

  /** `freed` is told of each chunk that nothing holds any more. */
  constructor(freed?: (chunk: Uint8Array) => void) {
    this.freed = freed;
  }

  /** Takes a record in; returns its row. `before` is the row of the record before it in the event, -1 for none. */
  add(record: AuditRecord, before: number): number {
    const row = this.takeRow();
    const { rows } = this;
    rows[row + CHUNK] = this.hold(record.bytes ?? record.text!);
    rows[row + START] = record.start;
    rows[row + END] = record.end;
    rows[row + BODY] = record.body;
    rows[row + TYPE] = record.type;
    rows[row + NEXT] = -1;
    if (before >= 0) rows[before + NEXT] = row;
    return row;
  }

  /** The records from row `first` on as objects; good until `drop`. */
  read(first: number, id: RecordId): AuditRecord[] {
    const records: AuditRecord[] = [];
    const { rows } = this;
    for (let row = first; row >= 0; row = rows[row + NEXT]!) {
      const origin = this.origins[rows[row + CHUNK]!]!;
      const isText = typeof origin === 'string';
      records.push({
        node: id.node,
        type: rows[row + TYPE]!,
        sec: id.sec,
        ms: id.ms,
        serial: id.serial,
        body: rows[row + BODY]!,
        bytes: isText ? undefined : origin,
        start: rows[row + START]!,
        end: rows[row + END]!,
        text: isText ? origin : undefined,
        fields: undefined,
      });
    }
    return records;
  }

  /** Gives the rows from `first` on back, and lets go of their chunks. */
  drop(first: number): void {
    const { rows } = this;
    for (let row = first; row >= 0; ) {
      const next = rows[row + NEXT]!;
      this.letGo(rows[row + CHUNK]!);
      rows[row + NEXT] = this.free;
      this.free = row;
      row = next;
    }
  }

  /** Gives the records from row `first` on memory of their own where their chunk is not `recent`. */
  detach(first: number, recent: ReadonlySet<Uint8Array> | undefined): void {
    const { rows } = this;
    for (let row = first; row >= 0; row = rows[row + NEXT]!) {
      const index = rows[row + CHUNK]!;
      const origin = this.origins[index]!;
      if (typeof origin === 'string' || recent?.has(origin)) continue;
      rows[row + CHUNK] = this.hold(latin1(origin, rows[row + START], rows[row + END]));
      this.letGo(index);
    }
  }

  /** Keeps a chunk from being free while its bytes are read. */
  keep(chunk: Uint8Array): void {
    this.hold(chunk);
  }

  /** Ends what `keep` began. */
  unkeep(chunk: Uint8Array): void {
    this.letGo(this.known.get(chunk)!);
  }

  private takeRow(): number {
    if (this.free >= 0) {
      const row = this.free;
      this.free = this.rows[row + NEXT]!;
      return row;
    }
    if (this.used + WIDTH > this.rows.length) {
      const larger = new Int32Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    const row = this.used;
    this.used += WIDTH;
    return row;
  }

  private hold(origin: Origin): number {
    if (origin === this.last && typeof origin !== 'string') {
      this.holders[this.lastIndex]!++;
      return this.lastIndex;
    }
    let index = typeof origin === 'string' ? undefined : this.known.get(origin);
    if (index === undefined) {
      index = this.freeOrigins.pop() ?? this.origins.length;
      this.origins[index] = origin;
      this.holders[index] = 0;
      if (typeof origin !== 'string') this.known.set(origin, index);
    }
    this.holders[index]!++;
    this.last = origin;
    this.lastIndex = index;
    return index;
  }

  private letGo(index: number): void {
    if (--this.holders[index]! > 0) return;
    const origin = this.origins[index]!;
    this.origins[index] = undefined;
    this.freeOrigins.push(index);
    if (this.lastIndex === index) this.last = undefined;
    if (typeof origin === 'string') return;
    this.known.delete(origin);
    this.freed?.(origin);
  }
}
