// `auspex who-killed --watch`: loads the rules that can answer, waits for the next kill, tells its story at once, and takes
// the rules away again, however it ends.
import { fromUtf8, oneLine } from '../base/index.ts';
import {
  KernelLog,
  KillCollector,
  killStories,
  LoginBook,
  ProcessFeed,
  ProcessHistory,
  type Story,
  storyJson,
  storyText,
  type VictimQuery,
  type Words,
} from '../explain/index.ts';
import { bootTime, systemAccounts, thisMachine } from '../host/index.ts';
import { KernelRing } from '../host/kernel-ring.ts';
import { borrowKernel, compileRules, type Question, ruleLines, seedFromProc } from '../supervise/index.ts';
import { machineArch } from '../tables/index.ts';
import { printJson } from './asking.ts';
import type { Io } from './io.ts';

export interface WatchOptions {
  readonly query: VictimQuery;
  /** What the victim is called, for messages. */
  readonly victim: string;
  readonly conditions: readonly string[];
  /** Record forks, execs and ends too. */
  readonly forks: boolean;
  /** End after so many stories. */
  readonly count: number;
  readonly json: boolean;
  readonly all: boolean;
  readonly words: Words;
}

/** What follows a kill within this time (ms) belongs to its story: the end, the retries. */
const SETTLE = 300;
const RING_EVERY = 100;

/** Watches until `count` stories are told or a signal ends it; returns the exit status. */
export async function watchKills(options: WatchOptions, io: Io): Promise<number> {
  const watch = new KillWatch(options, io);
  const host = machineArch(thisMachine().arch) ?? 'x86_64';
  const questions: Question[] = options.forks ? ['lives', 'signals'] : ['programs', 'signals'];
  const lines = ruleLines(questions, { conditions: options.conditions }, host);
  try {
    const loan = await borrowKernel({
      rules: compileRules(lines, host, systemAccounts()),
      event: (event) => watch.feed.push(event),
    });
    try {
      const whom = options.victim === '' ? 'a process' : options.victim;
      io.err(
        fromUtf8(`Waiting for the next kill of ${oneLine(whom)}. Ctrl-C ends the watch and takes its rules away:\n`),
      );
      for (const line of lines) io.err(fromUtf8(`  auditctl ${oneLine(line)}\n`));
      await watch.done;
    } finally {
      await loan.close();
    }
  } finally {
    watch.close(); // also where the kernel lends nothing: its timer would hold the process
  }
  return watch.told > 0 ? 0 : 1;
}

class KillWatch {
  readonly feed: ProcessFeed;
  readonly done: Promise<void>;
  told = 0;
  readonly #options: WatchOptions;
  readonly #io: Io;
  readonly #history = new ProcessHistory();
  readonly #logins = new LoginBook();
  readonly #collector = new KillCollector();
  readonly #kernel = new KernelLog({ boot: bootTime() * 1000 });
  readonly #ring = new KernelRing();
  readonly #vain = new Set<string>();
  readonly #ringTimer: NodeJS.Timeout;
  #settle: NodeJS.Timeout | undefined;
  #end: () => void = () => {};
  readonly #onSignal = (): void => this.#end();

  constructor(options: WatchOptions, io: Io) {
    this.#options = options;
    this.#io = io;
    seedFromProc(this.#history);
    this.feed = new ProcessFeed(this.#history, {
      signal: (act) => {
        this.#collector.signal(act);
        this.#soon();
      },
      crash: (act) => {
        this.#collector.crash(act);
        this.#soon();
      },
      exec: (life, image, at) => this.#collector.exec(life, image, at),
      call: (life, call, view, event) => this.#collector.call(life, call, view, event),
      message: (record, event) => this.#logins.message(record, event),
    });
    this.#ring.read(); // what is there already is not the next kill
    this.#ringTimer = setInterval(() => this.#readRing(), RING_EVERY);
    this.done = new Promise((resolve) => {
      this.#end = resolve;
    });
    process.on('SIGINT', this.#onSignal).on('SIGTERM', this.#onSignal).on('SIGHUP', this.#onSignal);
  }

  close(): void {
    clearInterval(this.#ringTimer);
    clearTimeout(this.#settle);
    this.#ring.close();
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal).off('SIGHUP', this.#onSignal);
  }

  #readRing(): void {
    for (const line of this.#ring.read()) this.#kernel.push(line);
    if (this.#kernel.kills.length > 0) this.#soon();
  }

  #soon(): void {
    this.#settle ??= setTimeout(() => {
      this.#settle = undefined;
      this.#tell();
    }, SETTLE);
  }

  #tell(): void {
    const { query, words, json, all, count } = this.#options;
    const find = (node: string, pid: number) => this.#history.find(node, pid);
    const stories = killStories(this.#collector, this.#kernel.kills, query, find);
    this.#collector.clear();
    this.#kernel.kills.length = 0;
    for (const story of stories) {
      if (!all && (story.hits[0]?.outcome.kind === 'survived' || this.#isOldNews(story))) continue;
      if (json) printJson(this.#io, storyJson(story, this.#logins, words));
      else this.#io.out(fromUtf8(`${this.told > 0 ? '\n' : ''}${storyText(story, this.#logins, words)}`));
      this.told++;
      if (this.told >= count) this.#end();
    }
  }

  /** A killer that goes on striking a dead pid is told once. */
  #isOldNews(story: Story): boolean {
    if (story.hits.length > 0) {
      for (const hit of story.hits) for (const s of hit.strikes) this.#vain.add(`${s.killer.id} ${s.given}`);
      return false;
    }
    const keys = story.tries.map((strike) => `${strike.killer.id} ${strike.given}`);
    const old = keys.every((key) => this.#vain.has(key));
    for (const key of keys) this.#vain.add(key);
    return old;
  }
}
