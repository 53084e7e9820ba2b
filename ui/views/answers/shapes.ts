// The answers' JSON as types: what `auspex who-killed --json`, `who-touched --json` and `summary --json` print
// (docs/who-killed.md, docs/who-touched.md, docs/summary.md), which the server's replies carry as `data`.
import type { ProcessFacts } from '../../../src/web/contract.ts';

/** A process in an answer, and where its command line comes from. */
export interface AnswerProcess extends ProcessFacts {
  /** `execve`: the kernel recorded it; `proctitle`: the process may have rewritten it. */
  readonly commandFrom?: string;
  readonly node?: string;
}

/** Signals of one kind to one target, one after the other. */
export interface Strike {
  readonly at: string;
  readonly last?: string;
  readonly serial: number;
  readonly call: string;
  readonly signal: string;
  /** The number the killer gave: a pid, or a group when negative. */
  readonly given: number;
  readonly to: string;
  readonly count: number;
  readonly ok: boolean;
  readonly error?: string;
  readonly pidFile?: string;
  readonly formerChild?: number;
}

export interface Victim {
  readonly at: string;
  readonly pid: number;
  readonly name?: string;
  readonly process?: AnswerProcess;
  readonly outcome: {
    readonly kind: 'ended' | 'survived' | 'unknown';
    readonly after?: number;
    readonly status?: number;
    readonly signal?: string;
  };
  readonly signals: readonly Strike[];
  readonly crash?: { readonly signal: string; readonly forbiddenCall?: string };
  readonly kernel?: {
    readonly kind: string;
    readonly rssKb?: number;
    readonly scoreAdj?: number;
    readonly asker?: string;
    readonly cgroup?: string;
    readonly limitCgroup?: string;
    readonly wholeGroup?: boolean;
    readonly fault?: string;
    readonly address?: string;
    readonly object?: string;
    readonly tasks?: readonly { readonly name: string; readonly pid: number; readonly rssKb?: number }[];
  };
}

export interface KillStory {
  readonly answer: string;
  readonly cause: string;
  readonly first: string;
  readonly killer?: AnswerProcess;
  readonly ancestors?: readonly AnswerProcess[];
  readonly login?: {
    readonly auid: number;
    readonly user?: string;
    readonly session?: number;
    readonly address?: string;
    readonly terminal?: string;
    readonly through?: string;
  };
  readonly victims: readonly Victim[];
  readonly failed: readonly Strike[];
  readonly rhythm?: {
    readonly count: number;
    readonly everyMs: number;
    readonly spreadMs: number;
    readonly regular: boolean;
  };
  readonly findings: readonly {
    readonly id: string;
    readonly sure: 'proven' | 'likely' | 'note';
    readonly text: string;
  }[];
  readonly next: readonly { readonly text: string; readonly commands: readonly string[] }[];
}

export interface Touch {
  readonly at: string;
  readonly last?: string;
  readonly serial: number;
  readonly deed: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly path?: string;
  readonly named: string;
  readonly otherPath?: string;
  readonly device?: string;
  readonly inode?: number;
  readonly to?: string;
  readonly call: string;
  readonly count: number;
  readonly process: AnswerProcess;
  readonly login?: string;
}

export interface Summary {
  readonly subject: string;
  readonly first: string | null;
  readonly last: string | null;
  readonly events: number;
  readonly processes: readonly number[];
  readonly commands: readonly { readonly command: string; readonly count: number }[];
  readonly syscalls: readonly { readonly syscall: string; readonly count: number; readonly failed: number }[];
  readonly files: readonly { readonly path: string; readonly uses: Readonly<Record<string, number>> }[];
  readonly peers: readonly { readonly peer: string; readonly count: number }[];
  readonly signals_sent: readonly { readonly signal: string; readonly count: number }[];
  readonly signals_received: readonly { readonly signal: string; readonly count: number }[];
  readonly privileges: readonly { readonly change: string; readonly count: number }[];
  readonly failures: readonly { readonly failure: string; readonly count: number }[];
  readonly messages: readonly { readonly type: string; readonly count: number }[];
}

/** A session as `auspex sessions --json` has it (docs/sessions.md). */
export interface Session {
  readonly session: number;
  readonly node?: string;
  readonly auid: number;
  readonly user?: string;
  readonly address?: string;
  readonly terminal?: string;
  readonly through?: string;
  readonly start?: string;
  readonly end?: string;
  readonly lastSeen: string;
  readonly failuresBefore: number;
  readonly commands: readonly SessionCommand[];
  readonly sudo: readonly {
    readonly at: string;
    readonly command: string;
    readonly cwd: string;
    readonly ok: boolean;
  }[];
  readonly moreCommands?: number;
}

export interface SessionCommand {
  readonly at: string;
  readonly pid: number;
  readonly command: readonly string[];
  readonly exe?: string;
  /** The user it ran as, and who logged in: a name, or a number without one. */
  readonly as: string | number;
  readonly uid: number;
  readonly really: string | number;
  readonly through?: string;
  readonly exitStatus?: number;
}

/** A login that failed. */
export interface LoginFailure {
  readonly at: string;
  readonly account: string;
  readonly address?: string;
  readonly terminal?: string;
  readonly through?: string;
  readonly node?: string;
}
