// Ids as the normaliser reads them, and what kind of account a number is.

import type { FieldAt, SubjectKind } from './types.ts';

/** An id as the C library reads it: leading digits as a signed 32-bit number, 0 for text and for no field, -1 (unset)
 * for what does not fit into 64 bits. */
export function idOf(at: FieldAt | undefined): number {
  const digits = at && /^[+-]?\d+/.exec(at.field.value)?.[0];
  if (!digits) return 0;
  if (digits.length < 16) return Number(digits) | 0;
  if (/^[+-]?0*/.exec(digits)![0].length < digits.length - 24) return -1;
  const id = BigInt(digits);
  return BigInt.asIntN(64, id) === id ? Number(BigInt.asIntN(32, id)) : -1;
}

/** The kind of account of an id (signed 32-bit): ranges as in login.defs(5). */
export function accountKind(id: number): SubjectKind {
  if (id === -1) return 'unset-acct';
  if (id === 0) return 'privileged-acct';
  if (id < 1000) return 'service-acct';
  return id < 60000 ? 'user-acct' : 'unknown-acct';
}

/** The kind of account of an id field; undefined for no field. */
export const accountKindOf = (at: FieldAt | undefined): SubjectKind | undefined => at && accountKind(idOf(at));
