// Ids as the normaliser reads them, and what kind of account a number is.

import type { FieldAt, SubjectKind } from './types.ts';

/** An id as the C library reads it: leading digits as a signed 32-bit number, 0 for text and for no field. */
export function idOf(at: FieldAt | undefined): number {
  const digits = at && /^[+-]?\d+/.exec(at.field.value)?.[0];
  if (!digits) return 0;
  return digits.length < 16 ? Number(digits) | 0 : Number(BigInt.asIntN(32, BigInt(digits)));
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
