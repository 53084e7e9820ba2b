// What a console is, apart from HTTP: the store it shows, where that trail comes from, and what it may do. The command
// line makes it, a test makes its own.

import type { Accounts } from '../base/index.ts';
import type { Unread } from '../record/index.ts';
import type { Store } from '../store/index.ts';
import type { Health } from './contract.ts';
import type { LiveHub } from './live-hub.ts';
import type { Desk } from './questions/desk.ts';

/** What only the source of the trail knows; asked for when a page wants it. */
export interface SourceFacts {
  readonly source: Health['source'];
  readonly store: Omit<Health['store'], 'events'>;
  readonly kernel?: Health['kernel'];
  readonly reading?: Health['reading'];
  /** Events the capture knows it missed. */
  readonly missed: number;
}

export interface Console {
  readonly version: string;
  readonly host: string;
  readonly store: Store;
  /** Answers what takes long. */
  readonly desk: Desk;
  readonly hub: LiveHub;
  readonly accounts: Accounts;
  readonly facts: () => SourceFacts;
  /** What of the trail could not be read since the console began. */
  readonly unread: () => readonly Unread[];
  /** Lines of the kernel's log, where the trail is this machine's: out-of-memory kills stand only there. */
  readonly kernelLog?: () => readonly string[];
  readonly allowChanges: boolean;
  /** Now, in ms since 1970; a test brings its own. */
  readonly now: () => number;
  /** Sends a message of ours to the audit system, where the kernel lets us; never throws. Latin1 text. */
  readonly audit: (type: number, text: string) => void;
  /** A line for the console's own log: never a token, a password or a query. */
  readonly log: (line: string) => void;
}
