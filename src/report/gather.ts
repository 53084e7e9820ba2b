// What reports gather on their way through the trail: counts, the overview, rows. Plain data, so that several threads may
// gather from parts of a trail and one puts the parts together, in their order.

import type { Facts } from './facts/facts.ts';
import { addToOverview, mergeOverview, newOverview, type Overview } from './overview.ts';
import type { Report, Wording } from './report.ts';
import { count, mergeTally, type Tally } from './tally.ts';

/** What a part of the trail gave. */
export interface Gathered {
  readonly overview: Overview;
  readonly tallies: readonly Tally[];
  readonly rows: readonly PackedRows[];
}

/** Cells of rows, one behind the other: as one text, a hundred thousand of them go to another thread at the cost of one. */
interface PackedRows {
  readonly text: string;
  readonly lengths: Int32Array;
  /** Cells of each row. */
  readonly widths: Int32Array;
}

const ROWS_PACKED = 8192;

export class Gathering {
  overview = newOverview();
  private tallies: Tally[] = [];
  private packed: PackedRows[] = [];
  private cells: string[] = [];
  private widths: number[] = [];
  private readonly tell: ((cells: readonly string[]) => void) | undefined;

  /** `tell` gets each row in its turn; without it they are kept for `part`. */
  constructor(tell?: (cells: readonly string[]) => void) {
    this.tell = tell;
  }

  /** The counts of that number. */
  tally(number = 0): Tally {
    while (this.tallies.length <= number) this.tallies.push(new Map());
    return this.tallies[number]!;
  }

  row(cells: readonly string[]): void {
    if (this.tell) {
      this.tell(cells);
      return;
    }
    for (const cell of cells) this.cells.push(cell);
    this.widths.push(cells.length);
    if (this.widths.length >= ROWS_PACKED) this.pack();
  }

  /** Everything since the last call, to be handed to another thread. */
  part(): Gathered {
    this.pack();
    const { overview, tallies, packed } = this;
    this.overview = newOverview();
    this.tallies = [];
    this.packed = [];
    return { overview, tallies, rows: packed };
  }

  /** Adds what was gathered from the part of the trail that follows. */
  merge({ overview, tallies, rows }: Gathered): void {
    mergeOverview(this.overview, overview);
    for (const [i, tally] of tallies.entries()) mergeTally(this.tally(i), tally);
    for (const pack of rows) for (const cells of unpacked(pack)) this.row(cells);
  }

  private pack(): void {
    const { cells, widths } = this;
    if (widths.length === 0) return;
    const lengths = Int32Array.from(cells, ({ length }) => length);
    this.packed.push({ text: cells.join(''), lengths, widths: Int32Array.from(widths) });
    this.cells = [];
    this.widths = [];
  }
}

function* unpacked({ text, lengths, widths }: PackedRows): Generator<readonly string[]> {
  let at = 0;
  let cell = 0;
  for (const width of widths) {
    const cells: string[] = [];
    for (const end = cell + width; cell < end; cell++) cells.push(text.slice(at, (at += lengths[cell]!)));
    yield cells;
  }
}

/** What is done with the facts of each event. */
export type Gather = (facts: Facts, into: Gathering) => void;

export const gatherOverview: Gather = (facts, into) => addToOverview(into.overview, facts);

/** Counts what the report's summary counts. */
export function gatherTotals({ summary, takes }: Report, wording: Wording): Gather {
  const { keys, takes: counted = takes } = summary!;
  return (facts, into) => {
    if (counted(facts)) for (const key of keys(facts, wording)) count(into.tally(), key);
  };
}

/** The report's rows; `shape` makes cells of what the report says of an event. */
export function gatherRows(
  { takes, rows }: Report,
  wording: Wording,
  shape: (facts: Facts, cells: readonly string[]) => readonly string[],
): Gather {
  return (facts, into) => {
    if (takes(facts)) for (const cells of rows(facts, wording)) into.row(shape(facts, cells));
  };
}
