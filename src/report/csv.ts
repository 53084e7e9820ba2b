// Comma-separated values as RFC 4180 has them: every cell in quotes, lines ended by CR LF. What a spreadsheet would take
// for a formula is made text by a leading apostrophe: cells hold text from the trail, and the trail is hostile.

const FORMULA = /^[=+\-@\t\r]/;
/** Numbers may begin with a sign. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** One line. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
