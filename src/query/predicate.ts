// The one predicate tree: what a search asks of an event. The classic options, the expression language and detection
// rules all build it; `matcher` answers it and `needlesOf` finds the bytes a match cannot be without. Plain data, so
// that it can be printed, tested and turned into a query of a store. It matches nothing itself.
//
//   event level   and or not true | time serial node types classic | some (asks one record)
//   record level  and or not true | type stamp field text

import type { Pattern } from './pattern/index.ts';

/** Seconds, and where given milliseconds and serial, of an event; a part left out is not compared. */
export interface Stamp {
  readonly sec: number;
  readonly ms?: number;
  readonly serial?: number;
}

export type Order = '<' | '<=' | '=' | '>=' | '>' | '!=';

/** Asked of a whole event. */
export type Predicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  /** Some single record of the event answers all of `of`. */
  | { readonly kind: 'some'; readonly of: RecordPredicate }
  | EventTest;

export type EventTest =
  /** A security module refused it (normalize/verdict.ts): what `success` alone does not see. */
  | { readonly kind: 'denied' }
  /** Event time in seconds, both ends included, the milliseconds not looked at. */
  | { readonly kind: 'time'; readonly from?: number; readonly to?: number }
  | { readonly kind: 'serial'; readonly serial: number }
  /** The event's node is one of these (latin1). */
  | { readonly kind: 'node'; readonly names: readonly string[] }
  /** Some record has one of these types. */
  | { readonly kind: 'types'; readonly types: readonly number[] }
  | ClassicTest;

/** `wide`: also in records that ausearch 4.2.2 does not look at (AppArmor's own, Landlock's). What ausearch's options look at: values it gathers from the records of an event by rules of its own (items.ts). */
export type ClassicTest =
  | { readonly kind: 'id'; readonly item: IdItem; readonly value: number; readonly wide?: boolean }
  | { readonly kind: 'success'; readonly value: boolean }
  /** A string item holds `value` (latin1), or, with `word`, is `value`. */
  | {
      readonly kind: 'string';
      readonly item: StringItem;
      readonly value: string;
      readonly word: boolean;
      readonly wide?: boolean;
    };

export type IdItem =
  | 'pid'
  | 'ppid'
  | 'uid'
  | 'euid'
  | 'auid'
  | 'gid'
  | 'egid'
  | 'session'
  | 'syscall'
  | 'arch'
  | 'exit';

export type StringItem = 'comm' | 'exe' | 'file' | 'host' | 'key' | 'terminal' | 'subject' | 'object' | 'vm' | 'uuid';

/** Asked of one record. */
export type RecordPredicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly RecordPredicate[] }
  | { readonly kind: 'not'; readonly of: RecordPredicate }
  | RecordTest;

export type RecordTest =
  | { readonly kind: 'type'; readonly types: readonly number[] }
  /** The record's type as a number, in that order to `type`. */
  | { readonly kind: 'type-number'; readonly order: Order; readonly type: number }
  /** The record's time stamp compared with a stamp; parts the stamp leaves out are not compared. */
  | { readonly kind: 'stamp'; readonly order: Order; readonly stamp: Stamp }
  /** The first field of that name before the enriched tail; false when the record has none, whatever the comparison.
   * The header's words `node` and `type` count as fields, and come first. */
  | {
      readonly kind: 'field';
      readonly name: string;
      /** `raw`: the value as it stands in the record; `decoded`: quotes taken off and hex undone;
       * `interpreted`: as `ausearch -i` prints it, control characters as octal. */
      readonly form: 'raw' | 'decoded' | 'interpreted';
      readonly compare: Comparison;
    }
  /** The pattern is found in the record's line without its enriched tail, latin1. */
  | { readonly kind: 'text'; readonly pattern: Pattern };

/** How a field's text (latin1) is held against a value. `present` is true for every text. */
export type Comparison =
  | { readonly how: 'present' }
  | {
      readonly how: 'is' | 'is-not' | 'contains' | 'starts' | 'ends';
      readonly value: string;
      /** ASCII letters of either case are alike. */
      readonly anyCase?: boolean;
    }
  | { readonly how: 'matches'; readonly pattern: Pattern }
  /** Both as numbers (decimal, 0x hex, 0 octal); false when the text is none. */
  | { readonly how: 'number'; readonly order: Order; readonly value: number };

export const TRUE: { readonly kind: 'true' } = { kind: 'true' };

type Tree<T> = { readonly kind: 'true' } | { readonly kind: 'and' | 'or'; readonly of: readonly T[] } | T;

/** All of these; fewer than two need no node. */
export function allOf<T>(parts: readonly T[]): Tree<T> {
  if (parts.length === 0) return TRUE;
  return parts.length === 1 ? parts[0]! : { kind: 'and', of: parts };
}

/** Any of these, of which there is at least one. */
export function anyOf<T>(parts: readonly [T, ...T[]] | readonly T[]): Tree<T> {
  return parts.length === 1 ? parts[0]! : { kind: 'or', of: parts };
}

/** Whether a predicate compares interpreted values anywhere, so that its matcher needs an interpreter. */
export function usesInterpretation(predicate: Predicate | RecordPredicate): boolean {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.of.some(usesInterpretation);
    case 'not':
    case 'some':
      return usesInterpretation(predicate.of);
    case 'field':
      return predicate.form === 'interpreted';
    default:
      return false;
  }
}
