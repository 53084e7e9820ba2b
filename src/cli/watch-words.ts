// An event as one short line for a narrow screen: time, who (and as whom), program, deed, object, and whether it failed.
import { msOf } from '../base/event-id.ts';
import { visible } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import { callOf, clockTime, type Words } from '../explain/index.ts';
import { type InterpretContext, interpretField } from '../interpret/index.ts';
import { type FieldAt, normalize } from '../normalize/index.ts';
import { fieldsOf, fieldText, fieldValue, textOf, typeNameOf } from '../record/index.ts';
import { RECORD } from '../tables/records.ts';

export interface ShortLine {
  /** Unicode, not yet made safe for a terminal. */
  readonly text: string;
  readonly failed: boolean;
}

/** A function from event to its line. */
export function shortLines(words: Words, context: InterpretContext): (event: AuditEvent) => ShortLine {
  const shown = (at: FieldAt | undefined): string => (at ? interpretField(at.record, at.field, context) : '');
  return (event) => {
    const time = clockTime(words, msOf(event));
    const meaning = normalize(event, { attributes: false });
    const first = event.records[0]!;
    if (!meaning)
      return {
        text: `${time} ${typeNameOf(first)} ${visible(textOf(first).slice(first.body))}`,
        failed: false,
      };
    const who = shown(meaning.subject.primary);
    const whom = shown(meaning.subject.secondary);
    const call = event.records.find((record) => record.type === RECORD.SYSCALL);
    const name =
      call && callOf(Number.parseInt(fieldValue(call, 'arch') ?? '', 16), Number(fieldValue(call, 'syscall'))).name;
    const deed = /^(triggered|did-unknown)/.test(meaning.action)
      ? (name ?? typeNameOf(first))
      : meaning.action.replaceAll('-', ' ');
    const comm = call
      ? fieldText('comm', fieldValue(call, 'comm') ?? '')
      : fieldText('exe', fieldValue(first, 'exe') ?? '').replace(/^.*\//, '');
    const key = /^triggered/.test(meaning.action);
    const object = key ? '' : shown(meaning.object.primary);
    const second = shown(meaning.object.second);
    const failed = meaning.outcome === 'failed';
    const as = whom !== '' && whom !== who && whom !== 'unset' ? `→${visible(whom)}` : '';
    const parts = [
      time,
      `${who === 'unset' || who === 'system' ? '-' : visible(who)}${as}`,
      visible(comm),
      visible(deed),
      visible(object),
      second && `→ ${visible(second)}`,
      failed && call ? `(${fieldText('exit', shownExit(call, context))})` : '',
    ];
    return { text: parts.filter(Boolean).join(' '), failed };
  };
}

/** The error of a failed call, as `EACCES(Permission denied)`. */
function shownExit(record: AuditEvent['records'][number], context: InterpretContext): string {
  const field = fieldsOf(record).find((f) => f.name === 'exit');
  return field ? interpretField(record, field, context) : '';
}
