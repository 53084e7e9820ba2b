// Comma-separated values as RFC 4180 has them: every cell in quotes, lines ended by CR LF. What a spreadsheet would take
// for a formula is made text by a leading apostrophe: cells hold text from the trail, and the trail is hostile.

import { harmless } from '../base/spreadsheet.ts';
import { lineSafe } from '../interpret/escape.ts';

/** Numbers may begin with a sign. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** One line. `shown`: for eyes, not for a parser: it ends in LF alone, and a line break in a cell is escaped. */
export function csvLine(cells: readonly string[], shown = false): string {
  return shown ? `${cells.map((text) => csvCell(lineSafe(text))).join(',')}\n` : `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const safe = NUMBER.test(text) ? text : harmless(text);
  return `"${safe.replaceAll('"', '""')}"`;
}
