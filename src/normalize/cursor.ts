// Finds fields by name, onward from where the last one was found: the order in which auditd's normaliser looks decides
// which of several fields of one name it takes, and which it misses. Fields that enrichment added are not looked at.

import type { Field } from '../record/fields.ts';
import type { AuditRecord } from '../record/record.ts';
import { fieldsOf, textOf } from '../record/record.ts';
import type { FieldAt } from './types.ts';

export class Cursor {
  readonly records: readonly AuditRecord[];
  /** Attributes are wanted. */
  readonly gathers: boolean;
  /** The reference's reading is wanted: it does not know the older names of fields. */
  readonly classic: boolean;
  private record = 0;
  private field = 0;

  constructor(records: readonly AuditRecord[], gathers = true, classic = false) {
    this.records = records;
    this.gathers = gathers;
    this.classic = classic;
  }

  /** To the first field of record `index`; false, and nowhere, when there is no such record. */
  goto(index: number): boolean {
    if (index >= this.records.length) return false;
    this.record = index;
    this.field = 0;
    return true;
  }

  /** The first field of this name in the event. */
  fresh(name: string): FieldAt | undefined {
    this.goto(0);
    return this.find(name);
  }

  /** The next field of this name, the present one included; when there is none, undefined, and back to the start. */
  find(name: string): FieldAt | undefined {
    for (let r = this.record; r < this.records.length; r++) {
      const at = this.within(name, r, r === this.record ? this.field : 0);
      if (at) return at;
    }
    this.goto(0);
    return undefined;
  }

  /** The same, but in the present record only; when there is none the cursor stays. */
  findHere(name: string): FieldAt | undefined {
    return this.within(name, this.record, this.field);
  }

  private within(name: string, index: number, from: number): FieldAt | undefined {
    const record = this.records[index];
    if (!record) return undefined;
    const fields = fieldsOf(record);
    for (let f = from; f < fields.length; f++) {
      const field = fields[f]!;
      if (field.part === 'enriched') return undefined;
      if (field.name !== name || isEmpty(record, field)) continue;
      this.record = index;
      this.field = f;
      return { record, field };
    }
    return undefined;
  }
}

/** Whether nothing stands behind the name: then there is no such field. The quote that ends the message is something. */
const isEmpty = (record: AuditRecord, { value, end }: Field): boolean =>
  value === '' && textOf(record).charCodeAt(end) !== 39;
