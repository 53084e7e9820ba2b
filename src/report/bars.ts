// Numbers as bars and sparklines of block characters (Unicode text; print as UTF-8).

import { largest } from '../base/extremes.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const SPARKS = '▁▂▃▄▅▆▇█';

/** A bar for `value` of `most`, `width` characters at most; anything above zero shows. */
export function bar(value: number, most: number, width: number): string {
  if (value <= 0 || most <= 0) return '';
  const eighths = Math.max(1, Math.round((Math.min(value, most) / most) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** One character a value, from the lowest block for the least to the full one for the most. */
export function sparkline(values: readonly number[]): string {
  const most = largest(values, 0);
  return values
    .map((value) => (most === 0 ? SPARKS[0]! : SPARKS[Math.min(7, Math.floor((value / most) * 7.999))]!))
    .join('');
}
