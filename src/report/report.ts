// What a report is: which events it takes, the columns of its rows, and what its summary counts. Plain data and small
// functions, so that aureport prints it, `auspex report` turns it into JSON and CSV, and tests walk the registry.

import type { Facts } from './facts/facts.ts';

/** How numbers become words; `interpret` off gives the numbers themselves. Text is latin1. */
export interface Wording {
  user(id: number): string;
  syscall(arch: number, number: number): string;
  type(number: number): string;
  /** Keystrokes as a line of text. */
  typed(data: string): string;
}

/** What a summary counts: one key for each thing in an event. */
export interface Summary {
  readonly title: string;
  /** Lengths of the two rules. */
  readonly rule: readonly [number, number];
  readonly column: string;
  readonly keys: (facts: Facts, wording: Wording) => readonly string[];
  /** Keys are numbers: equals come in their order. */
  readonly numeric?: boolean;
  /** Which events count, where it is not those that have a row. */
  readonly takes?: (facts: Facts) => boolean;
  /** A key as it is printed; by default as it is. */
  readonly label?: (key: string, wording: Wording) => string;
}

export interface Report {
  /** As `auspex report NAME` calls it. */
  readonly name: string;
  readonly forms: readonly string[];
  readonly help: string;
  /** Its line in `aureport --help`. */
  readonly usage: string;
  readonly title: string;
  readonly rule: readonly [number, number];
  /** Names of the cells after date and time. */
  readonly columns: readonly string[];
  /** Bits of WANT. */
  readonly wants: number;
  readonly takes: (facts: Facts) => boolean;
  /** Which events have a row in aureport, and which count in its totals, where it leaves out some. */
  readonly classic?: { readonly rows: (facts: Facts) => boolean; readonly totals: (facts: Facts) => boolean };
  /** Rows of the event, each as long as `columns`. */
  readonly rows: (facts: Facts, wording: Wording) => readonly (readonly string[])[];
  /** Undefined where the classic tool has none. */
  readonly summary?: Summary;
}

/** The report as aureport has it. */
export function classicOf(report: Report): Report {
  const { classic, summary } = report;
  if (!classic) return report;
  return { ...report, takes: classic.rows, ...(summary && { summary: { ...summary, takes: classic.totals } }) };
}

/** A row of one event. */
export const single =
  (cells: (facts: Facts, wording: Wording) => readonly string[]) =>
  (facts: Facts, wording: Wording): readonly (readonly string[])[] => [cells(facts, wording)];

/** Whether one of the event's records has a type for which `test` holds. */
export function some(facts: Facts, test: (type: number) => boolean): boolean {
  for (const type of facts.types) if (test(type)) return true;
  return false;
}

export const within =
  (...ranges: readonly (readonly [number, number])[]) =>
  (type: number): boolean =>
    ranges.some(([from, to]) => type >= from && type <= to);

export const event = (facts: Facts): string => String(facts.serial);
export const unsigned = (n: number): string => String(n >>> 0);

/** A summary by the type of an event's first record. */
export function typeSummary(title: string, rule: number): Summary {
  return {
    title,
    rule: [rule, rule],
    column: 'type',
    numeric: true,
    keys: (facts) => (facts.type < 0 ? [] : [String(facts.type)]),
    label: (key, wording) => wording.type(Number(key)),
  };
}

/** A label for keys that are user ids, or names where no id was known. */
export const userLabel = (key: string, wording: Wording): string =>
  /^-?\d+$/.test(key) ? wording.user(Number(key)) : key;
