// The shape of a story: who struck, whom, when, what came of it and what it means. who-killed.ts tells stories,
// diagnose.ts adds the findings, story-text.ts and story-json.ts show them. Types only.
import type { KernelKill } from './kernel-log.ts';
import type { Crash, Strike } from './kills.ts';
import type { Image, Life } from './life.ts';

/** What came of it. */
export interface Outcome {
  readonly kind: 'ended' | 'survived' | 'unknown';
  /** ms from the first strike to the end. */
  readonly after?: number;
  readonly status?: number;
  readonly signal?: number;
}

/** One victim of a story. */
export interface Hit {
  readonly at: number;
  readonly pid: number;
  readonly victim: Life | undefined;
  /** What it ran when it was struck. */
  readonly image: Image | undefined;
  /** The kernel's name for it; '' when unknown. */
  readonly name: string;
  /** One killer's signals to it that arrived, in order. */
  readonly strikes: readonly Strike[];
  readonly crash: Crash | undefined;
  readonly kernel: KernelKill | undefined;
  readonly outcome: Outcome;
}

export type Cause =
  | 'signal'
  | 'crash'
  | 'seccomp'
  | 'oom'
  | 'oom-cgroup'
  | 'oom-skip'
  | 'fault'
  | 'hardware'
  | 'daemon';

/** How regular: mean of the gaps and how far they stray, in ms. */
export interface Rhythm {
  readonly count: number;
  readonly mean: number;
  readonly spread: number;
  readonly regular: boolean;
}

export interface Story {
  readonly cause: Cause;
  readonly node: string;
  /** Absent when the kernel itself did it. */
  readonly killer: Life | undefined;
  readonly image: Image | undefined;
  readonly hits: readonly Hit[];
  /** Signals that failed: to a process that was gone, or not allowed. */
  readonly tries: readonly Strike[];
  readonly rhythm: Rhythm | undefined;
  readonly findings: readonly Finding[];
}

export type FindingId =
  | 'stale-pid'
  | 'dead-pid'
  | 'pid-file'
  | 'same-name'
  | 'own-child'
  | 'itself'
  | 'by-name'
  | 'service-manager'
  | 'regular'
  | 'one-user'
  | 'group'
  | 'not-allowed'
  | 'out-of-memory'
  | 'memory-limit'
  | 'said'
  | 'forbidden-call'
  | 'crash'
  | 'sender-unknown'
  | 'parent-ended'
  | 'no-forks';

export interface Finding {
  readonly id: FindingId;
  /** Proven by records; likely; or a fact worth knowing. */
  readonly sure: 'proven' | 'likely' | 'note';
  readonly text: string;
}
