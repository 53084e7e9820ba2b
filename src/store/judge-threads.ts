// Judges on threads of their own: however long it takes to find out whether an event matches, the thread that takes
// records and writes them goes on. Who finds no thread free waits, in order; threads are kept until the end. A thread
// whose question is withdrawn, or that is to end, leaves it within milliseconds.

import { AuditError } from '../base/error.ts';
import { Thread } from '../host/thread.ts';
import type { Predicate } from '../query/index.ts';
import type { Judge } from './judge.ts';
import { cancelled, checkSignal } from './watchers.ts';

/** What a thread is asked; without a predicate, by the last one. */
export interface JudgeTask {
  readonly predicate?: Predicate;
  readonly text: Uint8Array;
}

/** What it answers: places, or why it has none. */
export type JudgeAnswer = Int32Array | { readonly failed: string };

const ended = (): AuditError => new AuditError('cancelled', 'Cannot answer: the store is being closed');

/** To be closed before its store. Values are interpreted with this machine's accounts. */
export class JudgeThreads {
  private readonly most: number;
  private readonly idle: Helper[] = [];
  private readonly all = new Set<Helper>();
  private readonly waiting: (() => void)[] = [];
  private busy = 0;
  private closed = false;

  /** `most` threads at a time. */
  constructor(most: number) {
    this.most = most;
  }

  readonly judge: Judge = async (predicate, text, signal) => {
    if (this.busy < this.most) this.busy++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      checkSignal(signal);
      if (this.closed) throw ended();
      const helper = this.idle.pop() ?? this.made();
      try {
        return await helper.ask(predicate, text, signal);
      } finally {
        if (this.all.has(helper)) this.idle.push(helper);
      }
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.busy--;
    }
  };

  /** Questions that run end as CANCELLED, and so do later ones. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.all].map((helper) => helper.stop()));
  }

  private made(): Helper {
    const helper = new Helper(() => this.all.delete(helper));
    this.all.add(helper);
    return helper;
  }
}

/** One thread, asked by turns. */
class Helper {
  /** Not 0: the thread leaves what it is at. */
  private readonly leave = new Int32Array(new SharedArrayBuffer(4));
  private readonly thread: Thread;
  private known: Predicate | undefined;
  private heard: (answer: JudgeAnswer) => void = () => {};
  private failed: (error: Error) => void = () => {};

  constructor(gone: () => void) {
    this.thread = new Thread('./judge-worker.ts', import.meta.url, this.leave);
    this.thread.on('message', (answer: JudgeAnswer) => this.heard(answer));
    this.thread.on('error', (error) => this.failed(error));
    this.thread.once('exit', () => {
      gone();
      this.failed(ended());
    });
  }

  async ask(predicate: Predicate, text: Uint8Array, signal: AbortSignal | undefined): Promise<readonly number[]> {
    const withdraw = (): void => {
      Atomics.store(this.leave, 0, 1);
    };
    Atomics.store(this.leave, 0, 0);
    signal?.addEventListener('abort', withdraw, { once: true });
    try {
      const answer = await new Promise<JudgeAnswer>((resolve, reject) => {
        this.heard = resolve;
        this.failed = reject;
        // Cloned is the whole memory that a view is of.
        const own = text.byteLength === text.buffer.byteLength ? text : text.slice();
        const task: JudgeTask = { text: own, ...(predicate !== this.known && { predicate }) };
        this.known = predicate;
        this.thread.postMessage(task);
      });
      if (signal?.aborted) throw cancelled(signal);
      if ('failed' in answer) throw new Error(answer.failed);
      return Array.from(answer);
    } finally {
      signal?.removeEventListener('abort', withdraw);
    }
  }

  stop(): Promise<void> {
    Atomics.store(this.leave, 0, 1);
    this.failed(ended());
    return this.thread.stop();
  }
}
