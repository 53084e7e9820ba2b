// What the reports of people at the door share (auth, login): their columns and what they want to know. No report itself.

import { type Facts, WANT } from '../facts/facts.ts';
import { event, type Wording } from '../report.ts';

/** Columns of a row whose first cell is called `who`. */
export const entranceColumns = (who: string): readonly string[] => [who, 'host', 'term', 'exe', 'success', 'event'];

/** Bits of WANT, beside those of who it was. */
export const ENTRANCE_WANTS = WANT.exe | WANT.host | WANT.terminal;

/** Cells of a row. */
export const entranceCells =
  (who: (facts: Facts, wording: Wording) => string) =>
  (f: Facts, w: Wording): readonly string[] => [
    who(f, w),
    f.host ?? '(null)',
    f.terminal ?? '(null)',
    f.exe ?? '(null)',
    f.success,
    event(f),
  ];
