// `auspex search --format csv`: a table that every parser reads and that a spreadsheet cannot be tricked with. Every cell
// is quoted where RFC 4180 asks for it, one that a spreadsheet would take for a formula begins with an apostrophe, times
// are RFC 3339 with the zone's whole offset, and file names are absolute. The columns are always the same.

import { milliText } from '../base/event-id.ts';
import { hasDate, isoTime, isTimed } from '../base/moment.ts';
import { harmless } from '../base/spreadsheet.ts';
import { visibleUtf8 } from '../base/visible.ts';
import type { AuditEvent } from '../event/event.ts';
import type { InterpretContext } from '../interpret/context.ts';
import { lineSafe } from '../interpret/escape.ts';
import { normalize } from '../normalize/normalize.ts';
import type { EventObject, FieldAt, Normalized } from '../normalize/types.ts';
import type { FilesOf } from '../paths/index.ts';
import { typeText } from '../record/record.ts';
import { type ObjectFiles, objectFiles, ownFiles } from './files.ts';
import { type DateStyle, type EventPrinter, eachSecond } from './printer.ts';
import { Readable } from './values.ts';

export const SAFE_CSV_COLUMNS = [
  ...['time', 'node', 'serial', 'type', 'kind', 'session', 'subject', 'acting_as', 'subject_kind', 'subject_label'],
  ...['action', 'outcome', 'object', 'object_secondary', 'object_second', 'object_label', 'object_kind', 'how', 'key'],
] as const;

/**
 * A printer of RFC 4180 lines; the heading comes before the first event. `shown`: for eyes, not for a parser: a line ends
 * in LF alone, and a line break in a cell is escaped.
 */
export function safeCsvPrinter(
  context: InterpretContext,
  dates: DateStyle,
  shown = false,
  files: FilesOf = ownFiles,
): EventPrinter {
  const line = shown ? shownLine : parsedLine;
  const readable = new Readable(context);
  const stamp = stampOf(dates);
  let heading = line(SAFE_CSV_COLUMNS);
  return (event) => {
    const { serial, node, records } = event;
    const meaning = normalize(event);
    const cells = [
      stamp(event),
      node,
      String(serial),
      typeText(records[0]!),
      ...meaningCells(readable, meaning, objectFiles(event, meaning, files)),
    ];
    const text = heading + line(cells);
    heading = '';
    return text;
  };
}

const COLUMNS_OF_MEANING = SAFE_CSV_COLUMNS.length - 4;

function meaningCells(readable: Readable, meaning: Normalized | undefined, files: ObjectFiles): readonly string[] {
  if (!meaning) return Array.from({ length: COLUMNS_OF_MEANING }, () => '');
  const { subject, object, how } = meaning;
  const value = (at: FieldAt | undefined): string => readable.value(at);
  return [
    ...[meaning.kind, value(meaning.session), value(subject.primary), value(subject.secondary)],
    ...[readable.subjectKind(subject) ?? '', value(subject.label), meaning.action, meaning.outcome ?? ''],
    ...[placeOf(readable, object, files), value(object.secondary), readable.object(object, 'second', files)],
    ...[value(object.label), object.kind, typeof how === 'string' ? how : value(how), value(meaning.key)],
  ];
}

function placeOf(readable: Readable, object: EventObject, files: ObjectFiles): string {
  return object.members.length > 0
    ? object.members.map((member) => readable.value(member)).join(' ')
    : readable.object(object, 'primary', files);
}

const parsedLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;
const shownLine = (cells: readonly string[]): string => `${cells.map((text) => cell(lineSafe(text))).join(',')}\n`;

/** One cell: harmless in a spreadsheet, quoted where it must be. */
export function cell(text: string): string {
  const shown = visibleUtf8(harmless(text));
  return /[",\r\n]|^\s|\s$/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/** `2026-11-21T04:17:47.115+05:30`; `@SECONDS.MILLI` for a second without a date. */
function stampOf(dates: DateStyle): (event: AuditEvent) => string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const second = eachSecond((sec) => {
    const t = dates.localTime(sec);
    return `${String(t.year).padStart(4, '0')}-${two(t.month + 1)}-${two(t.day)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  });
  const zone = eachSecond((sec) => {
    const { offset } = dates.localTime(sec);
    const minutes = Math.floor(Math.abs(offset) / 60);
    return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  });
  return ({ sec, ms }) => {
    if (!isTimed(sec)) return '';
    return hasDate(sec) ? `${second(sec)}.${milliText(ms)}${zone(sec)}` : isoTime(sec, ms);
  };
}
