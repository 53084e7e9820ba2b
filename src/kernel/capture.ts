// A capture: audit records from the running kernel as an async iterable of batches. The reading happens on a thread of
// its own (capture-worker.ts), so the reader's event loop stays free; when the reader falls behind, a unicast capture
// makes the kernel wait and a multicast one loses records, and both say so in their counts.
import { AuditError } from '../base/index.ts';
import { Thread } from '../host/index.ts';
import type { CaptureBatch, CaptureOptions, CaptureStats, WorkerInput, WorkerOutput } from './capture-types.ts';
import { type AuditClient, openClient } from './client.ts';
import type { StatusChange } from './structs.ts';

/**
 * Opens a capture. Unicast makes this process the audit daemon, turns auditing on and raises the backlog limit; `close`
 * puts all three back. Throws AuditError `held` when another daemon runs, `not-permitted`, `no-audit-support`.
 */
export async function openCapture(options: CaptureOptions): Promise<Capture> {
  const full = {
    enable: true,
    backlogLimit: 32_768,
    receiveBuffer: 64 << 20,
    queueBytes: 256 << 20,
    gather: 8,
    ...options,
  };
  const capture = new Capture(full);
  await capture.opened;
  return capture;
}

export class Capture implements AsyncIterable<CaptureBatch> {
  /** Settles when the worker reads, or rejects. */
  readonly opened: Promise<void>;
  readonly #queued = new Int32Array(new SharedArrayBuffer(4));
  readonly #batches: CaptureBatch[] = [];
  readonly #worker: Thread;
  readonly #options: Required<CaptureOptions>;
  #client: AuditClient | undefined;
  #undo: StatusChange = {};
  #stats: CaptureStats | undefined;
  #failure: AuditError | undefined;
  #ended = false;
  #wake: () => void = () => {};
  #closing: Promise<CaptureStats> | undefined;
  readonly #atExit = (): void => this.#restore();

  constructor(options: Required<CaptureOptions>) {
    this.#options = options;
    const input: WorkerInput = { options, queued: this.#queued };
    this.#worker = new Thread('./capture-worker.ts', import.meta.url, input);
    this.opened = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: WorkerOutput) => {
        if (message.kind === 'open') {
          try {
            this.#prepare();
            resolve();
          } catch (error) {
            void this.close().finally(() => reject(error));
          }
        } else this.#receive(message);
        if (this.#failure) reject(this.#failure);
      });
      this.#worker.on('error', (cause) => {
        this.#fail(new AuditError('internal', `Cannot capture audit records: ${cause.message}`, { cause }));
        reject(this.#failure);
      });
      this.#worker.on('exit', () => this.#finish());
    });
  }

  /** Counts as of the latest batch; all zero before the first. */
  get stats(): CaptureStats | undefined {
    return this.#stats;
  }

  /** Stops the kernel's flow, puts its settings back, and waits until all that was captured is handed out or dropped. */
  close(): Promise<CaptureStats> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Batches as they come; after `close` those already captured, then the end. Leaving the loop closes the capture. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CaptureBatch> {
    try {
      for (;;) {
        const batch = this.#batches.shift();
        if (batch) {
          Atomics.sub(this.#queued, 0, batch.bytes.length);
          Atomics.notify(this.#queued, 0);
          yield batch;
        } else if (this.#failure) throw this.#failure;
        else if (this.#ended) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      if (!this.#failure) await this.close();
    }
  }

  /** The worker is the daemon now: turn auditing on, give the kernel room, remember how it was. */
  #prepare(): void {
    if (this.#options.mode !== 'unicast') return;
    this.#client = openClient();
    const before = this.#client.status();
    const change: StatusChange = {
      ...(this.#options.enable && before.enabled === 0 ? { enabled: 1 } : {}),
      ...(before.enabled !== 2 && before.backlogLimit < this.#options.backlogLimit
        ? { backlogLimit: this.#options.backlogLimit }
        : {}),
    };
    this.#undo = Object.fromEntries(
      Object.keys(change).map((key) => [key, before[key as keyof StatusChange]]),
    ) as StatusChange;
    process.prependOnceListener('exit', this.#atExit); // before the thread leaves
    if (Object.keys(change).length) this.#client.set(change, 'turn auditing on');
  }

  /** Puts the kernel's settings back, at once and synchronously (also when the process ends by an exception). */
  #restore(): void {
    process.removeListener('exit', this.#atExit);
    try {
      if (Object.keys(this.#undo).length) this.#client?.set(this.#undo, 'put the audit settings back');
    } finally {
      this.#undo = {};
    }
  }

  async #close(): Promise<CaptureStats> {
    try {
      this.#restore();
    } finally {
      await this.#worker.stop();
      this.#client?.close();
    }
    if (this.#failure) throw this.#failure;
    return this.#stats!;
  }

  #receive(message: Exclude<WorkerOutput, { kind: 'open' }>): void {
    if (message.kind === 'batch') {
      this.#batches.push(message.batch);
      this.#stats = message.batch.stats;
    } else if (message.kind === 'end') this.#stats = message.stats;
    else {
      const { code, errno } = message;
      this.#fail(new AuditError(code, message.message, errno === undefined ? {} : { cause: { errno } }));
    }
    this.#wake();
  }

  #fail(error: AuditError): void {
    this.#failure ??= error;
    this.#wake();
  }

  #finish(): void {
    this.#ended = true;
    this.#wake();
  }
}
