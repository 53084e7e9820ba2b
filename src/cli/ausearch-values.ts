// The values that options of ausearch take, read and checked: numbers, accounts, arches, system calls, errors, types.
// Each throws an AuditError `usage` that says what is wrong with the word.

import { latin1 } from '../base/bytes.ts';
import { AuditError } from '../base/error.ts';
import { UNSET } from '../base/ids.ts';
import { suggestion } from '../base/nearest.ts';
import { type Arch, archOf } from '../tables/arch.ts';
import { errnoNumber } from '../tables/errno.ts';
import { recordTypeNumber, recordTypes } from '../tables/records.ts';
import { syscallNumber, syscalls } from '../tables/syscalls.ts';

export const fail = (message: string, lines = false): AuditError => new AuditError('usage', message, { lines });

/** A command line word as the latin1 text of its bytes. */
export const bytesOfArgument = (value: string): string => latin1(new TextEncoder().encode(value));

/** A whole number up to `most`. */
export function decimal(value: string, what: string, most: number): number {
  if (!/^\d+$/.test(value)) throw fail(`${what} must be a numeric value, was ${value}`);
  const number = Number(value);
  if (number > most) throw fail(`Illegal value for ${what}, was ${value}`);
  return number;
}

/** An id, or the name of an account. */
export function accountId(
  value: string,
  what: string,
  kind: 'user' | 'group',
  find: (name: string) => number | undefined,
): number {
  if (/^\d/.test(value)) {
    const id = Number(value);
    if (/^\d+$/.test(value) && id <= UNSET) return id;
    throw fail(`Numeric ${kind} ID conversion error: ${value} is no id`);
  }
  const id = find(value);
  if (id === undefined) throw fail(`${what} ID is non-numeric and unknown (${value})`);
  return id;
}

/** An arch as records write it: the hex of its AUDIT_ARCH number. */
export function archOfToken(value: string): Arch | undefined {
  return /^(0x)?[0-9a-f]{8}$/i.test(value) ? archOf(Number.parseInt(value, 16)) : undefined;
}

/** `-sc` by name. */
export function syscallOf(arch: Arch, value: string): number {
  const number = syscallNumber(arch, value);
  if (number !== undefined) return number;
  const names = syscalls(arch)
    .entries()
    .map(([, name]) => name);
  throw fail(`Syscall ${value} not found${suggestion(value, names)}`);
}

/** `-e`: a number or the name of an error, with a sign or without. */
export function exitValue(value: string): number {
  const [, sign, text] = /^(-?)(.*)$/s.exec(value) as unknown as [string, string, string];
  let number: number | undefined;
  if (/^\d+$/.test(text)) number = Number(text);
  else if (/^\d/.test(text)) throw fail(`Error converting ${value}`);
  else number = errnoNumber(text);
  if (number === undefined) throw fail(`Unknown errno, was ${value}`);
  return sign ? -number : number;
}

/** `-m`: names or numbers of record types, parted by commas; undefined when one of them is ALL. */
export function recordTypeList(value: string): number[] | undefined {
  const types: number[] = [];
  for (const word of value.split(',')) {
    if (word === 'ALL') return undefined;
    const type = /^\d+$/.test(word) ? Number(word) : recordTypeNumber(word.toUpperCase());
    if (type === undefined) throw fail(validTypes());
    types.push(type);
  }
  return types;
}

export const validTypes = (): string =>
  `Valid message types are: ALL ${recordTypes
    .entries()
    .map(([, name]) => name)
    .join(' ')}`;
