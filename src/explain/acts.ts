// What a trail says happened to processes: signals, crashes, and who wants to be told. Types only.
import type { AuditEvent } from '../event/index.ts';
import type { AuditRecord, SyscallView } from '../record/index.ts';
import type { Call } from './calls.ts';
import type { Image, Life } from './life.ts';

/** Who was hit, from an OBJ_PID record or, where there is none, from the number given to the call. */
export interface Target {
  readonly pid: number;
  readonly comm: string;
  /** undefined when no record of the trail ever named the process. */
  readonly life: Life | undefined;
}

export interface SignalAct {
  readonly at: number;
  readonly serial: number;
  readonly node: string;
  readonly killer: Life;
  /** What the killer ran at that moment. */
  readonly image: Image;
  readonly call: string;
  readonly signal: number;
  /** As given to the call: a pid, 0 or negative for groups, a pidfd. */
  readonly given: number;
  readonly to: 'process' | 'thread' | 'pidfd' | 'group' | 'own-group' | 'everyone';
  readonly ok: boolean;
  /** The negative return value of a failed call; 0 on success. */
  readonly error: number;
  readonly targets: readonly Target[];
  /** The child the killer knows by the given number, if it ever forked one. */
  readonly formerChild: Life | undefined;
  /** The target had asked for this signal at the end of its parent (PR_SET_PDEATHSIG), which sent it by ending. */
  readonly atParentsEnd?: boolean;
}

/** A process ended by the kernel: a crash, or a system call its filter forbids. */
export interface CrashAct {
  readonly at: number;
  readonly serial: number;
  readonly life: Life;
  readonly signal: number;
  readonly why: 'crash' | 'seccomp';
  /** The forbidden call, for seccomp. */
  readonly call: string | undefined;
  /** The signal came from outside of the process's pid namespace: its `si_pid` is 0. */
  readonly outside?: boolean;
}

/** What the feed tells. Every function is optional. `life` is the actor; the event must not be kept. */
export interface Watcher {
  fork?(parent: Life, child: Life, at: number, serial: number): void;
  exec?(life: Life, image: Image, at: number, serial: number): void;
  exit?(life: Life, status: number, at: number, serial: number): void;
  signal?(act: SignalAct): void;
  crash?(act: CrashAct): void;
  /** Any other event with a SYSCALL record. */
  call?(life: Life, call: Call, view: SyscallView, event: AuditEvent): void;
  /** A record that comes alone: logins, commands of sudo, services. */
  message?(record: AuditRecord, event: AuditEvent): void;
}
