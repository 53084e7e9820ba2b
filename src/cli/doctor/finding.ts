// What a check of `auspex doctor` says. Types and two words for writing them; pure.
import type { Facts } from './facts.ts';

/** `bad`: records are lost or cannot be made. `warn`: they may be. `note`: worth knowing. `ok`: looked at, and fine. */
export type Level = 'bad' | 'warn' | 'note' | 'ok';

export interface Finding {
  /** Stable name of the check. */
  readonly check: string;
  readonly level: Level;
  readonly says: string;
  readonly remedy?: string;
}

/** What a check finds; the registry adds its name. */
export type Found = Omit<Finding, 'check'>;
export type Check = (facts: Facts) => Found | readonly Found[] | undefined;

export const ok = (says: string): Found => ({ level: 'ok', says });
export const found = (level: Level, says: string, remedy: string): Found => ({ level, says, remedy });
