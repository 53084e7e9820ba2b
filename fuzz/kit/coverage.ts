// Which branches an execution took, by the counters that compile.mjs put there. Counts are compared in steps (1, 2, 3, 4-7,
// 8-15, 16-31, 32-127, more), as AFL does: a loop that runs twice as often is news, one more round of many is not.
import { readFileSync } from 'node:fs';

interface Module {
  readonly first: number;
  readonly count: number;
  readonly words: readonly string[];
  /** Functions by name, each with the counter of its body. */
  readonly functions: readonly (readonly [name: string, counter: number])[];
}

/** What an execution did. */
export interface Work {
  /** Whether it took a branch, or one so often, for the first time. */
  readonly news: boolean;
  /** Branches taken, repeats included: a measure of work that is the same on every machine. */
  readonly steps: number;
}

export class Coverage {
  readonly words: readonly string[] = [];
  private readonly hits: Uint32Array;
  private readonly seen: Uint8Array;
  private readonly ranges: [number, number][] = [];
  private readonly functions: [name: string, counter: number][] = [];

  /** `file`: the modules.json of the build. To be made before any counted module is loaded. */
  constructor(file: string) {
    const { counters, modules } = JSON.parse(readFileSync(file, 'utf8')) as {
      counters: number;
      modules: Record<string, Module>;
    };
    this.hits = new Uint32Array(counters);
    this.seen = new Uint8Array(counters);
    const words = this.words as string[];
    Object.assign(globalThis, {
      __fuzz: (name: string): Uint32Array => {
        const { first, count, words: more, functions } = modules[name]!;
        this.ranges.push([first, first + count]);
        words.push(...more);
        for (const [one, counter] of functions) this.functions.push([`${name} ${one}`, counter]);
        return this.hits;
      },
    });
  }

  /** Forgets what was counted since the last look. */
  reset(): void {
    for (const [from, to] of this.ranges) this.hits.fill(0, from, to);
  }

  /** What was done since the last `reset`. */
  take(): Work {
    const { hits, seen } = this;
    let news = false;
    let steps = 0;
    for (const [from, to] of this.ranges)
      for (let i = from; i < to; i++) {
        const times = hits[i]!;
        if (times === 0) continue;
        steps += times;
        const bit = stepOf(times);
        if ((seen[i]! & bit) === 0) {
          seen[i]! |= bit;
          news = true;
        }
      }
    return { news, steps };
  }

  /** Branches taken so far, and those there are in the modules loaded. */
  totals(): { readonly taken: number; readonly all: number } {
    let taken = 0;
    let all = 0;
    for (const [from, to] of this.ranges) {
      all += to - from;
      for (let i = from; i < to; i++) if (this.seen[i] !== 0) taken++;
    }
    return { taken, all };
  }

  /** Functions of the modules loaded, each as `FILE NAME`: whether it was entered. */
  entered(): Record<string, boolean> {
    const found: Record<string, boolean> = {};
    for (const [name, counter] of this.functions) found[name] = found[name] === true || this.seen[counter] !== 0;
    return found;
  }
}

function stepOf(times: number): number {
  if (times < 4) return 1 << (times - 1);
  return times < 8 ? 8 : times < 16 ? 16 : times < 32 ? 32 : times < 128 ? 64 : 128;
}
