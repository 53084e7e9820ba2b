// What a store of events is: the one interface that memory.ts (the plain reference) and duckdb.ts implement, and that
// the conformance suite is run against. It says nothing of SQL. The meaning of the columns is in docs/store.md.

import type { AuditEvent } from '../event/event.ts';
import type { Predicate } from '../query/index.ts';

/** Columns of words that can be counted and filtered by; '' is a value that the event does not have. */
export const FACETS = [
  'node',
  'type',
  'kind',
  'action',
  'outcome',
  'syscall',
  'comm',
  'exe',
  'tty',
  'key',
  'object',
] as const;
/** Columns of whole numbers; undefined where the event does not tell, and for an id that is not set. */
export const NUMBERS = ['pid', 'ppid', 'auid', 'uid', 'ses'] as const;

export type Facet = (typeof FACETS)[number];
export type NumberColumn = (typeof NUMBERS)[number];
export type Column = Facet | NumberColumn;

/** The normalised columns of an event; text is latin1. */
export type Columns = { readonly [F in Facet]: string } & { readonly [N in NumberColumn]: number | undefined };

/** An event as the store has it. */
export interface StoredEvent {
  /** Ascends in the order in which events were appended; unique in the store. */
  readonly seq: number;
  readonly columns: Columns;
  readonly event: AuditEvent;
}

/** Which events: all conditions hold. */
export interface Selection {
  /** The tree of the query folder; answered exactly as `matcher` answers it. */
  readonly predicate?: Predicate;
  /** These columns have these values. */
  readonly columns?: { readonly [C in Column]?: string | number };
}

export interface PageRequest extends Selection {
  /** Only events with a smaller seq: the last one of the page before. */
  readonly before?: number;
  readonly limit: number;
}

export interface Count {
  readonly value: string | number | undefined;
  readonly count: number;
}

/** How far one log file was read. `offset` counts bytes of its plain text. */
export interface SourcePosition {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly offset: number;
  /** A hash of the first `headLength` bytes of plain text: knows a file again after it was compressed or copied. */
  readonly head: string;
  readonly headLength: number;
}

/** Where reading stands, saved in one step with the events read so far. */
export interface Progress {
  readonly source: SourcePosition;
  /** Lines of events that are not whole yet. */
  readonly waiting: readonly string[];
}

export interface RetentionLimits {
  /** Seconds since 1970: events before it go. */
  readonly oldest?: number;
  /** Bytes of log text that may stay; the events appended first go first. */
  readonly bytes?: number;
}

export interface Store {
  /** Adds events, and where reading stands, together or not at all. Events must not be used up while it runs. */
  append(events: readonly AuditEvent[], progress?: Progress): Promise<void>;
  /** A page of events, those appended last first. */
  query(request: PageRequest): Promise<StoredEvent[]>;
  event(seq: number): Promise<StoredEvent | undefined>;
  count(selection?: Selection): Promise<number>;
  /** The most frequent values of a column, ties by value. */
  facet(column: Column, limit: number, selection?: Selection): Promise<Count[]>;
  /** Events in each run of `seconds` seconds that has any, by the second it begins with. */
  histogram(seconds: number, selection?: Selection): Promise<{ readonly from: number; readonly count: number }[]>;
  /** Deletes events; returns how many. */
  retain(limits: RetentionLimits): Promise<number>;
  /** Where reading stands: every file known, and the lines of events that are not whole. */
  progress(): Promise<{ readonly sources: readonly SourcePosition[]; readonly waiting: readonly string[] }>;
  close(): Promise<void>;
}
