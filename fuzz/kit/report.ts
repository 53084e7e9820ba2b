// What a run comes to, as data; the process that runs the inputs writes it, the one that watches adds what it found.

/** A fault: an input that made something throw, never come back, or end the process. */
export interface Fault {
  readonly kind: 'throw' | 'hang' | 'died';
  readonly message: string;
  /** The first frames of its stack that are ours. */
  readonly place: string;
  /** Where the input is kept; its length. */
  readonly file: string;
  readonly bytes: number;
}

export interface Report {
  readonly campaign: string;
  readonly seed: number;
  readonly seconds: number;
  readonly executions: number;
  /** Inputs kept since they did something new. */
  readonly kept: number;
  /** Branches taken, of those in the modules loaded. */
  readonly taken: number;
  readonly branches: number;
  /** Functions of those modules, each as `FILE NAME`: whether it was entered. */
  readonly entered: Readonly<Record<string, boolean>>;
  readonly faults: readonly Fault[];
  /** The slowest input, by time a byte among those of 10 kB and more: ms for 100 kB, its ms and bytes. */
  readonly slowest: { readonly per100kB: number; readonly ms: number; readonly bytes: number };
  /** Live memory after collection, in bytes, over the run: the mean of its second tenth on to a third, and of the last third. */
  readonly heap: { readonly first: number; readonly last: number };
  /** Whether memory grew by more than it may. */
  readonly growing: boolean;
}

/** What a run may be asked. */
export interface Wish {
  readonly campaign: string;
  readonly seed: number;
  readonly seconds: number;
  /** Ends after so many executions. */
  readonly runs?: number;
  /** Ends after so many faults; default 12. */
  readonly faults?: number;
  /** Folder of the compiled campaigns; where this run's files lie; where inputs with faults go. */
  readonly out: string;
  readonly work: string;
  readonly found: string;
  /** Inputs that were faults once, to begin with. */
  readonly regressions: string;
  /** The folder that holds the campaign, below the compiled fuzz/. */
  readonly folder: string;
}

/** No input of at most 100 kB may take longer, in ms; nor, by its rate, a shorter one of 10 kB and more. */
export const LONGEST_MS = 2000;
export const LONGEST_INPUT = 100_000;
/** Memory may grow by so many bytes between the first and the last third of a run. */
export const MOST_GROWTH = 8 << 20;

/** Whether a run is as it must be; one that ran nothing is not. */
export const isGood = (report: Report): boolean =>
  report.executions > 0 && report.faults.length === 0 && !report.growing;
