// An event for people: one line that says when and what happened, then its records in the kernel's order, interpreted.
//
//   2026-11-21 04:17:47.115  975608  alice, acting as root, successfully killed-pid (6016) using /usr/local/bin/pike
//     SYSCALL    arch=x86_64 syscall=kill success=yes exit=0 a0=0x1780 a1=SIGKILL …
//
// Every text of the log is made safe for a terminal; a value with a space stands in quotes.

import { fromUtf8 } from '../base/bytes.ts';
import { milliText } from '../base/event-id.ts';
import { hasDate, isoSecond, isTimed, NO_TIME } from '../base/moment.ts';
import { C_TIME, strftime } from '../base/strftime.ts';
import { type Paint, plainPaint, safeText } from '../base/terminal.ts';
import type { InterpretContext } from '../interpret/index.ts';
import { interpretValue, readingOf } from '../interpret/index.ts';
import { normalize } from '../normalize/normalize.ts';
import type { FilesOf } from '../paths/index.ts';
import { type AuditRecord, fieldsOf, typeNameOf } from '../record/record.ts';
import { objectFiles, ownFiles } from './files.ts';
import { type DateStyle, type EventPrinter, eachSecond } from './printer.ts';
import { sentenceOf } from './text.ts';
import { Readable } from './values.ts';

export interface ShownOptions {
  /** One that escapes nothing: the printer makes text safe itself. */
  readonly context: InterpretContext;
  readonly localTime: DateStyle['localTime'];
  /** Default: no colours. */
  readonly paint?: Paint;
  /** Default: as far as each event alone tells. */
  readonly files?: FilesOf;
}

/** `%x` and `%X` as ISO 8601 writes them. */
export const ISO_DATES = { ...C_TIME, date: '%Y-%m-%d', time: '%H:%M:%S' };

export function shownPrinter({ context, localTime, paint = plainPaint, files = ownFiles }: ShownOptions): EventPrinter {
  const date = eachSecond((sec) => (hasDate(sec) ? strftime('%Y-%m-%d %H:%M:%S', localTime(sec)) : isoSecond(sec)));
  const readable = new Readable(context);
  return (event) => {
    const stamp = isTimed(event.sec) ? `${date(event.sec)}.${milliText(event.ms)}` : NO_TIME;
    const meaning = normalize(event, { attributes: false });
    const paths = objectFiles(event, meaning, files);
    const sentence = (meaning ? sentenceOf(readable, meaning, meaning.outcome, paths) : 'did-unknown').trim();
    const said = safe(event.node === '' ? sentence : `on ${event.node}: ${sentence}`);
    const failed = meaning?.outcome === 'failed';
    let text = `${paint.bold(stamp)}  ${paint.dim(String(event.serial))}  ${failed ? paint.red(said) : said}\n`;
    for (const record of event.records) text += recordLine(record, context, paint);
    return text;
  };
}

const safe = (text: string): string => fromUtf8(safeText(text));

function recordLine(record: AuditRecord, context: InterpretContext, paint: Paint): string {
  const reading = readingOf(record, context);
  let line = `  ${paint.cyan(safe(typeNameOf(record)).padEnd(10))}`;
  for (const { name, value, part } of fieldsOf(record)) {
    if (part === 'enriched') break;
    if (name === 'msg' && value.startsWith("'")) continue; // its fields follow
    const text = safe(name === '' ? value : interpretValue(reading, name, value));
    line += ` ${name === '' ? '' : paint.dim(`${safe(name)}=`)}${/[ "]/.test(text) || (text === '' && name !== '') ? quoted(text) : text}`;
  }
  return `${line}\n`;
}

/** `{ … }` groups and error numbers with their text read well as they are. */
const quoted = (text: string): string =>
  /^\{ .*\}$|^[A-Z0-9]+\([^)]*\)$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
