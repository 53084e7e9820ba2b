// Questions answered on threads of their own, so that the console's own goes on answering what is quick and telling what
// is new. The store stays with the console's thread (a DuckDB file is open once): what a question reads is handed over as
// pieces of text, made by the database. A thread is kept for the next question and ends when none comes for a while.

import { AuditError, type ErrorCode } from '../../base/index.ts';
import { Thread } from '../../host/index.ts';
import type { Selection, Store } from '../../store/index.ts';
import { type Answerer, Desk } from './desk.ts';
import type { Question } from './question.ts';

/** How long a thread without a question is kept, in ms. */
const KEPT = 60_000;

/** Why something did not come about. */
export interface Failure {
  readonly kind: 'failed';
  /** Of an AuditError. */
  readonly code?: ErrorCode | undefined;
  readonly message: string;
}

/** What a thread is told; it answers each with one message. */
export type ToThread =
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'text'; readonly text: Uint8Array }
  | { readonly kind: 'end' }
  | Failure;

/** What a thread says. */
export type FromThread =
  | { readonly kind: 'read'; readonly selection: Selection }
  | { readonly kind: 'more' }
  | { readonly kind: 'answer'; readonly json: Uint8Array<ArrayBuffer> }
  | Failure;

export const failureOf = (error: unknown): Failure => ({
  kind: 'failed',
  code: error instanceof AuditError ? error.code : undefined,
  message: error instanceof Error ? error.message : String(error),
});

export const errorOf = ({ code, message }: Failure): Error =>
  code === undefined ? new Error(message) : new AuditError(code, message);

/** A desk with threads; as many as questions are put at once. */
export class ThreadDesk extends Desk {
  private readonly pool: Pool;

  constructor(store: Store) {
    const pool = new Pool();
    super(pool.answerer(store));
    this.pool = pool;
  }

  /** Ends the threads; to be called before the store is closed. */
  close(): Promise<void> {
    return this.pool.close();
  }
}

class Pool {
  private readonly idle: Helper[] = [];
  private readonly all = new Set<Helper>();

  answerer(store: Store): Answerer {
    return async (question, signal) => {
      const helper = this.idle.pop() ?? this.made();
      clearTimeout(helper.leave);
      try {
        return await converse(helper, question, store, signal);
      } finally {
        if (helper.waits) this.keep(helper);
        else void helper.stop(); // it ended, or waits for something that does not come
      }
    };
  }

  async close(): Promise<void> {
    this.idle.length = 0;
    await Promise.all([...this.all].map((helper) => helper.stop()));
  }

  private made(): Helper {
    const helper = new Helper(() => this.forget(helper));
    this.all.add(helper);
    return helper;
  }

  private keep(helper: Helper): void {
    this.idle.push(helper);
    helper.leave = setTimeout(() => {
      this.forget(helper);
      void helper.stop();
    }, KEPT).unref();
  }

  private forget(helper: Helper): void {
    this.all.delete(helper);
    const at = this.idle.indexOf(helper);
    if (at >= 0) this.idle.splice(at, 1);
  }
}

/** One thread, spoken with by turns. */
class Helper {
  ended = false;
  /** It has answered, and waits for a question. */
  waits = false;
  leave: NodeJS.Timeout | undefined;
  private readonly thread = new Thread('./worker.ts', import.meta.url, undefined);
  private heard: ((message: FromThread) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  constructor(gone: () => void) {
    this.thread.on('message', (message: FromThread) => {
      this.waits = message.kind === 'answer' || message.kind === 'failed';
      this.heard?.(message);
    });
    this.thread.on('error', (error) => this.failed?.(error));
    this.thread.once('exit', () => {
      this.ended = true;
      this.waits = false;
      clearTimeout(this.leave);
      gone();
      this.failed?.(new AuditError('cancelled', 'Cannot answer: the console ends'));
    });
  }

  /** Says something, and waits for what the thread says to it. */
  tell(message: ToThread): Promise<FromThread> {
    return new Promise((resolve, reject) => {
      this.waits = false;
      this.heard = resolve;
      this.failed = reject;
      if (this.ended) reject(new AuditError('cancelled', 'Cannot answer: the console ends'));
      else this.thread.postMessage(message, movable(message));
    });
  }

  stop(): Promise<void> {
    clearTimeout(this.leave);
    return this.thread.stop();
  }
}

/** Memory that can be handed over instead of copied. */
function movable(message: ToThread): ArrayBuffer[] {
  if (message.kind !== 'text') return [];
  const { buffer, byteLength } = message.text;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

/** Puts a question, and hands over what it reads; the next piece is made while the thread looks at the last. A question
 * that is withdrawn ends with the next piece. */
async function converse(
  helper: Helper,
  question: Question,
  store: Store,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  let source: AsyncIterator<Uint8Array> | undefined;
  let next: Promise<IteratorResult<Uint8Array>> | undefined;
  const advance = (): void => {
    next = source!.next();
    next.catch(() => {}); // heard of when it is waited for
  };
  try {
    let said = await helper.tell({ kind: 'question', question });
    for (;;) {
      if (said.kind === 'answer') return said.json;
      if (said.kind === 'failed') throw errorOf(said);
      if (said.kind === 'read') {
        source = store.texts(said.selection, signal)[Symbol.asyncIterator]();
        advance();
      }
      const piece = await next!.catch(failureOf);
      if ('done' in piece && !piece.done) advance();
      said = await helper.tell(
        'kind' in piece ? piece : piece.done ? { kind: 'end' } : { kind: 'text', text: piece.value },
      );
    }
  } finally {
    await next?.catch(() => {});
    await source?.return?.();
  }
}
