// Comma-separated values as RFC 4180 has them: every cell in quotes, lines ended by CR LF. What a spreadsheet would take
// for a formula is made text by a leading apostrophe: cells hold text from the trail, and the trail is hostile.

import { harmless } from '../base/spreadsheet.ts';

/** Numbers may begin with a sign. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** One line. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const safe = NUMBER.test(text) ? text : harmless(text);
  return `"${safe.replaceAll('"', '""')}"`;
}
