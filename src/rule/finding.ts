// What a check of rules finds, and what it may look at. Types only.
import type { Arch } from '../tables/index.ts';
import type { Place, RuleSet, RuleSource } from './ruleset.ts';

export interface Finding extends Place {
  /** Stable name of the check. */
  readonly code: string;
  /** `error`: it does not load, or can never match. `warning`: not what it looks like, or costly. `hint`: could be better. */
  readonly severity: 'error' | 'warning' | 'hint';
  readonly column?: number;
  readonly message: string;
  /** What to write instead, or to do. */
  readonly remedy: string;
}

export interface CheckOptions {
  readonly host: Arch;
  /** Whether a path (latin1) is there; without it, paths are not looked at. */
  readonly exists?: (path: string) => boolean;
  /** Where a symbolic link leads; undefined where a path (latin1) is none. Without it, links are not looked at. */
  readonly linkTarget?: (path: string) => string | undefined;
  readonly isDirectory?: (path: string) => boolean;
}

export interface Checked extends CheckOptions {
  readonly sources: readonly RuleSource[];
  readonly set: RuleSet;
}
