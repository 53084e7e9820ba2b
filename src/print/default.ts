// `--format default`: a line that shows when, then the records without the names auditd added, the last one first.

import { C_TIME, strftime } from '../base/strftime.ts';
import type { EscapeMode } from '../interpret/context.ts';
import { escapeText } from '../interpret/escape.ts';
import { ENRICHMENT_SEPARATOR } from '../record/fields.ts';
import { type DateStyle, type EventPrinter, eachSecond } from './printer.ts';
import { lineOf } from './raw.ts';

export interface DefaultOptions {
  readonly dates: DateStyle;
  readonly escape: EscapeMode;
}

/** The time line is written as ctime(3) does, in English whatever the locale. */
export function defaultPrinter({ dates, escape: mode }: DefaultOptions): EventPrinter {
  const timeLine = eachSecond(
    (sec) => `----\ntime->${strftime('%a %b %e %H:%M:%S %Y', dates.localTime(sec), C_TIME)}\n`,
  );
  return (event) => {
    let text = timeLine(event.sec);
    for (let i = event.records.length - 1; i >= 0; i--) {
      const line = lineOf(event.records[i]!);
      const tail = line.indexOf(ENRICHMENT_SEPARATOR);
      text += `${escapeText(tail < 0 ? line : line.slice(0, tail), mode)}\n`;
    }
    return text;
  };
}
