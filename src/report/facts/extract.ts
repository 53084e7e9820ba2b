// Facts of a whole event: each record's reader in turn.

import type { AuditEvent } from '../../event/event.ts';
import { ENRICHMENT_SEPARATOR } from '../../record/fields.ts';
import { type AuditRecord, textOf } from '../../record/record.ts';
import { type Facts, unknownFacts, WANT } from './facts.ts';
import { readerOf } from './readers.ts';
import { Malformed } from './scan.ts';
import { readVerdict } from './verdict.ts';

/** An event that a report leaves out: the record that breaks the rules of its type, and which rule. */
export interface Flaw {
  readonly record: AuditRecord;
  readonly code: number;
}

/** What the event says of the wanted things (bits of WANT), or why it is malformed. */
export function factsOf(event: AuditEvent, wants: number): Facts | Flaw {
  const facts = unknownFacts(
    event,
    event.records.map((record) => record.type),
  );
  for (const record of event.records) {
    if (wants & WANT.verdict && readVerdict(record, facts)) continue;
    const reader = readerOf(record.type);
    if (!reader) continue;
    const text = textOf(record);
    const split = text.indexOf(ENRICHMENT_SEPARATOR, record.body);
    const from = Math.max(0, record.body - 1);
    try {
      reader({ text, from, at: from, end: split < 0 ? text.length : split }, facts, wants);
    } catch (e) {
      if (e instanceof Malformed) return { record, code: e.code };
      throw e;
    }
  }
  return facts;
}

export const isFlaw = (result: Facts | Flaw): result is Flaw => 'code' in result;
