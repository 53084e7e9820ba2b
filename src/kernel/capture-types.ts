// What passes between a capture and its worker thread, and what the caller sees of it. Types and constants only.

import type { ErrorCode } from '../base/error.ts';

export interface CaptureOptions {
  /** `unicast`: be the audit daemon (the kernel waits for us before it drops); `multicast`: listen beside one. */
  readonly mode: 'unicast' | 'multicast';
  /** Turn auditing on while the capture is open (unicast only). Default true. */
  readonly enable?: boolean;
  /** Backlog limit of the kernel while the capture is open (unicast only). Default 32,768, never lowered. */
  readonly backlogLimit?: number;
  /** Socket receive buffer in bytes. Default 64 MiB, used only when reading is late. */
  readonly receiveBuffer?: number;
  /**
   * How long to let records gather once the kernel's queue ran dry, in ms. Less tells sooner, more means fewer wake-ups.
   * Default 8.
   */
  readonly gather?: number;
  /**
   * Bytes captured but not yet taken at which reading slows to a drip. Default 256 MiB. Then the kernel's own queues
   * fill and programs wait for them (audit_backlog_wait_time); nothing is dropped as long as the drip goes on, which it
   * does for 64 MiB more.
   */
  readonly queueBytes?: number;
}

/** Counts since the capture was opened. */
export interface CaptureStats {
  readonly records: number;
  readonly bytes: number;
  /** Times the socket's buffer overran (multicast: the kernel dropped records). */
  readonly overruns: number;
  /** Serials that never came. */
  readonly missing: number;
  /** Records longer than 12 KiB, kept cut. */
  readonly truncated: number;
  /** Datagrams not from the kernel, passed over. */
  readonly foreign: number;
  /** What the kernel counted as lost meanwhile; `undefined` where it may not be asked. */
  readonly lost: number | undefined;
  /** Clock ticks tasks waited for the kernel's queue meanwhile. */
  readonly waited: number | undefined;
}

/** Records in the order they came. */
export interface CaptureBatch {
  /** Lines as in audit.log: `type=SYSCALL msg=audit(…): …\n`. The reader owns them. */
  readonly bytes: Uint8Array;
  readonly records: number;
  readonly stats: CaptureStats;
}

export interface WorkerInput {
  readonly options: Required<CaptureOptions>;
  /** One word: bytes handed over and not yet taken. */
  readonly queued: Int32Array;
}

export type WorkerOutput =
  | { readonly kind: 'open' }
  | { readonly kind: 'batch'; readonly batch: CaptureBatch }
  | { readonly kind: 'end'; readonly stats: CaptureStats }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly errno: number | undefined };
