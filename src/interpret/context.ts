// What an interpretation may ask about besides the value itself: whose accounts, how to escape, and which system call
// the record belongs to. Types only, and the one place where a context is made.

import type { TextMemo } from '../base/memo.ts';
import type { Accounts } from '../base/types.ts';
import type { Arch } from '../tables/arch.ts';

/**
 * How decoded text is made safe (ausearch(8), `--escape`): `raw` not at all, `tty` control characters as octal,
 * `shell` also the characters a shell reads inside double quotes, `shell_quote` also its operators.
 */
export type EscapeMode = 'raw' | 'tty' | 'shell' | 'shell_quote';

export interface InterpretOptions {
  /** The accounts that name the ids of records without an enriched tail. */
  readonly accounts: Accounts;
  /** Default `tty`. */
  readonly escape?: EscapeMode;
  /** As audit-userspace 4.2.2 reads numbers: text that is none counts as 0, so that `uid=n/a` is root. Else such a value stands
   * for itself. */
  readonly classic?: boolean;
}

/** Made once by `interpretContext` and passed to every interpretation; remembers what it has interpreted. */
export interface InterpretContext {
  readonly accounts: Accounts;
  readonly escape: EscapeMode;
  readonly classic: boolean;
  readonly known: Map<Kind, TextMemo<string>>;
}

/** How one kind of value reads, before escaping. Takes and returns latin1 text; the same value gives the same text. */
export type Kind = (value: string, context: InterpretContext) => string;

export function interpretContext(options: InterpretOptions): InterpretContext {
  const { accounts, classic = false } = options;
  return { accounts, escape: options.escape ?? 'tty', classic, known: new Map() };
}

/** The system call of an event, as far as its records tell: what `a0`-`a3`, `syscall` and `exit` mean depends on it. */
export interface Call {
  /** The table of system calls; undefined for a machine without one. */
  readonly arch: Arch | undefined;
  readonly number: number;
  /** The system call's name; undefined where the table has none. */
  readonly name: string | undefined;
  /** The raw first two arguments, hex without 0x; '' when the record has none. */
  readonly a0: string;
  readonly a1: string;
}
