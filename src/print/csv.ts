// `--format csv`, byte for byte as ausearch 4.2.2 prints it: values as they are, neither quoted nor parted from the
// commas in them, and the zone's offset in whole hours. csv-safe.ts prints the table that spreadsheets and parsers take.

import { strftime } from '../base/strftime.ts';
import type { AuditEvent } from '../event/event.ts';
import type { InterpretContext } from '../interpret/context.ts';
import { classicEvents } from '../normalize/classic.ts';
import { normalize } from '../normalize/normalize.ts';
import type { Normalized } from '../normalize/types.ts';
import { recordTypes } from '../tables/records.ts';
import { type DateStyle, type EventPrinter, eachSecond } from './printer.ts';
import { classicOutcome, Readable } from './values.ts';

/** The columns that `--extra-…` adds. */
export interface CsvExtras {
  readonly keys?: boolean;
  readonly labels?: boolean;
  readonly obj2?: boolean;
  readonly time?: boolean;
}

export interface CsvOptions extends CsvExtras {
  readonly context: InterpretContext;
  readonly dates: DateStyle;
}

/** The names of the columns. */
export function csvColumns(extras: CsvExtras): readonly string[] {
  const time = extras.time ? ['YEAR', 'MONTH', 'DAY', 'WEEKDAY', 'HOUR', 'MILLI', 'GMT_OFFSET'] : [];
  return [
    ...['NODE', 'EVENT', 'DATE', 'TIME', ...time, 'SERIAL_NUM', 'EVENT_KIND', 'SESSION', 'SUBJ_PRIME', 'SUBJ_SEC'],
    ...['SUBJ_KIND', ...(extras.labels ? ['SUBJ_LABEL'] : []), 'ACTION', 'RESULT', 'OBJ_PRIME', 'OBJ_SEC'],
    ...(extras.obj2 ? ['OBJ2'] : []),
    ...(extras.labels ? ['OBJ_LABEL'] : []),
    ...['OBJ_KIND', 'HOW', ...(extras.keys ? ['KEY'] : [])],
  ];
}

/** The classic csv; the heading comes before the first event. */
export function csvPrinter(options: CsvOptions): EventPrinter {
  const stamp = stampOf(options);
  const readable = new Readable(options.context);
  const failed = ','.repeat(10 + (options.keys ? 1 : 0) + (options.labels ? 2 : 0));
  const wanted = { attributes: options.labels ?? false };
  let heading = `${csvColumns(options).join(',')}\n`;
  const line = (event: AuditEvent): string => {
    const meaning = normalize(event, { ...wanted, classic: true });
    const head = `${heading}${event.node},${recordTypes.name(event.records[0]!.type) ?? ''},${stamp(event)},${event.serial},`;
    heading = '';
    return meaning ? `${head}${meaningCells(readable, meaning, options)}\n` : `${head}${failed.slice(1)}\n`;
  };
  return (event) => classicEvents(event).map(line).join('');
}

function meaningCells(readable: Readable, meaning: Normalized, extras: CsvExtras): string {
  const { subject, object, how } = meaning;
  const kind = readable.subjectKind(subject) ?? '';
  const means = typeof how === 'string' ? how : readable.value(how);
  let cells = `${meaning.kind},${readable.value(meaning.session)},${readable.subject(subject.primary)}`;
  cells += `,${readable.value(subject.secondary)},${kind}`;
  if (extras.labels) cells += `,${readable.value(subject.label)}`;
  cells += `,${meaning.action},${classicOutcome(meaning.result) ?? ''},`;
  if (object.primary?.field.name !== 'opid') cells += readable.object(object, 'primary');
  cells += `,${readable.value(object.secondary)}`;
  if (extras.obj2) cells += `,${readable.object(object, 'second')}`;
  if (extras.labels) cells += `,${readable.value(object.label)}`;
  cells += `,${object.kind},${means}`;
  return extras.keys ? `${cells},${readable.value(meaning.key)}` : cells;
}

/** DATE to GMT_OFFSET. */
function stampOf({ dates, time }: CsvOptions): (event: AuditEvent) => string {
  const day = eachSecond((sec) => strftime('%x,%T', dates.localTime(sec), dates.locale));
  if (!time) return (event) => day(event.sec);
  const parts = eachSecond((sec) => strftime(',%Y,%m,%d,%u,%k,', dates.localTime(sec), dates.locale));
  const offset = eachSecond((sec) => {
    const hours = Math.trunc(dates.localTime(sec).offset / 3600);
    return `,${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
  });
  return ({ sec, ms }) => `${day(sec)}${parts(sec)}${ms}${offset(sec)}`;
}
