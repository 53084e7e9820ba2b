// The one error type of the house. Operations that fail throw it; bad log data never does (it becomes `problems`).
// It knows nothing of exit statuses: only cli/ turns codes into those.

/** Where in a text the fault lies; line and column count from 1. */
export interface Position {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Text in one line: a newline in an argument, a file's name or a value must not begin a line of ours. */
export const oneLine = (text: string): string => text.replaceAll('\n', '\\n');

/** A failed operation. `code` is stable and for programs; `message` says "Cannot …: …" and what to do, for people. It is one
 * line, unless `lines` says that its newlines are ours. */
export class AuditError extends Error {
  readonly code: string;
  readonly position: Position | undefined;

  constructor(code: string, message: string, more: { cause?: unknown; position?: Position; lines?: boolean } = {}) {
    super(more.lines ? message : oneLine(message), more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'AuditError';
    this.code = code;
    this.position = more.position;
  }
}

/**
 * The failed operation that an error tells of: an AuditError as it is; what the system refused (a name too long, no right, a
 * full disk: an error whose code is like `ENOSPC`, errno(3)) as AuditError `system`. Throws anything else: a fault of ours.
 */
export function failedOperation(error: unknown): AuditError {
  if (error instanceof AuditError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return new AuditError('system', `Cannot go on: ${message}`, { cause: error });
}
