// The one error type of the house. Operations that fail throw it; bad log data never does (it becomes `problems`).
// It knows nothing of exit statuses: only cli/ turns codes into those.

/** Where in a text the fault lies; line and column count from 1. */
export interface Position {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** A failed operation. `code` is stable and for programs; `message` says "Cannot …: …" and what to do, for people. */
export class AuditError extends Error {
  readonly code: string;
  readonly position: Position | undefined;

  constructor(code: string, message: string, more: { cause?: unknown; position?: Position } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'AuditError';
    this.code = code;
    this.position = more.position;
  }
}
