// From a predicate tree to a function: does this event match? Each node becomes one closure, made once per search.
// Interpretation comes in from outside, so that a search that asks for no interpreted value loads no interpreter.

import type { AuditEvent } from '../event/event.ts';
import { eventVerdict } from '../normalize/verdict.ts';
import { enrichmentOf } from '../record/enrichment.ts';
import { fieldText } from '../record/fields.ts';
import { type AuditRecord, fieldsOf, textOf, typeNameOf } from '../record/record.ts';
import { compareText } from './compare.ts';
import { idMatches, stringMatches, successMatches } from './items.ts';
import { inOrder } from './order.ts';
import { patternTest } from './pattern/index.ts';
import type { EventTest, Predicate, RecordPredicate, RecordTest } from './predicate.ts';

/** What a matcher needs from outside. */
export interface MatchContext {
  /** The `index`th field of the record as `ausearch -i` prints it, latin1 (readings.ts). Only asked for `interpreted` tests. */
  interpret(event: AuditEvent, record: AuditRecord, index: number): string;
  /** Asked while a record takes long: whether to leave it, and take it for one that does not match. */
  leaves?(): boolean;
}

export type EventMatcher = (event: AuditEvent) => boolean;
export type RecordMatcher = (record: AuditRecord, event: AuditEvent) => boolean;

const NO_CONTEXT: MatchContext = {
  interpret: () => {
    throw new TypeError('This predicate asks for interpreted values: give matcher() an interpreter.');
  },
};

/** The function that answers `predicate`. Never throws on an event, whatever its bytes. */
export function matcher(predicate: Predicate, context: MatchContext = NO_CONTEXT): EventMatcher {
  switch (predicate.kind) {
    case 'true':
      return () => true;
    case 'and': {
      const parts = predicate.of.map((p) => matcher(p, context));
      return (event) => parts.every((part) => part(event));
    }
    case 'or': {
      const parts = predicate.of.map((p) => matcher(p, context));
      return (event) => parts.some((part) => part(event));
    }
    case 'not': {
      const inner = matcher(predicate.of, context);
      return (event) => !inner(event);
    }
    case 'some': {
      const inner = recordMatcher(predicate.of, context);
      return (event) => event.records.some((record) => inner(record, event));
    }
    default:
      return eventTest(predicate);
  }
}

/** The same for a predicate about one record. */
export function recordMatcher(predicate: RecordPredicate, context: MatchContext = NO_CONTEXT): RecordMatcher {
  switch (predicate.kind) {
    case 'true':
      return () => true;
    case 'and': {
      const parts = predicate.of.map((p) => recordMatcher(p, context));
      return (record, event) => parts.every((part) => part(record, event));
    }
    case 'or': {
      const parts = predicate.of.map((p) => recordMatcher(p, context));
      return (record, event) => parts.some((part) => part(record, event));
    }
    case 'not': {
      const inner = recordMatcher(predicate.of, context);
      return (record, event) => !inner(record, event);
    }
    default:
      return recordTest(predicate, context);
  }
}

function eventTest(test: EventTest): EventMatcher {
  switch (test.kind) {
    case 'time': {
      const from = test.from ?? Number.NEGATIVE_INFINITY;
      const to = test.to ?? Number.POSITIVE_INFINITY;
      return (event) => event.sec >= from && event.sec <= to;
    }
    case 'serial':
      return (event) => event.serial === test.serial;
    case 'node':
      return (event) => test.names.includes(event.node);
    case 'types': {
      const types = new Set(test.types);
      return (event) => event.records.some((record) => types.has(record.type));
    }
    case 'denied':
      return (event) => eventVerdict(event.records)?.outcome === 'failed';
    case 'id':
      return idMatches(test.item, test.value, test.wide);
    case 'success':
      return successMatches(test.value);
    case 'string':
      return stringMatches(test.item, test.value, test);
  }
}

function recordTest(test: RecordTest, context: MatchContext): RecordMatcher {
  switch (test.kind) {
    case 'type':
      return (record) => test.types.includes(record.type);
    case 'type-number':
      return (record) => inOrder(record.type - test.type, test.order);
    case 'stamp': {
      const { sec, ms, serial } = test.stamp;
      return (record) => {
        let difference = record.sec - sec;
        if (difference === 0 && ms !== undefined) difference = record.ms - ms;
        if (difference === 0 && serial !== undefined) difference = record.serial - serial;
        return inOrder(difference, test.order);
      };
    }
    case 'text': {
      const found = patternTest(test.pattern, context.leaves);
      return (record) => found(plainText(record));
    }
    case 'field':
      return fieldTest(test, context);
  }
}

function fieldTest({ name, form, compare }: RecordTest & { kind: 'field' }, context: MatchContext): RecordMatcher {
  const answers = compareText(compare);
  if (name === 'type') return (record) => answers(typeNameOf(record));
  const inFields: RecordMatcher = (record, event) => {
    const fields = fieldsOf(record);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      if (field.name !== name) continue;
      if (field.part === 'enriched') return false;
      if (form === 'interpreted') return answers(context.interpret(event, record, i));
      return answers(form === 'raw' ? field.value : fieldText(field.name, field.value));
    }
    return false;
  };
  if (name !== 'node') return inFields;
  return (record, event) => (record.node === '' ? inFields(record, event) : answers(record.node));
}

/** The line as the kernel or a program wrote it, without the names auditd added. */
function plainText(record: AuditRecord): string {
  const text = textOf(record);
  return text.slice(0, enrichmentOf(text, record.body).end);
}
