// Waiting records as numbers. A busy trail has a quarter of a million records waiting for two seconds to pass; as
// objects they would cost more memory and collector time than all other work. Here a record is a row of whole numbers
// and a reference to the chunk it stands in; it becomes an object again when its event comes out.

import type { EventId } from '../base/event-id.ts';
import { type AuditRecord, textAt } from '../record/record.ts';

/** A chunk of bytes, or the text of a record that has no bytes, or where the bytes of a chunk can be read again. */
type Origin = Uint8Array | string | number;

const CHUNK = 0;
const START = 1;
const END = 2;
const BODY = 3;
const TYPE = 4;
const NEXT = 5;
const NUMBER = 6;
const WIDTH = 7;

/** In a row that is free. */
const NO_ORIGIN = -1;
const MOST_ADDED = 65_536;

export class RecordPool {
  private rows = new Int32Array(1024 * WIDTH);
  private used = 0;
  /** Records in it. */
  size = 0;
  private free = -1;
  private readonly origins: (Origin | undefined)[] = [];
  private readonly holders: number[] = [];
  private readonly freeOrigins: number[] = [];
  private readonly known = new Map<Uint8Array, number>();
  private last: Origin | undefined;
  private lastIndex = -1;
  /** Rows added since the last `detachNew`, while there are few enough to be worth knowing. */
  private added: number[] = [];
  private readonly freed: ((chunk: Uint8Array) => void) | undefined;
  private readonly reload: ((place: number) => Uint8Array) | undefined;

  /** `freed` is told of each chunk that nothing holds any more; `reload` brings back one that was put `away`. */
  constructor(freed?: (chunk: Uint8Array) => void, reload?: (place: number) => Uint8Array) {
    this.freed = freed;
    this.reload = reload;
  }

  /** Takes a record in; returns its row. `before` is the row of the record before it in the event, -1 for none;
   * `number` is the caller's own. */
  add(record: AuditRecord, before: number, number: number): number {
    const row = this.takeRow();
    const { rows } = this;
    rows[row + CHUNK] = this.hold(record.bytes ?? record.text!);
    rows[row + START] = record.start;
    rows[row + END] = record.end;
    rows[row + BODY] = record.body;
    rows[row + TYPE] = record.type;
    rows[row + NEXT] = -1;
    rows[row + NUMBER] = number;
    if (before >= 0) rows[before + NEXT] = row;
    if (this.added.length <= MOST_ADDED) this.added.push(row);
    return row;
  }

  /** The records from row `first` on as objects; good until `drop`. */
  read(first: number, id: EventId): AuditRecord[] {
    const records: AuditRecord[] = [];
    const { rows } = this;
    for (let row = first; row >= 0; row = rows[row + NEXT]!) {
      const origin = this.present(rows[row + CHUNK]!);
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

  /** The callers' numbers of the records from row `first` on. */
  *numbers(first: number): Generator<number> {
    for (let row = first; row >= 0; row = this.rows[row + NEXT]!) yield this.rows[row + NUMBER]!;
  }

  /** Lets go of a chunk's bytes although records wait in it: `reload` gives them again when the first is asked for. */
  away(chunk: Uint8Array, place: number): void {
    const index = this.known.get(chunk);
    if (index === undefined) return;
    this.origins[index] = place;
    this.known.delete(chunk);
    if (this.last === chunk) this.last = undefined;
    this.freed?.(chunk);
  }

  /** Gives the rows from `first` on back, and lets go of their chunks. */
  drop(first: number): void {
    const { rows } = this;
    for (let row = first; row >= 0; ) {
      const next = rows[row + NEXT]!;
      this.letGo(rows[row + CHUNK]!);
      this.size--;
      rows[row + CHUNK] = NO_ORIGIN;
      rows[row + NEXT] = this.free;
      this.free = row;
      row = next;
    }
  }

  /** Gives the records from row `first` on memory of their own where their chunk is not `recent`. */
  detach(first: number, recent?: ReadonlySet<Uint8Array>): void {
    for (let row = first; row >= 0; row = this.rows[row + NEXT]!) this.detachRow(row, recent);
  }

  /** Does that for all records that came since it was called last; false, and nothing is done, where those are too many
   * to be known. Who calls it for each small chunk does not go through all that waits each time. */
  detachNew(): boolean {
    const { added } = this;
    if (added.length > MOST_ADDED) return false;
    for (const row of added) this.detachRow(row, undefined);
    added.length = 0;
    return true;
  }

  /** All rows have been looked at: from here on the new ones are known again. */
  allDetached(): void {
    this.added.length = 0;
  }

  private detachRow(row: number, recent: ReadonlySet<Uint8Array> | undefined): void {
    const { rows } = this;
    const index = rows[row + CHUNK]!;
    const origin = index === NO_ORIGIN ? undefined : this.origins[index];
    if (!(origin instanceof Uint8Array) || recent?.has(origin)) return;
    rows[row + CHUNK] = this.hold(textAt(origin, rows[row + START]!, rows[row + END]!, rows[row + BODY]!));
    this.letGo(index);
  }

  /** Keeps a chunk from being free while its bytes are read. */
  keep(chunk: Uint8Array): void {
    this.hold(chunk);
  }

  /** Ends what `keep` began. */
  unkeep(chunk: Uint8Array): void {
    this.letGo(this.known.get(chunk)!);
  }

  /** The bytes or text at an index, read again where they were put away. */
  private present(index: number): Uint8Array | string {
    const origin = this.origins[index]!;
    if (typeof origin !== 'number') return origin;
    const chunk = this.reload!(origin);
    this.origins[index] = chunk;
    this.known.set(chunk, index);
    return chunk;
  }

  private takeRow(): number {
    this.size++;
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

  private hold(origin: Uint8Array | string): number {
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
    if (!(origin instanceof Uint8Array)) return;
    this.known.delete(origin);
    this.freed?.(origin);
  }
}
