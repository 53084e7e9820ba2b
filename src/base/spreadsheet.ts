// What a spreadsheet would take for a formula: cells hold text from the trail, and the trail is hostile.

/** First characters that begin a formula, or that are skipped before one (latin1; full-width signs in UTF-8). Its source
 * is read by DuckDB too (src/store/export.ts). */
export const FORMULA = /^(?:[=+\-@\t\r\n]|\xef\xbc[\x9d\x8b\x8d\xa0])/;

/** A cell's latin1 text made text for a spreadsheet: a leading apostrophe where it would be taken for a formula. */
export const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
