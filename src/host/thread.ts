// Threads that are asked to end and end by themselves, also when the process exits. `Worker.terminate()` and
// `process.exit()` stop a thread's JavaScript wherever it is; where that is in a native module (koffi being loaded, as
// a rule), the module cannot throw, and Node ends the whole process with SIGABRT ("FATAL ERROR:
// Error::ThrowAsJavaScriptException napi_throw": about once in sixty terminated threads, Node 20.20, koffi 3.3).
import { parentPort, type ResourceLimits, Worker, workerData } from 'node:worker_threads';
import { workerUrl } from './worker.ts';

/** Words shared by both sides: whether the thread is to end, and whether it has. */
const STOP = 0;
const ENDED = 1;
/** What STOP says: go on; end in good order; leave everything, the process exits. */
const STOPPING = 1;
const LEAVING = 2;
/** How long an exiting process waits for its threads, in ms. */
const PATIENCE = 5000;

interface ThreadInput {
  readonly signal: Int32Array;
  readonly input: unknown;
}

/** Threads that have not ended, with their words. */
const running = new Map<Thread, Int32Array>();

/** A thread; its code begins with `insideThread`. It must never be terminated: `stop` it. */
export class Thread extends Worker {
  readonly #signal: Int32Array;
  readonly #ended: Promise<void>;

  /** Runs `file` (`./capture-worker.ts`, beside the `caller`) with `input`. */
  constructor(file: string, caller: string, input: unknown, resourceLimits: ResourceLimits = {}) {
    const signal = new Int32Array(new SharedArrayBuffer(8));
    const data: ThreadInput = { signal, input };
    // execArgv: the program's own flags (--input-type, --import) are not for this file.
    super(workerUrl(file, caller), { workerData: data, execArgv: [], resourceLimits });
    this.#signal = signal;
    if (running.size === 0) process.on('exit', endAll);
    running.set(this, signal);
    this.#ended = new Promise((resolve) => this.once('exit', () => resolve(forget(this))));
  }

  /** Asks the thread to end; resolves when it has. */
  stop(): Promise<void> {
    ask(this, this.#signal, STOPPING);
    return this.#ended;
  }
}

function ask(thread: Thread, signal: Int32Array, how: number): void {
  Atomics.store(signal, STOP, how);
  Atomics.notify(signal, STOP);
  thread.postMessage('stop'); // wakes one that waits for messages
}

function forget(thread: Thread): void {
  running.delete(thread);
  if (running.size === 0) process.removeListener('exit', endAll);
}

/** While the process exits: no event comes any more, so the words are waited for. */
function endAll(): void {
  const until = performance.now() + PATIENCE;
  for (const [thread, signal] of running) ask(thread, signal, LEAVING);
  for (const signal of running.values()) Atomics.wait(signal, ENDED, 0, Math.max(0, until - performance.now()));
}

/** The thread's own side. */
export interface Inside<Input> {
  readonly input: Input;
  /** Whether it is to end. To be asked often: a tenth of a second is long. */
  stopping(): boolean;
  /** Whether it is to end at once, since the process exits: nobody takes what it still has. */
  leaving(): boolean;
  /** Sleeps, at most `ms`, until it is to end. */
  rest(ms: number): void;
}

/** To be called first in a thread's file, before anything native is loaded. */
export function insideThread<Input>(): Inside<Input> {
  const { signal, input } = workerData as ThreadInput;
  process.once('exit', () => {
    Atomics.store(signal, ENDED, 1);
    Atomics.notify(signal, ENDED);
  });
  const said = (): number => Atomics.load(signal, STOP);
  return {
    input: input as Input,
    stopping: () => said() >= STOPPING,
    leaving: () => said() === LEAVING,
    rest: (ms) => {
      Atomics.wait(signal, STOP, 0, ms);
    },
  };
}

/** The next message for this thread; `stop` when it is to end. */
export function nextMessage<Message>(): Promise<Message | 'stop'> {
  return new Promise((resolve) => parentPort!.once('message', resolve));
}
