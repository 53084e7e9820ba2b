// Supervision: what happens to processes, as a typed stream, for those who keep safety-critical ones alive. Fork, exec,
// exit, signal and crash in true order; loss is told in the stream, never hidden; and the service proves itself: a canary
// is forked now and then, and if its fork is not reported in time, the stream says so.
import { visible } from '../base/index.ts';
import {
  commandOf,
  type Image,
  imageOf,
  type Life,
  ProcessFeed,
  ProcessHistory,
  programOf,
  signalWord,
  type Watcher,
} from '../explain/index.ts';
import { systemAccounts, thisMachine } from '../host/index.ts';
import type { CaptureStats } from '../kernel/index.ts';
import { type Arch, machineArch } from '../tables/index.ts';
import { Canary, type CanaryReport } from './canary.ts';
import { seedFromProc } from './live-processes.ts';
import { CausalOrder } from './order.ts';
import { compileRules, type Question, ruleLines } from './rules.ts';
import { borrowKernel, type Loan } from './session.ts';

/** A process, as known when the event was told. */
export interface SupervisedProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly command: readonly string[];
  readonly program: string;
  readonly exe: string;
  readonly uid: number;
  readonly auid: number;
  readonly session: number;
}

interface Base {
  /** ms since 1970 UTC, the kernel's time of the call's begin. */
  readonly at: number;
  readonly serial: number;
  readonly process: SupervisedProcess;
}

export type ProcessEvent =
  | (Base & { readonly kind: 'fork'; readonly child: number })
  | (Base & { readonly kind: 'exec' })
  | (Base & { readonly kind: 'exit'; readonly status: number })
  | (Base & {
      readonly kind: 'signal';
      readonly signal: string;
      /** Pids it was sent to. */
      readonly targets: readonly number[];
      readonly ok: boolean;
    })
  | (Base & { readonly kind: 'crash'; readonly signal: string; readonly why: 'crash' | 'seccomp' })
  /** Records are missing: what happened meanwhile is not known. */
  | { readonly kind: 'loss'; readonly records: number }
  /** The canary was not reported in time (or is again). */
  | { readonly kind: 'alarm'; readonly raised: boolean; readonly reason: string };

export interface SuperviseOptions {
  /** Conditions as auditctl's -F takes them: `auid=1001`, `exe=/usr/sbin/nginx`. None: the whole machine. */
  readonly scope?: readonly string[];
  /** Proof of service. Default: each 1000 ms, limit 250 ms; false: none. */
  readonly canary?: false | { readonly every?: number; readonly limit?: number };
  /** How long an event waits for the fork that caused it, in ms. Default 10. */
  readonly patience?: number;
}

export interface Supervisor extends AsyncIterable<ProcessEvent> {
  readonly mode: 'unicast' | 'multicast';
  /** ms from spawning the latest canary to its report; undefined before the first. */
  readonly canaryDelay: number | undefined;
  /** Stops, and puts the kernel back as it was. */
  close(): Promise<void>;
}

/** Begins supervision. `tell` is called for each event at once; without it, iterate. Needs root outside containers. */
export async function supervise(
  options: SuperviseOptions = {},
  tell?: (event: ProcessEvent) => void,
): Promise<Supervisor> {
  const supervisor = new ProcessSupervisor(options, tell);
  await supervisor.open();
  return supervisor;
}

const QUESTIONS: readonly Question[] = ['lives', 'signals'];

class ProcessSupervisor implements Supervisor {
  canaryDelay: number | undefined;
  readonly #options: SuperviseOptions;
  readonly #tell: ((event: ProcessEvent) => void) | undefined;
  readonly #queue: ProcessEvent[] = [];
  readonly #order = new CausalOrder<ProcessEvent>((event) => this.#hand(event));
  readonly #history = new ProcessHistory();
  #canary: Canary | undefined;
  #loan: Loan | undefined;
  #orderTimer: NodeJS.Timeout | undefined;
  #alarm = false;
  #lost = 0;
  #closed = false;
  #wake: () => void = () => {};

  constructor(options: SuperviseOptions, tell: ((event: ProcessEvent) => void) | undefined) {
    this.#options = options;
    this.#tell = tell;
  }

  get mode(): 'unicast' | 'multicast' {
    return this.#loan!.mode;
  }

