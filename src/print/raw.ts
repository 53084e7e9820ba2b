// `--format raw`: the records of an event as the log has them, in their order.

import { ENRICHMENT_SEPARATOR } from '../record/fields.ts';
import type { AuditRecord } from '../record/record.ts';
import { textOf } from '../record/record.ts';
import type { EventPrinter } from './printer.ts';

/** A line as C reads it: what follows a NUL is not there. */
export function lineOf(record: AuditRecord): string {
  const text = textOf(record);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

const enriched = (line: string): boolean => line.includes(ENRICHMENT_SEPARATOR);

/**
 * Where one record of an event carries names auditd added, the others end in its separator all the same: the classic
 * ausearch writes them so, and what reads its output may count on it.
 */
export const rawPrinter: EventPrinter = (event) => {
  const lines = event.records.map(lineOf);
  const mark = lines.some(enriched) ? ENRICHMENT_SEPARATOR : '';
  let text = '';
  for (const line of lines) text += mark === '' || enriched(line) ? `${line}\n` : `${line}${mark}\n`;
  return text;
};
