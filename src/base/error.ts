// The one error type of the house. Operations that fail throw it; bad log data never does (it becomes `problems`).
// It knows nothing of exit statuses: only cli/ turns codes into those.

/** Where in a text the fault lies; line and column count from 1. */
export interface Position {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Why an operation failed, for programs: the one list, in one spelling. Stable. */
export type ErrorCode =
  | 'cancelled'
  | 'checkpoint'
  | 'checkpoint-data'
  | 'checkpoint-event'
  | 'config'
  | 'disk-error'
  | 'disk-full'
  | 'exists'
  | 'export'
  | 'expression'
  | 'file'
  | 'folder'
  | 'held'
  | 'immutable'
  | 'in-use'
  | 'internal'
  | 'kernel'
  | 'link'
  | 'listen'
  | 'lock'
  | 'locked'
  | 'measure'
  | 'name'
  | 'network'
  | 'no-audit-support'
  | 'no-event'
  | 'no-libc'
  | 'no-log'
  | 'not-found'
  | 'not-permitted'
  | 'not-restored'
  | 'output'
  | 'protocol'
  | 'queue'
  | 'read'
  | 'refused'
  | 'rolled-back'
  | 'rule'
  | 'rules-loaded'
  | 'sql'
  | 'store'
  | 'store-busy'
  | 'system'
  | 'timeout'
  | 'too-long'
  | 'unsupported'
  | 'usage'
  | 'write';

/** Text in one line: a newline in an argument, a file's name or a value must not begin a line of ours. */
export const oneLine = (text: string): string => text.replaceAll('\n', '\\n');

/** What an error may carry besides code and message. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly position?: Position;
  /** The newlines of the message are ours. */
  readonly lines?: boolean;
  /** See AuditError. */
  readonly brief?: string;
  readonly tool?: string;
}

/** The first line of a text. */
export const firstLine = (text: string): string => text.split('\n', 1)[0]!;

/** A failed operation. `code` is stable and for programs; `message` says "Cannot …: …" and what to do, for people. It is one
 * line, unless `lines` says that its newlines are ours. */
export class AuditError extends Error {
  readonly code: ErrorCode;
  readonly position: Position | undefined;
  /** What is wrong in few words, for who says the rest in another way: without "Cannot …: " or where, without a remedy.
   * The first line of the message where nobody gave them. */
  readonly brief: string;
  /** The tool that the message names, which need not be said again. */
  readonly tool: string | undefined;

  constructor(code: ErrorCode, message: string, more: ErrorDetails = {}) {
    super(more.lines ? message : oneLine(message), more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'AuditError';
    this.code = code;
    this.position = more.position;
    this.brief = oneLine(more.brief ?? firstLine(message));
    this.tool = more.tool;
  }
}

/** Whether an error is a failed operation, and of that code where one is asked for. */
export const isAuditError = (error: unknown, code?: ErrorCode): error is AuditError =>
  error instanceof AuditError && (code === undefined || error.code === code);

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
