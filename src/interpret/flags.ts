// Flag words, choices and their spellings: the few shapes that most numeric kinds share.

import type { Table } from '../tables/table.ts';
import type { Kind } from './context.ts';
import { conversionError, int32, isWhole, signed, uint32, unsigned } from './numbers.ts';

type Base = 0 | 8 | 10 | 16;

/** The names of the bits that are set, in the table's order. */
export function bitNames(table: Table, bits: number): string[] {
  const names: string[] = [];
  for (const [bit, name] of table.entries()) if ((bits & bit) !== 0) names.push(name);
  return names;
}

/** A number in `base`; `conversion error(…)` when it does not fit; text that is none stands for itself. */
export function numberKind(base: Base, text: (number: bigint, value: string) => string): Kind {
  return (value, { classic }) => {
    if (!classic && !isWhole(value, base)) return value;
    const number = unsigned(value, base);
    return number === undefined ? conversionError(value) : text(number, value);
  };
}

/** A decimal number with a sign. */
export function signedKind(text: (number: bigint) => string): Kind {
  return (value, { classic }) => {
    if (!classic && !isWhole(value, 10)) return value;
    const number = signed(value);
    return number === undefined ? conversionError(value) : text(number);
  };
}

/** A word of flags; `none` is printed for a word without a known one, by default the value in hex as it stands. */
export function flagWord(base: Base, table: Table, none = (value: string): string => `0x${value}`): Kind {
  return numberKind(base, (number, value) => bitNames(table, uint32(number)).join('|') || none(value));
}

/** One of a list; `mask` is applied first. */
export function choice(base: Base, table: Table, unknown: (value: string, number: number) => string, mask = -1): Kind {
  return numberKind(base, (number, value) => {
    const int = int32(number) & mask;
    return table.name(int) ?? table.name(int >>> 0) ?? unknown(value, int);
  });
}