  async open(): Promise<void> {
    const host: Arch = machineArch(thisMachine().arch) ?? 'x86_64';
    const conditions = this.#options.scope ?? [];
    const lines = ruleLines(QUESTIONS, { conditions }, host);
    const canary = this.#options.canary === false ? undefined : { every: 1000, limit: 250, ...this.#options.canary };
    if (canary) this.#canary = new Canary(canary.limit, (report) => this.#hear(report));
    if (this.#canary && conditions.length > 0)
      lines.push(...ruleLines(['lives'], { conditions: [`pid=${this.#canary.pid}`] }, host));
    seedFromProc(this.#history);
    const feed = new ProcessFeed(this.#history, this.#watcher());
    this.#loan = await borrowKernel({
      rules: compileRules(lines, host, systemAccounts()),
      gather: 0,
      event: (event) => feed.push(event),
      batch: (stats) => this.#count(stats),
      failed: (error) => this.#raise(`the capture failed: ${(error as Error).message}`),
    });
    if (canary) this.#canary!.start(canary.every);
  }

  async close(): Promise<void> {
    this.#canary?.stop();
    clearTimeout(this.#orderTimer);
    await this.#loan?.close();
    this.#order.expire(Number.POSITIVE_INFINITY, 0);
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ProcessEvent> {
    try {
      for (;;) {
        const event = this.#queue.shift();
        if (event) yield event;
        else if (this.#closed) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      await this.close();
    }
  }

  #watcher(): Watcher {
    return {
      fork: (parent, child, at, serial) => {
        if (parent.pid === this.#canary?.pid) {
          this.#canary.reported(child.pid);
          return;
        }
        this.#order.fork(parent.id, child.id, {
          kind: 'fork',
          at,
          serial,
          process: processOf(parent, imageOf(parent)),
          child: child.pid,
        });
      },
      exec: (life, image, at, serial) =>
        this.#push(life, { kind: 'exec', at, serial, process: processOf(life, image) }),
      exit: (life, status, at, serial) =>
        this.#push(life, { kind: 'exit', at, serial, process: processOf(life, imageOf(life)), status }),
      signal: ({ killer, image, at, serial, signal, targets, ok }) =>
        this.#push(killer, {
          kind: 'signal',
          at,
          serial,
          process: processOf(killer, image),
          signal: signalWord(signal),
          targets: targets.map((target) => target.pid),
          ok,
        }),
      crash: ({ life, at, serial, signal, why }) =>
        this.#push(life, {
          kind: 'crash',
          at,
          serial,
          process: processOf(life, imageOf(life)),
          signal: signalWord(signal),
          why,
        }),
    };
  }

  #push(life: Life, event: ProcessEvent): void {
    if (this.#canary && (life.pid === this.#canary.pid || life.ppid === this.#canary.pid)) return;
    const now = performance.now();
    // Forks of our own are never told: the kernel does not audit its audit daemon.
    const { parent } = life;
    const awaited =
      life.startSource === 'seen' && parent !== undefined && parent.end === undefined && parent.pid !== process.pid;
    this.#order.push(life.id, event, awaited, now);
    if (this.#order.pending && this.#orderTimer === undefined) this.#later();
  }

  #later(): void {
    const patience = this.#options.patience ?? 10;
    this.#orderTimer = setTimeout(() => {
      this.#orderTimer = undefined;
      this.#order.expire(performance.now(), patience);
      if (this.#order.pending) this.#later();
    }, patience);
  }

  #hand(event: ProcessEvent): void {
    if (this.#tell) this.#tell(event);
    else {
      this.#queue.push(event);
      this.#wake();
    }
  }

  #count(stats: CaptureStats): void {
    const lost = stats.missing + (stats.lost ?? 0);
    if (lost > this.#lost) this.#hand({ kind: 'loss', records: lost - this.#lost });
    this.#lost = lost;
  }

  #hear({ delay, reason }: CanaryReport): void {
    if (delay === undefined) {
      this.#raise(reason);
      return;
    }
    this.canaryDelay = delay;
    if (this.#alarm) this.#hand({ kind: 'alarm', raised: false, reason: 'the canary is reported again' });
    this.#alarm = false;
  }

  #raise(reason: string): void {
    if (!this.#alarm) this.#hand({ kind: 'alarm', raised: true, reason });
    this.#alarm = true;
  }
}

function processOf(life: Life, image: Image): SupervisedProcess {
  return {
    pid: life.pid,
    ppid: life.ppid,
    command: commandOf(image).map(visible),
    program: visible(programOf(image)),
    exe: visible(image.exe),
    uid: life.euid,
    auid: life.auid,
    session: life.ses,
  };
}
