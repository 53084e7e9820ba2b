// How much a console does at once: slots for questions. Who finds none free waits a little, in order; a queue that is too
// long is refused at once, and so is one viewer who asks for everything at the same time.

import { Fault } from './fault.ts';

export interface Limits {
  /** Questions answered at the same time. */
  readonly running: number;
  /** The same of those that read the whole trail: they have slots of their own, and keep nobody else waiting. */
  readonly long: number;
  /** The same of those about rules, which take seconds where there are thousands. */
  readonly rules: number;
  /** Questions that wait for a slot. */
  readonly waiting: number;
  /** Questions of one viewer, running and waiting. */
  readonly perViewer: number;
  /** Seconds a question may take, waiting included. */
  readonly seconds: number;
  /** The same for one that reads the whole trail. */
  readonly longest: number;
  /** Live streams open at the same time. */
  readonly streams: number;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
}

export const LIMITS: Limits = {
  running: 4,
  long: 2,
  rules: 2,
  waiting: 32,
  perViewer: 16,
  seconds: 30,
  longest: 120,
  streams: 32,
  bodyBytes: 1 << 20,
};

export class Slots {
  private readonly limits: Limits;
  private readonly queue: (() => void)[] = [];
  private readonly byViewer = new Map<unknown, number>();
  private running = 0;
  private streams = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Waits for a slot; the answer gives it back. Throws Fault 429 or 503, or the signal's reason. */
  async take(viewer: unknown, signal: AbortSignal): Promise<() => void> {
    const own = this.byViewer.get(viewer) ?? 0;
    if (own >= this.limits.perViewer)
      throw new Fault(429, 'too-many', 'Cannot answer: too many questions of yours at once', { retryAfter: 1 });
    if (this.running >= this.limits.running && this.queue.length >= this.limits.waiting)
      throw new Fault(503, 'busy', 'Cannot answer: too many questions at once', { retryAfter: 1 });
    this.byViewer.set(viewer, own + 1);
    const leave = (): void => {
      const left = this.byViewer.get(viewer)! - 1;
      if (left > 0) this.byViewer.set(viewer, left);
      else this.byViewer.delete(viewer);
    };
    try {
      if (this.running >= this.limits.running) await this.turn(signal);
      else this.running++;
    } catch (error) {
      leave();
      throw error;
    }
    return once(() => {
      leave();
      const next = this.queue.shift();
      if (next) next();
      else this.running--;
    });
  }

  /** The same for a stream, which never waits. */
  stream(): () => void {
    if (this.streams >= this.limits.streams)
      throw new Fault(503, 'busy', 'Cannot answer: too many live views are open', { retryAfter: 10 });
    this.streams++;
    return once(() => this.streams--);
  }

  /** Waits until a slot is handed on. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        this.queue.splice(this.queue.indexOf(go), 1);
        reject(signal.reason);
      };
      this.queue.push(go);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }
}

/** `give`, however often it is called. */
function once(give: () => void): () => void {
  let given = false;
  return () => {
    if (!given) give();
    given = true;
  };
}
