// What a refused request answers: a status and an ApiFault. Errors of the house (AuditError) say what went wrong in
// words for people, so they are handed on; any other error is a fault of ours, told to the console's own log only.

import { AuditError, firstLine } from '../base/index.ts';
import type { ApiFault } from './contract.ts';

export type FaultStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 421 | 429 | 500 | 503;

export interface FaultFacts {
  readonly remedy?: string;
  readonly column?: number;
  readonly length?: number;
  readonly parameter?: string;
  /** Seconds after which to ask again. */
  readonly retryAfter?: number;
  /** Methods there are, for 405. */
  readonly allow?: string;
}

/** A refusal that says why. */
export class Fault extends Error {
  readonly status: FaultStatus;
  readonly code: string;
  readonly facts: FaultFacts;

  constructor(status: FaultStatus, code: string, message: string, facts: FaultFacts = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.facts = facts;
  }
}

const STATUS: Readonly<Record<string, FaultStatus>> = {
  usage: 400,
  EXPRESSION: 400,
  rule: 400,
  'no-event': 404,
  file: 404,
  'not-permitted': 403,
  locked: 409,
  'rolled-back': 409,
  'not-restored': 500,
  refused: 400,
  held: 409,
  timeout: 503,
  'no-audit-support': 503,
  store: 503,
  'store-busy': 503,
};

/** Any thrown value as a refusal; undefined for one that is a fault of ours. */
export function faultOf(error: unknown): Fault | undefined {
  if (error instanceof Fault) return error;
  if (!(error instanceof AuditError)) return undefined;
  const column = error.position?.column;
  // The message of an expression's error goes on with the expression and a mark; the column says the same.
  return new Fault(STATUS[error.code] ?? 500, error.code, firstLine(error.message), {
    ...(column !== undefined && { column: column - 1, length: 1 }),
  });
}

/** The reply of a refusal. */
export function faultReply(fault: Fault): Response {
  const { retryAfter, allow, ...facts } = fault.facts;
  const body: ApiFault = { error: { code: fault.code, message: fault.message, ...facts } };
  return Response.json(body, {
    status: fault.status,
    headers: {
      'Cache-Control': 'no-store',
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
      ...(allow !== undefined && { Allow: allow }),
    },
  });
}
