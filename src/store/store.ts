// What a store of events is: the one interface that memory.ts (the plain reference) and duckdb.ts implement, and that
// the conformance suite is run against. It says nothing of SQL. The meaning of the columns is in docs/store.md.

import type { AuditTime } from '../base/types.ts';
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
  /** These columns have these values, or one of a list of values; undefined among them: the event does not tell. */
  readonly columns?: { readonly [C in Column]?: Value | readonly Value[] };
  /** Seconds since 1970, with a fraction where wanted: events from then on (with it), and before then (without it). */
  readonly from?: number;
  readonly to?: number;
}

/** `arrival`: as they were appended. `time`: by time, events of one millisecond as they were appended. */
export type PageOrder = 'arrival' | 'time';

/** Neither `before` nor `after`: the last events, the last one first. */
export interface PageRequest extends Selection {
  readonly order?: PageOrder;
  /** The seq of an event: those before it, the nearest first. */
  readonly before?: number;
  /** The seq of an event: those after it, the nearest first; 0 stands before every event. Not with `before`. */
  readonly after?: number;
  readonly limit: number;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  /** Whether others follow in the direction asked. */
  readonly more: boolean;
}

/** A column's value: '' and undefined say that the event does not tell. */
export type Value = string | number | undefined;

export interface Count {
  readonly value: Value;
  readonly count: number;
}

export interface HistogramRequest extends Selection {
  /** How long each bar is: whole seconds, at least 1. Bars begin at multiples of it. */
  readonly seconds: number;
  /** Splits each bar by this column. */
  readonly by?: Column;
  /** The values that get a part of their own: the most frequent of all that is selected. Default 8. */
  readonly parts?: number;
}

/** Events of the `seconds` seconds from `from` on. */
export interface Bar {
  readonly from: number;
  readonly count: number;
  /** With `by`: counts of the values with a part of their own, most first; what is missing to `count` are others. */
  readonly parts?: readonly Count[];
}

export interface AggregateRequest extends Selection {
  /** Events with the same values here make a group; none: all events make one. */
  readonly by: readonly Column[];
  readonly limit: number;
  /** Which groups come first: those with most events, or the latest event, or the earliest. Default `count`. */
  readonly order?: 'count' | 'last' | 'first';
}

export interface Group {
  /** In the order of `by`. */
  readonly values: readonly Value[];
  readonly count: number;
  /** Times of its earliest and latest event. */
  readonly first: AuditTime;
  readonly last: AuditTime;
  /** The event appended first, and last. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Events that have just been appended: their seqs are `first` to `last`. */
export interface Appended {
  readonly first: number;
  readonly last: number;
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
  /** Seconds since 1970: events before it go; those whose time cannot be believed go with their neighbours
   * (retention.ts). */
  readonly oldest?: number;
  /** Seconds since 1970, now: times more than a day later are not believed. Without it none is too late. */
  readonly now?: number;
  /** Bytes of log text that may stay; the events appended first go first. */
  readonly bytes?: number;
}

/** What reads takes a signal: when it is aborted (a time limit is `AbortSignal.timeout`) the answer is an AuditError
 * `CANCELLED`, and the work ends soon after; other questions go on. */
export interface Store {
  /** Adds events, and where reading stands, together or not at all. Events must not be used up while it runs. */
  append(events: readonly AuditEvent[], progress?: Progress): Promise<void>;
  /** Tells of events as soon as they can be asked for, those appended through this object; call the answer to end it. */
  watch(listener: (appended: Appended) => void): () => void;
  /** A page of events. Throws AuditError `no-event` when ordered by time from an event that is not there. */
  query(request: PageRequest, signal?: AbortSignal): Promise<Page>;
  event(seq: number, signal?: AbortSignal): Promise<StoredEvent | undefined>;
  /** The events there are now, in the order of time, as text for `eventsIn`: for who reads the trail whole. Of a
   * predicate only what the store itself can answer is heeded: other events may come too. */
  texts(selection?: Selection, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  count(selection?: Selection, signal?: AbortSignal): Promise<number>;
  /** The most frequent values of a column, ties by value. */
  facet(column: Column, limit: number, selection?: Selection, signal?: AbortSignal): Promise<Count[]>;
  /** The bars that have any event, in order of time. */
  histogram(request: HistogramRequest, signal?: AbortSignal): Promise<Bar[]>;
  /** Groups of events; `more` when there are others than these. Ties come by `values`. */
  aggregate(request: AggregateRequest, signal?: AbortSignal): Promise<{ groups: Group[]; more: boolean }>;
  /** Deletes events; returns how many. */
  retain(limits: RetentionLimits): Promise<number>;
  /** Where reading stands: every file known, and the lines of events that are not whole. */
  progress(): Promise<{ readonly sources: readonly SourcePosition[]; readonly waiting: readonly string[] }>;
  close(): Promise<void>;
}
